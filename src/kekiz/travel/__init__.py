"""Measured travel times: reads street extracts (OSM) and timetables (GTFS), asks the engine's routers.

An outer adapter: it imports the engine and nothing else of kekiz.
"""
