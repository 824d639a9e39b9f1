"""Further pages for families: the chain of a child, what is missing, the printed guide."""
