"""A small invented region: three municipalities, two youth welfare offices, children in six cells."""

import datetime as dt

import pyarrow as pa
from tests.conftest import DETMOLD, LEMGO, LIPPE, LUEGDE

from kekiz.accounts.actors import SYSTEM
from kekiz.evidence import actions
from kekiz.evidence.models import ChildrenLoad

AREAS = [
    {
        "key": LIPPE,
        "name": "Kreis Lippe",
        "kind": "region",
        "ags": [LIPPE],
        "population": 350_588,
        "population_on": dt.date(2022, 12, 31),
    },
    {"key": "ja-lemgo", "name": "Jugendamt Lemgo", "kind": "youth_office", "ags": [LEMGO], "parent": LIPPE},
    {
        "key": "ja-kreis",
        "name": "Kreisjugendamt",
        "kind": "youth_office",
        "ags": [LUEGDE, DETMOLD],
        "parent": LIPPE,
    },
    {"key": LEMGO, "name": "Lemgo", "kind": "municipality", "ags": [LEMGO], "parent": "ja-lemgo"},
    {"key": DETMOLD, "name": "Detmold", "kind": "municipality", "ags": [DETMOLD], "parent": LIPPE},
    {"key": LUEGDE, "name": "Lügde", "kind": "municipality", "ags": [LUEGDE], "parent": "ja-kreis"},
]
PLACES = [
    {"name": "Lemgo", "kind": "municipality", "ags": LEMGO, "postcode": "32657", "lat": 52.028, "lon": 8.899},
    {"name": "Lemgo", "kind": "postcode", "ags": LEMGO, "postcode": "32657", "lat": 52.03, "lon": 8.9},
    {
        "name": "Lieme",
        "kind": "locality",
        "ags": LEMGO,
        "postcode": "32657",
        "municipality": "Lemgo",
        "lat": 52.03,
        "lon": 8.84,
    },
    {
        "name": "Lügde",
        "kind": "municipality",
        "ags": LUEGDE,
        "postcode": "32676",
        "lat": 51.957,
        "lon": 9.246,
    },
    {
        "name": "Detmold",
        "kind": "municipality",
        "ags": DETMOLD,
        "postcode": "32756",
        "lat": 51.937,
        "lon": 8.879,
    },
    {
        "name": "Heiligenkirchen",
        "kind": "locality",
        "ags": DETMOLD,
        "postcode": "32760",
        "municipality": "Detmold",
        "lat": 51.91,
        "lon": 8.87,
    },
]
CELLS = [
    ("lemgo-1", 52.028, 8.899, LEMGO, 20.0),
    ("lemgo-2", 52.05, 8.93, LEMGO, 8.0),
    ("detmold-1", 51.937, 8.879, DETMOLD, 30.0),
    ("detmold-2", 51.96, 8.88, DETMOLD, 12.0),
    ("luegde-1", 51.957, 9.246, LUEGDE, 9.5),
    ("luegde-2", 51.93, 9.27, LUEGDE, 1.0),
]


def children_table(factor: float = 1.0) -> pa.Table:
    """Children of every cell: as many in each phase, a quarter of them with low income."""
    rows = [
        {
            "cell": cell,
            "lat": lat,
            "lon": lon,
            "ags": ags,
            "phase": phase,
            "group": group,
            "n": n * share * factor,
        }
        for cell, lat, lon, ags, n in CELLS
        for phase in ("P1", "P2", "P3", "P4", "P5", "P6", "P7")
        for group, share in (("low_income", 0.25), ("other", 0.75))
    ]
    return pa.Table.from_pylist(rows)


def load_counts(factor: float = 1.0, **values) -> ChildrenLoad:
    """Store the children above."""
    words = {
        "name": "Erfundene Kinder",
        "source": "Test",
        "licence": "CC0",
        "year": 2022,
        "is_synthetic": True,
    }
    return actions.load_children(
        actor=SYSTEM, region_key=LIPPE, table=children_table(factor), **(words | values)
    )


def load_region() -> None:
    """Store areas, places and children."""
    actions.load_areas(actor=SYSTEM, region_key=LIPPE, areas=AREAS)
    actions.load_places(actor=SYSTEM, region_key=LIPPE, places=PLACES)
    load_counts()
