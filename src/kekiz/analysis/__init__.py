"""Ring 2: analysis runs - snapshot rows, engine, stored result."""
