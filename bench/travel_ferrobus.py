"""The peer of bench.travel, in its own environment: medians over 120 departures by ferrobus."""

import datetime as dt
import importlib.metadata
import json
import sys
import time

import ferrobus
import numpy as np


def main() -> None:
    """Read points and files from standard input, print minutes and time."""
    wish = json.load(sys.stdin)
    model = ferrobus.create_transit_model(wish["osm"], [wish["feed"]], dt.date.fromisoformat(wish["day"]))
    points, known = [], []
    for number, (lat, lon) in enumerate(zip(*wish["points"], strict=True)):
        try:
            points.append(ferrobus.create_transit_point(lat, lon, model, max_walking_time=900))
        except ValueError:  # off its network
            continue
        known.append(number)
    started = time.process_time()
    runs = [
        ferrobus.travel_time_matrix(model, points, 8 * 3600 + 60 * minute, wish["changes"])
        for minute in range(120)
    ]
    processor = time.process_time() - started
    seconds = np.array([[[np.inf if v is None else v for v in row] for row in run] for run in runs])
    middle = np.sort(seconds, axis=0)[59] / 60
    version = importlib.metadata.version("ferrobus")
    minutes = np.full((len(wish["points"][0]),) * 2, -1.0)
    minutes[np.ix_(known, known)] = np.where(np.isfinite(middle), middle, -1)
    print(json.dumps({"minutes": minutes.tolist(), "processor": processor, "version": version}))


if __name__ == "__main__":
    main()
