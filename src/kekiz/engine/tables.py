"""The input contract: children, offers, travel times and cooperations as checked columns.

Each table is read from CSV or Parquet (``read_children(path)`` …) or built from an Arrow table
(``children_from_arrow``). Faults raise one InputError that lists all of them with row and column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kekiz.engine.checks import ColumnChecker, split_list
from kekiz.engine.files import read_columns
from kekiz.engine.positions import read_positions
from kekiz.engine.scheme import HURDLES, MODES, OFFER_MODES, Scheme

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Checked = TypeVar("Checked")
AGE_MIN, AGE_MAX = -9, 324
COOPERATION_KINDS = ("handover", "shared_team", "network")
SPOT_ROLES = ("begin", "end")


@dataclass(frozen=True)
class Children:
    """Counts of children, one row per cell, phase and group; rows of the same three add up."""

    cell: Texts
    x: Floats  # metres, EPSG:3035
    y: Floats
    ags: Texts  # 8 digits
    phase: Ints  # index into the scheme's phases
    group: Ints  # index into the scheme's groups
    n: Floats  # children, >= 0, fractional allowed


@dataclass(frozen=True)
class Offers:
    """Offers, one row each. ``places`` is not a number where unknown; ``x``, ``y`` likewise where online."""

    offer: Texts
    provider: Texts
    name: Texts
    x: Floats  # metres, EPSG:3035
    y: Floats
    age_from: Floats  # months
    age_to: Floats
    fields: Ints  # bit mask over the scheme's fields
    places: Floats  # children a year
    mode: Ints  # index into OFFER_MODES
    area: Texts  # AGS prefixes separated by blanks, "" = everyone
    hurdles: Ints  # bit mask over HURDLES
    languages: Texts
    until: Texts  # ISO date or ""


@dataclass(frozen=True)
class TravelTimes:
    """Minutes one way from a cell to an offer; a pair that is not listed is out of reach in that mode."""

    cell: Texts
    offer: Texts
    mode: Ints  # index into MODES
    minutes: Floats


@dataclass(frozen=True)
class Spots:
    """Points between which ways were measured; ``TravelTimes`` then names them, not cells and offers."""

    name: Texts
    role: Ints  # index into SPOT_ROLES
    x: Floats  # metres, EPSG:3035
    y: Floats
    off: Ints  # bit mask over MODES: too far from any street, the table holds the model's minutes


@dataclass(frozen=True)
class Cooperations:
    """Agreed cooperation between two offers."""

    offer_a: Texts
    offer_b: Texts
    kind: Ints  # index into COOPERATION_KINDS
    since: Texts


def children_from_arrow(table: pa.Table, scheme: Scheme, name: str = "children") -> Children:
    """Check and take over children; columns as in docs/method.md. Raises InputError."""
    check = ColumnChecker(table, name)
    x, y = read_positions(check)
    children = Children(
        cell=check.texts("cell"),
        x=x,
        y=y,
        ags=check.ags("ags"),
        phase=check.codes("phase", scheme.phase_codes),
        group=check.codes("group", scheme.group_codes),
        n=check.numbers("n", low=0, high=1e9, expected="eine Anzahl Kinder ab 0, z. B. 12 oder 3.5"),
    )
    _check_cells_stay_put(check, children)
    check.raise_problems()
    return children


def _check_cells_stay_put(check: ColumnChecker, children: Children) -> None:
    """A cell has one position and one municipality."""
    seen: dict[str, int] = {}
    moved = np.zeros(len(children.cell), dtype=bool)
    for row, cell in enumerate(children.cell):
        first = seen.setdefault(cell, row)
        moved[row] = first != row and not (
            children.x[row] == children.x[first]
            and children.y[row] == children.y[first]
            and children.ags[row] == children.ags[first]
        )
    moved &= np.isfinite(children.x)
    check.report(
        "cell",
        moved,
        lambda row: (
            f"„{children.cell[row]}“ hat hier eine andere Lage oder Kommune als in "
            f"Zeile {check.line(seen[children.cell[row]])}."
        ),
    )


def offers_from_arrow(table: pa.Table, scheme: Scheme, name: str = "offers") -> Offers:
    """Check and take over offers; columns as in docs/method.md. Raises InputError."""
    check = ColumnChecker(table, name)
    mode = check.codes("mode", OFFER_MODES, default="visit")
    x, y = read_positions(check, optional=mode != OFFER_MODES.index("visit"))
    age = partial(check.numbers, low=AGE_MIN, high=AGE_MAX, expected="ein Alter in Monaten von -9 bis 324")
    offers = Offers(
        offer=check.texts("offer"),
        provider=check.texts("provider", required=False),
        name=check.texts("name" if check.has("name") else "title", required=False),
        x=x,
        y=y,
        age_from=age("age_from"),
        age_to=age("age_to"),
        fields=check.code_sets("fields", scheme.field_codes, required=True),
        places=check.numbers(
            "places", default=np.nan, low=0, high=1e9, expected="eine Zahl ab 0 oder leer für unbekannt"
        ),
        mode=mode,
        area=_read_areas(check),
        hurdles=check.code_sets("hurdles", HURDLES),
        languages=check.texts("languages", required=False),
        until=check.texts("until", required=False),
    )
    check.unique("offer", offers.offer)
    with np.errstate(invalid="ignore"):
        reversed_ages = offers.age_from >= offers.age_to
    check.report(
        "age_to",
        reversed_ages,
        lambda row: (
            f"„Alter bis“ ({offers.age_to[row]:g}) muss größer sein als "
            f"„Alter ab“ ({offers.age_from[row]:g})."
        ),
    )
    check.raise_problems()
    return offers


def _read_areas(check: ColumnChecker) -> Texts:
    values = check.texts("area", required=False)
    faulty = np.array(
        [any(not part.isdecimal() or len(part) > 8 for part in split_list(value)) for value in values],
        dtype=bool,
    )
    check.report(
        "area",
        faulty,
        lambda row: (
            f"„{values[row]}“ enthält keinen Gemeindeschlüssel. Erwartet: Anfänge von "
            "Schlüsseln, z. B. 05766 oder 05766020."
        ),
    )
    return np.array([" ".join(split_list(value)) for value in values], dtype=object)


def travel_times_from_arrow(table: pa.Table, scheme: Scheme, name: str = "travel_times") -> TravelTimes:
    """Check and take over travel times. Raises InputError."""
    check = ColumnChecker(table, name)
    times = TravelTimes(
        cell=check.texts("cell"),
        offer=check.texts("offer"),
        mode=check.codes("mode", MODES),
        minutes=check.numbers("minutes", low=0, high=1440, expected="Minuten von 0 bis 1440"),
    )
    check.raise_problems()
    return times


def spots_from_arrow(table: pa.Table, scheme: Scheme, name: str = "spots") -> Spots:
    """Check and take over the points between which ways were measured. Raises InputError."""
    check = ColumnChecker(table, name)
    x, y = read_positions(check)
    spots = Spots(
        name=check.texts("name"),
        role=check.codes("role", SPOT_ROLES),
        x=x,
        y=y,
        off=check.code_sets("off", MODES),
    )
    check.unique("name", np.char.add(spots.role.astype(str), spots.name.astype(str)).astype(object))
    check.raise_problems()
    return spots


def cooperations_from_arrow(table: pa.Table, scheme: Scheme, name: str = "cooperations") -> Cooperations:
    """Check and take over cooperations. Raises InputError."""
    check = ColumnChecker(table, name)
    cooperations = Cooperations(
        offer_a=check.texts("offer_a"),
        offer_b=check.texts("offer_b"),
        kind=check.codes("kind", COOPERATION_KINDS, default="handover"),
        since=check.texts("since", required=False),
    )
    check.report(
        "offer_b",
        (cooperations.offer_a == cooperations.offer_b) & (cooperations.offer_a != ""),
        lambda _: "Ein Angebot kann nicht mit sich selbst zusammenarbeiten.",
    )
    check.raise_problems()
    return cooperations


Build = Callable[[pa.Table, Scheme, str], Checked]


def _read(path: Path, scheme: Scheme, build: Build[Checked], known: str, required: str) -> Checked:
    table = read_columns(path, known=frozenset(known.split()), required=frozenset(required.split()))
    return build(table, scheme, path.name)


def read_children(path: Path, scheme: Scheme) -> Children:
    """Read children from CSV or Parquet. Raises InputError."""
    return _read(
        path, scheme, children_from_arrow, "cell lat lon x y ags phase group n", "cell ags phase group n"
    )


def read_offers(path: Path, scheme: Scheme) -> Offers:
    """Read offers from CSV or Parquet. Raises InputError."""
    required = "offer age_from age_to fields"
    known = f"{required} provider name title lat lon x y places mode area hurdles languages until"
    return _read(path, scheme, offers_from_arrow, known, required)


def read_travel_times(path: Path, scheme: Scheme) -> TravelTimes:
    """Read travel times from CSV or Parquet. Raises InputError."""
    return _read(path, scheme, travel_times_from_arrow, "cell offer mode minutes", "cell offer mode minutes")


def read_cooperations(path: Path, scheme: Scheme) -> Cooperations:
    """Read cooperations from CSV or Parquet. Raises InputError."""
    return _read(path, scheme, cooperations_from_arrow, "offer_a offer_b kind since", "offer_a offer_b")


def to_arrow(table: Any) -> pa.Table:
    """A checked table as Arrow columns, the way it lies in memory; ``from_arrow`` takes it back."""
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    return pa.table(
        {
            name: pa.array(column, pa.string() if column.dtype == object else None)
            for name, column in columns.items()
        }
    )


def from_arrow(kind: type[Checked], table: pa.Table) -> Checked:
    """Take back what ``to_arrow`` wrote; the columns are trusted, not checked again."""
    return kind(**{name: _as_array(table[name]) for name in table.column_names})


def _as_array(column: pa.ChunkedArray) -> NDArray[Any]:
    values = column.to_numpy(zero_copy_only=False)
    return values.astype(object) if pa.types.is_string(column.type) else np.array(values)


def digest_tables(*tables: Any) -> str:
    """SHA-256 over the content of tables, whatever the order of their rows."""
    total = hashlib.sha256()
    for table in tables:
        if table is None:
            total.update(b"-")
            continue
        total.update(type(table).__name__.encode())
        columns = to_arrow(table)
        order = pc.sort_indices(columns, sort_keys=[(name, "ascending") for name in columns.column_names])
        for column in columns.take(order).columns:
            if pa.types.is_string(column.type):
                total.update(pc.binary_length(column).to_numpy().tobytes())
                total.update("".join(column.to_pylist()).encode())
            else:
                values = column.to_numpy() + 0.0  # one zero, not two
                total.update(np.where(np.isnan(values), np.nan, values).tobytes())
    return total.hexdigest()
