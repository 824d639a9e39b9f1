"""What the pages of the planning say about a proposal, in sentences."""

from __future__ import annotations

from typing import Any

from kekiz.planning.models import Proposal
from kekiz.web.components.reasons import REASON_BY_CODE
from kekiz.web.words import (
    join_words,
    round_estimate,
    write_estimate,
    write_euro,
    write_number,
    write_percent,
)

Content = dict[str, Any]
LOW_INCOME = "low_income"
NOTHING_BETTER = 0.0005  # a proven gap below this rounds to nothing
WORTH_NAMING = 0.1  # of the children a measure reaches


def count_group(content: Content, group: str, figure: str = "verified") -> float:
    """Needs newly met of one group."""
    return float(sum(row[figure] for row in content["places"] if row["group"] == group))


def headline(proposal: Proposal, content: Content) -> str:
    """What the proposal brings, in a sentence."""
    budget = write_euro(proposal.budget_eur)
    if not content["measures"]:
        count = write_number(content["candidates"])
        return f"Mit {budget} im Jahr ist keine der {count} Möglichkeiten bezahlbar, die Kinder erreicht."
    return (
        f"Mit {budget} eigenem Geld im Jahr finden {write_estimate(content['verified'])} Kinder mehr, "
        "was sie brauchen."
    )


def describe_range(content: Content) -> str:
    """The range in which the verified figure was expected."""
    low, high = content["expected_range"]
    return f"{write_number(round_estimate(low))}–{write_number(round_estimate(high))}"


def describe_money(content: Content) -> str:
    """Who pays what, year by year."""
    parts = []
    for year in content["money"]:
        when = f"{year['year']}" if year["year"] > 1 else "Im ersten Jahr"
        state = f"davon zahlt die Förderung {write_euro(year['state_eur'])} und " if year["state_eur"] else ""
        parts.append(
            f"{when}: {write_euro(year['cost_eur'])} Kosten, {state}die Region {write_euro(year['own_eur'])}."
        )
    return " ".join(parts)


def describe_proof(content: Content) -> str:
    """How good the choice is, in words for people who do not know what a gap is."""
    count = write_number(content["candidates"])
    more = content["upper_bound_weighted"] - content["gain_weighted"]
    if not content["measures"]:
        return f"Geprüft wurden {count} Möglichkeiten. Keine passt in dieses Budget."
    weighed = " (gewichtet gezählt)" if content["equity"] != 1 else ""
    if content["gap"] <= NOTHING_BETTER:
        best = "Bewiesen ist: Keine andere bezahlbare Auswahl erreicht in dieser Rechnung mehr Kinder."
    else:
        best = (
            f"Bewiesen ist: Keine andere bezahlbare Auswahl erreicht in dieser Rechnung mehr als "
            f"{write_percent(content['gap'], 1)} mehr, das wären höchstens {write_estimate(max(more, 1.0))} "
            f"Kinder{weighed}."
        )
    if content["method"] == "exact":
        return f"Aus {count} Möglichkeiten wurde die beste Zusammenstellung gesucht. {best}"
    return (
        f"Es gibt {count} Möglichkeiten, zu viele für die genaue Suche. Die Auswahl ist Schritt für Schritt "
        f"gewachsen und wurde durch Tausch verbessert. {best}"
    )


def describe_difference(content: Content) -> str:
    """Predicted and verified, and whether the difference lies in the stated range."""
    predicted, verified = content["predicted"], content["verified"]
    low, high = content["expected_range"]
    is_inside = low <= verified <= high
    verdict = (
        "Das liegt in der angegebenen Spanne."
        if is_inside
        else "Das liegt außerhalb der angegebenen Spanne: Die Maßnahmen wirken zusammen anders als einzeln. "
        "Verlassen Sie sich auf die nachgerechnete Zahl."
    )
    return (
        f"Vorausberechnet waren {write_estimate(predicted)} Kinder, erwartet {describe_range(content)}. "
        f"Nachgerechnet mit allen Maßnahmen zusammen sind es {write_estimate(verified)}. {verdict}"
    )


def describe_reasons(by_reason: dict[str, float], reached: float) -> str:
    """Why the children a measure reaches had no place before, the largest reason first."""
    named = [
        (code, value)
        for code, value in sorted(by_reason.items(), key=lambda item: -item[1])
        if reached > 0 and value >= WORTH_NAMING * reached
    ]
    parts = [f"{REASON_BY_CODE[code].label} ({write_percent(value / reached)})" for code, value in named]
    return join_words(parts) or "–"


def describe_limits(proposal: Proposal, towns: dict[str, str], kinds: dict[str, str]) -> str:
    """What was left out of the search; empty if nothing was."""
    parts = []
    if proposal.kinds:
        parts.append("nur: " + join_words([kinds[kind] for kind in proposal.kinds], "oder"))
    if proposal.ags:
        parts.append("nur in " + join_words([towns.get(key, key) for key in proposal.ags]))
    return "; ".join(parts)


def describe_weight(equity: float) -> str:
    """How much a child of a family with little money counts."""
    if equity == 1:
        return "Alle Kinder zählen gleich viel."
    decimals = 0 if equity == round(equity) else 1
    return f"Ein Kind aus einer Familie mit wenig Geld zählt {write_number(equity, decimals)}-mal so viel."
