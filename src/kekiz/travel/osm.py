"""Read the streets of an OpenStreetMap extract (.osm.pbf) for foot, bike and car."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.positions import project
from kekiz.engine.problems import InputError, Problem
from kekiz.engine.streets import Streets, keep_connected
from kekiz.travel.profiles import READ_KEYS, STREET_MODES, Passage, blocks_cars, find_passages

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass
class _Ways:
    """Points of all streets one after the other; flat arrays, because a state has tens of millions."""

    ref: array[int] = field(default_factory=lambda: array("q"))
    lon: array[float] = field(default_factory=lambda: array("d"))
    lat: array[float] = field(default_factory=lambda: array("d"))
    length: array[int] = field(default_factory=lambda: array("q"))  # points of each street
    speeds: dict[str, array[float]] = field(
        default_factory=lambda: {mode: array("d") for mode in STREET_MODES}
    )  # km/h along and against, two values a street
    blocked: set[int] = field(default_factory=set)  # nodes that no car passes


def read_streets(path: Path, kmh: Mapping[str, float]) -> dict[str, Streets]:
    """The connected street network of each mode; ``kmh`` is the speed on foot and by bike.

    Raises InputError if the file is no extract or holds no streets.
    """
    ways = _collect_ways(path, kmh)
    refs = np.array(ways.ref, np.int64)
    x, y = project(np.array(ways.lat), np.array(ways.lon))
    way = np.repeat(np.arange(len(ways.length)), np.array(ways.length, np.int64))
    blocked = np.isin(refs, np.fromiter(ways.blocked, np.int64, len(ways.blocked)))
    networks = {}
    for mode in STREET_MODES:
        kmh_both = np.array(ways.speeds[mode]).reshape(-1, 2)
        usable = (kmh_both.max(axis=1) > 0)[way] & np.isfinite(x)
        cut = blocked[usable] if mode == "car" else np.zeros(int(usable.sum()), dtype=bool)
        networks[mode] = keep_connected(
            _build_streets(refs[usable], x[usable], y[usable], way[usable], kmh_both, cut)
        )
    if not any(network.nodes for network in networks.values()):
        raise InputError(
            [
                Problem(
                    path.name,
                    "Der Auszug enthält keine Straßen. Erwartet wird ein Auszug von OpenStreetMap mit Wegen "
                    "und Knoten der Region.",
                )
            ]
        )
    return networks


def read_as_of(path: Path) -> str:
    """The day the extract shows, as ISO date; "" where the file does not tell."""
    import osmium  # noqa: PLC0415 - only where an extract is read

    with osmium.io.Reader(str(path)) as reader:
        told = reader.header().get("osmosis_replication_timestamp") or reader.header().get("timestamp")
    try:
        return dt.date.fromisoformat(told[:10]).isoformat()
    except ValueError:
        return ""


def _collect_ways(path: Path, kmh: Mapping[str, float]) -> _Ways:
    if not path.is_file():
        raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")])
    ways = _Ways()
    known: dict[tuple[tuple[str, str], ...], dict[str, Passage]] = {}
    try:
        for entity in _iterate(path):
            tags = {tag.k: tag.v for tag in entity.tags if tag.k in READ_KEYS}
            if entity.is_node():
                if blocks_cars(tags):
                    ways.blocked.add(entity.id)
            elif "highway" in tags:
                kind = tuple(tags.items())
                if kind not in known:  # a town has a few hundred kinds of street
                    known[kind] = find_passages(tags, kmh)
                _add_way(ways, entity, known[kind])
    except (RuntimeError, ValueError, OSError) as error:
        text = (
            "Die Datei ist nicht als Auszug von OpenStreetMap lesbar. Erwartet wird *.osm.pbf, z. B. ein mit "
            f"osmium-tool zugeschnittener Auszug der Region ({error})."
        )
        raise InputError([Problem(path.name, text)]) from error
    return ways


def _iterate(path: Path) -> Iterator[Any]:
    import osmium  # noqa: PLC0415 - only where an extract is read

    reader = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
    return iter(reader.with_locations().with_filter(osmium.filter.KeyFilter("highway", "barrier")))


def _add_way(ways: _Ways, entity: Any, passages: Mapping[str, Any]) -> None:
    if not passages:
        return
    for run in _split_at_gaps(entity.nodes):
        ways.length.append(len(run))
        for ref, lon, lat in run:
            ways.ref.append(ref)
            ways.lon.append(lon)
            ways.lat.append(lat)
        for mode in STREET_MODES:
            passage = passages.get(mode)
            ways.speeds[mode].extend((passage.along_kmh, passage.against_kmh) if passage else (0.0, 0.0))


def _split_at_gaps(nodes: Any) -> Iterator[list[tuple[int, float, float]]]:
    """Runs of nodes whose place is known: at the edge of an extract some are missing."""
    run: list[tuple[int, float, float]] = []
    for node in nodes:
        if node.location.valid():
            run.append((node.ref, node.lon, node.lat))
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


def _build_streets(refs: Ints, x: Floats, y: Floats, way: Ints, kmh: Floats, cut: Bools) -> Streets:
    """Cut streets into pieces at every junction; at a ``cut`` point both sides end apart."""
    last = np.append(way[1:] != way[:-1], True) if len(way) else np.zeros(0, dtype=bool)
    first = np.append(True, last[:-1]) if len(way) else last
    _, number, count = np.unique(refs, return_inverse=True, return_counts=True)
    is_node = first | last | (count[number] > 1) | cut
    at = np.flatnonzero(~last)  # every point but the last of its street begins a segment
    piece = np.cumsum(is_node[at]) - 1
    begins = np.flatnonzero(is_node[at])
    ends = np.append(begins[1:] - 1, len(at) - 1) if len(begins) else begins
    span = np.hypot(x[at + 1] - x[at], y[at + 1] - y[at])
    before = np.concatenate([[0.0], np.cumsum(span)])
    tail_point, head_point = at[begins], at[ends] + 1
    length = before[ends + 1] - before[begins] if len(begins) else np.zeros(0)
    tail, head = _number_nodes(refs, cut, tail_point, head_point)
    metres_per_minute = kmh[way[tail_point]] * 1000 / 60
    with np.errstate(divide="ignore"):
        minutes = np.where(
            metres_per_minute > 0, length[:, None] / np.maximum(metres_per_minute, 1e-9), np.inf
        )
    return Streets(
        tail=tail,
        head=head,
        forward=minutes[:, 0],
        backward=minutes[:, 1],
        length_m=length,
        x1=x[at],
        y1=y[at],
        x2=x[at + 1],
        y2=y[at + 1],
        piece=piece,
        offset_m=before[:-1] - before[begins][piece] if len(begins) else np.zeros(0),
    )


def _number_nodes(refs: Ints, cut: Bools, tail_point: Ints, head_point: Ints) -> tuple[Ints, Ints]:
    points = np.concatenate([tail_point, head_point])
    names = np.where(cut[points], -1 - np.arange(len(points)), refs[points])
    _, nodes = np.unique(names, return_inverse=True)
    nodes = nodes.astype(np.int64)
    return nodes[: len(tail_point)], nodes[len(tail_point) :]
