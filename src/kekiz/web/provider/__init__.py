"""The desk of providers: their own offers, proposals for review, entrances for programs."""
