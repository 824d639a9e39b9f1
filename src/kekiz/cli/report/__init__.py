"""The report: one HTML file that needs nothing else. Pure functions from figures to text."""
