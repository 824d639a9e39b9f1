"""Ring 2: providers, sites and offers; what families see of them."""
