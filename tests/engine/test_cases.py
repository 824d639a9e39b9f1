"""The hand-worked cases of tests/cases: a few children, a few offers, and the sums done with a pencil.

Each file says what it shows, does the arithmetic in its comments and lists what must come out. What it does
not list must be zero. tests/cases/_norms.toml holds the norms that all share.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pytest
from tests.engine.regions import SCHEME, build_norm, metres

from kekiz.engine.compute import Inputs
from kekiz.engine.gaps import COLUMNS
from kekiz.engine.norms import Norms
from kekiz.engine.run import Result, analyse
from kekiz.engine.tables import children_from_arrow, cooperations_from_arrow, offers_from_arrow

FOLDER = Path(__file__).resolve().parents[1] / "cases"
FILES = sorted(FOLDER.glob("[0-9]*.toml"))
TOLERANCE = 1e-5  # children or shares; the engine counts in grains of a ten-millionth
CASE_KEYS = {"title", "norms", "children", "offers", "cooperations", "expect"}


def read_norms(entries: list[dict]) -> list:
    return [build_norm(entry.pop("key"), entry.pop("value"), **entry) for entry in entries]


def place_at(row: dict) -> dict:
    """A row with its kilometres as metres on the map; empty where it has none."""
    km = row.pop("km", None)
    return {**row, **(metres(*km) if km else {"x": None, "y": None})}


def build_inputs(case: dict) -> Inputs:
    shared = tomllib.loads((FOLDER / "_norms.toml").read_text(encoding="utf-8"))["norms"]
    children = [{**place_at(row), "cell": row["place"]} for row in case["children"]]
    offers = [
        {"places": None, "mode": "visit", "area": "", "hurdles": ""}
        | place_at(row)
        | {"age_from": row["ages"][0], "age_to": row["ages"][1]}
        for row in case["offers"]
    ]
    agreed = case.get("cooperations")
    return Inputs(
        children=children_from_arrow(pa.Table.from_pylist(children), SCHEME),
        offers=offers_from_arrow(pa.Table.from_pylist(offers), SCHEME),
        norms=Norms(read_norms(shared) + read_norms(case["norms"])),
        scheme=SCHEME,
        cooperations=agreed and cooperations_from_arrow(pa.Table.from_pylist(agreed), SCHEME),
    )


@dataclass
class Comparison:
    """Collects every figure that differs, so that one run shows all of them."""

    result: Result
    differences: list[str] = field(default_factory=list)

    def compare(self, what: str, expected: float, computed: float) -> None:
        if computed != pytest.approx(expected, abs=TOLERANCE):
            self.differences.append(f"{what}: the pencil says {expected:g}, the engine {computed:g}")

    def rows(self, table: str, **chosen: str) -> list[dict]:
        """Rows of a result table with these values; fails where there are none."""
        rows = self.result.tables[table].to_pylist()
        found = [row for row in rows if all(row[key] == value for key, value in chosen.items())]
        if not found:
            self.differences.append(f"{table}: no row for {chosen}")
        return found

    def compare_links(self, expected: list[dict]) -> None:
        """Every link with need must be listed; a reason that is not listed is zero."""
        seen = set()
        for link in expected:
            reasons = {name: link.get(name, 0.0) for name in COLUMNS}
            place = {key: value for key, value in link.items() if key not in COLUMNS}
            rows = self.rows("links", **place)
            seen |= {(row["ags"], row["phase"], row["field"], row["group"]) for row in rows}
            for name, value in reasons.items():
                self.compare(f"{' '.join(place.values())} {name}", value, sum(row[name] for row in rows))
        for row in self.result.tables["links"].to_pylist():
            if row["need"] and (row["ags"], row["phase"], row["field"], row["group"]) not in seen:
                self.differences.append(f"not expected at all: {row}")

    def compare_taken(self, expected: dict[str, dict]) -> None:
        """Places in each field that an offer serves; every offer must be listed."""
        for offer, figures in expected.items():
            for row in self.rows("offers", offer=offer):
                what = f"{offer} in {row['field']}"
                self.compare(f"{what}, places", figures["places"], row["places"])
                self.compare(f"{what}, assumed", figures.get("assumed", False), row["places_assumed"])
                self.compare(f"{what}, taken by seeking", figures["found"], row["taken_found"])
                self.compare(f"{what}, taken at best", figures["possible"], row["taken_possible"])
        for offer in set(self.result.tables["offers"]["offer"].to_pylist()) - set(expected):
            self.differences.append(f"offer {offer} is not listed under taken")

    def compare_course(self, expected: dict) -> None:
        """The chain of the whole region."""
        for group, share in expected.get("unbroken", {}).items():
            for row in self.rows("chain", ags="", group=group):
                self.compare(f"unbroken, {group}", share, row["unbroken"])
        for name in ("birth_cohort", "expected_unmet"):
            if name in expected:
                self.compare(name, expected[name], self.rows("chain", ags="", group="")[0][name])
        if "breaks" in expected:
            for row in self.rows("breaks", ags="", group=""):
                listed = expected["breaks"].get(row["phase"], 0.0)
                self.compare(f"first breaks in {row['phase']}", listed, row["share_breaking_here"])
        for code, figures in expected.get("transitions", {}).items():
            for row in self.rows("transitions", ags="", group="", transition=code):
                self.compare(f"{code}, crossing", figures["crossing"], row["crossing"])
                self.compare(f"{code}, with handover", figures["with_handover"], row["with_handover"])

    def compare_headline(self, expected: dict) -> None:
        """Equity gap in points and concentration index."""
        names = {"equity_gap": "equity_gap_points", "concentration": "concentration"}
        for name, column in names.items():
            if name in expected:
                self.compare(name, expected[name], self.result.headline[column])

    def compare_reach(self, expected: list[dict]) -> None:
        """Offers in reach of a place, and minutes to the nearest, without and with a car."""
        columns = {
            "without_car": "offers_without_car",
            "with_car": "offers_with_car",
            "minutes_without_car": "minutes_without_car",
            "minutes_with_car": "minutes_with_car",
        }
        for place in expected:
            row = self.rows("reach", cell=place["place"], phase=place["phase"], field=place["field"])[0]
            for name, column in columns.items():
                if name in place:
                    self.compare(f"{place['place']} {name}", place[name], row[column])

    def compare_pairs(self, expected: dict) -> None:
        """Offers beside each other; where a kind of pairs is expected, every pair must be listed."""
        for table in ("overlaps", "handovers"):
            listed = expected.get(table)
            for pair in listed or []:
                names = {key: value for key, value in pair.items() if isinstance(value, str)}
                for row in self.rows(table, **names):
                    for name in set(pair) - set(names):
                        self.compare(f"{table}, {' '.join(names.values())}, {name}", pair[name], row[name])
            if listed is not None and len(listed) != self.result.tables[table].num_rows:
                self.differences.append(f"{table}: not all are listed")
        shares = {"replaceable": ("replaceable", "replaceable")}
        shares["clusters"] = ("overlap_clusters", "jointly_replaceable")
        for name, (table, column) in shares.items():
            for offer, share in expected.get(name, {}).items():
                for row in self.rows(table, offer=offer):
                    self.compare(f"{name}, {offer}", share, row[column])


EXPECT_KEYS = {
    "links", "taken", "unbroken", "birth_cohort", "expected_unmet", "breaks", "transitions", "equity_gap",
    "concentration", "reach", "overlaps", "handovers", "replaceable", "clusters",
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_case_comes_out_as_worked_by_hand(path):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    expected = case["expect"]
    assert set(case) <= CASE_KEYS, f"unknown entries: {set(case) - CASE_KEYS}"
    assert set(expected) <= EXPECT_KEYS, f"unknown entries under expect: {set(expected) - EXPECT_KEYS}"
    comparison = Comparison(analyse(build_inputs(case), with_pairs=True))
    comparison.compare_links(expected["links"])
    comparison.compare_taken(expected["taken"])
    comparison.compare_course(expected)
    comparison.compare_headline(expected)
    comparison.compare_reach(expected.get("reach", []))
    comparison.compare_pairs(expected)
    assert not comparison.differences, f"{case['title']}\n  " + "\n  ".join(comparison.differences)


def test_the_cases_are_there():
    assert len(FILES) >= 10


def test_a_wrong_pencil_is_found_out():
    """The reader itself can fail: another figure, a link or an offer left out."""
    case = tomllib.loads(FILES[0].read_text(encoding="utf-8"))
    comparison = Comparison(analyse(build_inputs(case)))
    wrong = {**case["expect"]["links"][0], "found": 19, "full": 1}
    comparison.compare_links([wrong])
    assert comparison.differences == [
        "P5 K2 other found: the pencil says 19, the engine 20",
        "P5 K2 other full: the pencil says 1, the engine 0",
    ]
    comparison.differences.clear()
    comparison.compare_links([])
    comparison.compare_taken({})
    assert len(comparison.differences) == 2
