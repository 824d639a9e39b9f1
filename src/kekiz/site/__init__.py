"""The outermost ring: settings, addresses, start-up checks."""
