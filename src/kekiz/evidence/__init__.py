"""Ring 2: areas, children by cell and group, norms in force, places by name."""
