"""The cockpit: what the newest analysis says, for coordination, youth offices, municipalities, readers."""
