"""Funding rules: dated blocks with a rate, a cap a year and the kinds of cost they pay for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.plan.solver import Problem01, solve_01
from kekiz.engine.problems import InputError, Problem

Floats = NDArray[np.float64]
FOLDER = Path(__file__).parents[1] / "funding"
COST_KINDS = ("staff", "material", "fixed")  # staff and material every year, fixed once in the first year
OWN_MONEY = "own"


@dataclass(frozen=True)
class Block:
    """The state pays ``rate`` of the eligible cost, at most ``cap_eur`` a year, in its years."""

    name: str
    rate: float
    cap_eur: float
    years: tuple[int, ...]
    eligible: tuple[str, ...]  # of COST_KINDS


@dataclass(frozen=True)
class Rule:
    """A funding programme: its years and blocks; what is not paid by a block is the region's own share."""

    key: str
    name: str
    years: tuple[int, ...]
    blocks: tuple[Block, ...]
    source: str
    note: str


NO_FUNDING = Rule(OWN_MONEY, "Eigene Mittel", (1,), (), "", "Die Region trägt alle Kosten selbst.")


def list_rules(folder: Path = FOLDER) -> tuple[str, ...]:
    """Keys of the rules that ship with kekiz, and ``own``: no state money, one year."""
    return (OWN_MONEY, *sorted(path.stem for path in folder.glob("*.toml")))


def load_rule(key: str) -> Rule:
    """A rule that ships with kekiz by its key, or one's own by the path of its file. Raises InputError."""
    if key == OWN_MONEY:
        return NO_FUNDING
    path = Path(key) if key.endswith(".toml") else FOLDER / f"{key}.toml"
    if not path.is_file():
        known = ", ".join(list_rules())
        text = (
            f"Die Förderregel „{key}“ gibt es nicht. Möglich sind: {known}, oder eine eigene Datei (*.toml)."
        )
        raise InputError([Problem(path.name, text)])
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(path.name, f"Die Datei ist nicht lesbar: {error}")]) from error
    faults = _find_faults(content)
    if faults:
        raise InputError([Problem(path.name, text) for text in faults])
    years = tuple(content["years"])
    blocks = tuple(_build_block(raw, years) for raw in content.get("block", []))
    return Rule(path.stem, content["name"], years, blocks, content["source"], content["note"])


def _build_block(raw: dict[str, Any], years: tuple[int, ...]) -> Block:
    own_years = tuple(raw.get("years", years))
    return Block(raw["name"], float(raw["rate"]), float(raw["cap_eur"]), own_years, tuple(raw["eligible"]))


def _find_faults(content: dict[str, Any]) -> list[str]:
    faults = [f"„{name}“ fehlt." for name in ("name", "years", "source", "note") if name not in content]
    years = content.get("years", [])
    if not isinstance(years, list) or not years or not all(isinstance(year, int) for year in years):
        faults.append("„years“ muss eine Liste von Jahren sein, z. B. [2017, 2018].")
    for number, raw in enumerate(content.get("block", []), start=1):
        faults += [f"Baustein Nr. {number}: {text}" for text in _find_block_faults(raw)]
    return faults


def _find_block_faults(raw: dict[str, Any]) -> list[str]:
    missing = [f"„{name}“ fehlt." for name in ("name", "rate", "cap_eur", "eligible") if name not in raw]
    if missing:
        return missing
    faults = []
    if not isinstance(raw["rate"], int | float) or not 0 <= raw["rate"] <= 1:
        faults.append("„rate“ muss zwischen 0 und 1 liegen, z. B. 0.5 für 50 %.")
    if not isinstance(raw["cap_eur"], int | float) or not 0 <= raw["cap_eur"] < float("inf"):
        faults.append("„cap_eur“ muss ein Betrag in Euro ab 0 sein.")
    if not isinstance(raw["eligible"], list) or not set(raw["eligible"]) <= set(COST_KINDS):
        faults.append(f"„eligible“ darf nur enthalten: {', '.join(COST_KINDS)}.")
    return faults


def cost_in_year(costs: Floats, year_index: int) -> Floats:
    """Cost by kind (…, 3) in one year of the plan: fixed cost falls in the first."""
    return np.asarray(costs * np.array([1.0, 1.0, 1.0 if year_index == 0 else 0.0]))


@dataclass(frozen=True)
class YearOfMoney:
    """One year of a plan in EUR: all cost, what each block pays, and what the region pays itself."""

    year: int
    cost: float
    by_block: dict[str, float]
    paid_by_kind: tuple[float, float, float] = (0.0, 0.0, 0.0)  # the blocks together, by kind of cost

    @property
    def state(self) -> float:
        """What all blocks pay together."""
        return sum(self.by_block.values())

    @property
    def own(self) -> float:
        """What is left to the region."""
        return self.cost - self.state


def share_costs(rule: Rule, costs: Floats) -> tuple[YearOfMoney, ...]:
    """Who pays what: ``costs`` are the sums by kind (COST_KINDS) of everything chosen.

    Every euro is claimed from one block only. Blocks are filled so that the state pays as much as the rule
    allows (a linear programme where several blocks pay for the same kind of cost).
    """
    return tuple(_share_year(rule, cost_in_year(costs, index), year) for index, year in enumerate(rule.years))


def _share_year(rule: Rule, costs: Floats, year: int) -> YearOfMoney:
    blocks = [block for block in rule.blocks if year in block.years]
    count, kinds = len(blocks), len(COST_KINDS)
    if not count:
        return YearOfMoney(year, float(costs.sum()), {})
    # columns: state share of each block, then the cost claimed from each block by kind
    claims = np.arange(count * kinds)
    block, kind = claims // kinds, claims % kinds
    may_claim = np.array([COST_KINDS[k] in blocks[b].eligible for b, k in zip(block, kind, strict=True)])
    rate = np.array([entry.rate for entry in blocks])
    problem = Problem01(
        gain=np.concatenate([np.ones(count), np.zeros(len(claims))]),
        upper=np.concatenate([[entry.cap_eur for entry in blocks], np.where(may_claim, costs[kind], 0.0)]),
        is_whole=np.zeros(count + len(claims), dtype=bool),
        row=np.concatenate([np.arange(count), block, count + kind]),
        column=np.concatenate([np.arange(count), count + claims, count + claims]),
        value=np.concatenate([np.ones(count), -rate[block], np.ones(len(claims))]),
        most=np.concatenate([np.zeros(count), costs]),
    )
    values = solve_01(problem, gap=0.0, time_limit_s=10.0).values
    paid, claimed = values[:count], values[count:].reshape(count, kinds)
    by_kind = claimed * (paid / np.maximum(claimed.sum(axis=1), 1e-9))[:, None]
    return YearOfMoney(
        year,
        float(costs.sum()),
        {entry.name: float(sum_) for entry, sum_ in zip(blocks, paid, strict=True)},
        tuple(by_kind.sum(axis=0).tolist()),
    )


def share_by_measure(years: tuple[YearOfMoney, ...], costs: Floats) -> Floats:
    """What the state pays for each measure (K) in each year (Y), EUR.

    ``costs``: measures × kinds. A grant is given to the programme, not to single measures: what it pays for a
    kind of cost is divided in proportion to that cost.
    """
    shares = np.zeros((len(costs), len(years)))
    for index, year in enumerate(years):
        yearly = cost_in_year(costs, index)
        total = yearly.sum(axis=0)
        rate = np.divide(year.paid_by_kind, total, out=np.zeros(len(COST_KINDS)), where=total > 0)
        shares[:, index] = yearly @ rate
    return shares
