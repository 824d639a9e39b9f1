"""Version 1 of the open API: read published offers as HSDS 3.1 (docs/api.md)."""
