"""Queries of real life with judged offers of the worked region, and measures of how they are answered.

An offer of the worked region belongs to a kind (demo/kinds); queries are judged by kind: 3 = just what was
meant, 2 = helps, 1 = of the same subject. A query that names a town wants offers there; elsewhere they count
one less.
"""

from __future__ import annotations

import csv
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kekiz.register.search.analyser import weigh_terms
from kekiz.register.search.facts import build_facts
from kekiz.register.search.index import TermIndex, build_index, rank
from kekiz.register.search.question import read_question

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
JUDGED = {name: HERE / f"judged_{name}.toml" for name in ("tune", "everyday", "held")}
SHOWN = 10
BEST_GRADE = 3


@dataclass(frozen=True)
class JudgedQuery:
    """What somebody typed, and how well each kind of offer answers it."""

    text: str
    kinds: dict[str, int]
    place: str = ""


@dataclass(frozen=True)
class DemoOffers:
    """The offers of the worked region in the order of the file."""

    keys: list[str]
    kinds: list[str]
    towns: list[str]
    houses: list[list[str]]
    index: TermIndex


def read_queries(name: str) -> list[JudgedQuery]:
    """The judged queries of one set; all but "held" may be looked at while the search is made."""
    rows = tomllib.loads(JUDGED[name].read_text(encoding="utf-8"))["query"]
    return [JudgedQuery(row["text"], row["kinds"], row.get("place", "")) for row in rows]


@cache
def read_demo() -> DemoOffers:
    """The offers of the worked region, analysed as if they were published."""
    kinds = _read_kinds()
    sites = {row["site"]: row | {"town": row["place"]} for row in _read_csv("sites.csv")}
    providers = {row["provider"]: row["name"] for row in _read_csv("providers.csv")}
    rows = [row for row in _read_csv("offers.csv") if row["summary"] in kinds]
    contents = [_describe(row, sites, providers) for row in rows]
    towns = [" ".join(site["town"] for site in content["sites"]) for content in contents]
    houses = [[site["name"] for site in content["sites"]] for content in contents]
    facts = build_facts([(row["age_from_months"], row["age_to_months"], row["fields"]) for row in contents])
    index = build_index([weigh_terms(content) for content in contents], facts)
    return DemoOffers(
        [row["offer"] for row in rows], [kinds[row["summary"]] for row in rows], towns, houses, index
    )


def _read_csv(name: str) -> list[dict[str, str]]:
    with (ROOT / "demo" / "lippe" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read_kinds() -> dict[str, str]:
    """Kind by summary: every summary belongs to one kind."""
    kinds: dict[str, str] = {}
    for path in sorted((ROOT / "demo" / "kinds").glob("*.toml")):
        for kind in tomllib.loads(path.read_text(encoding="utf-8"))["kind"]:
            kinds |= dict.fromkeys(kind["summary"], kind["key"])
    return kinds


def _describe(
    row: dict[str, str], sites: dict[str, dict[str, str]], providers: dict[str, str]
) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("title", "summary", "description", "plain_text")},
        "fields": row["fields"].split(),
        "age_from_months": int(row["age_from"]),
        "age_to_months": int(row["age_to"]),
        "provider": {"name": providers[row["provider"]]},
        "sites": [sites[key] for key in row["sites"].split()],
    }


def answer(text: str) -> list[int]:
    """Rows of the demo in the order a family sees them; equal answers in the order of the titles' keys."""
    demo = read_demo()
    score = np.round(rank(demo.index, read_question(text, demo.index)), 4)
    order = sorted(np.flatnonzero(score).tolist(), key=lambda row: (-score[row], demo.keys[row]))
    return order[:SHOWN]


def grade(query: JudgedQuery, row: int) -> int:
    """0 … 3 for one offer."""
    demo = read_demo()
    value = query.kinds.get(demo.kinds[row], 0)
    if query.place and query.place not in demo.towns[row] and query.place.lower() not in demo.keys[row]:
        value -= 1
    return max(value, 0)


def measure_ndcg(query: JudgedQuery, order: list[int]) -> float:
    """nDCG@10 with gains 2^grade − 1 (Järvelin & Kekäläinen 2002; Burges et al. 2005)."""
    grades = [grade(query, row) for row in order]
    best = sorted((grade(query, row) for row in range(len(read_demo().keys))), reverse=True)[:SHOWN]
    return _gain(grades) / _gain(best)


def _gain(grades: list[int]) -> float:
    return sum((2**value - 1) / math.log2(place + 2) for place, value in enumerate(grades))


def has_right_offer(query: JudgedQuery, order: list[int], places: int = 3) -> bool:
    """One of the first offers is as good as any can be for this query."""
    best = max(grade(query, row) for row in range(len(read_demo().keys)))
    return any(grade(query, row) == best for row in order[:places])
