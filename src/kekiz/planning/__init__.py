"""Ring 2: practices of the region and proposals of measures under a budget."""
