"""How the parts of a need and the ways of a run are called, on pages and in files alike."""

from __future__ import annotations

from typing import Any

from kekiz.engine.scheme import MODES
from kekiz.travel.words import describe_basis, join_modes, tell_dates, write_count

REASON_NAMES = {
    "found": "gefunden",
    "not_found": "nicht gefunden",
    "full": "voll",
    "hurdle": "Hürde",
    "too_far": "zu weit",
    "no_offer": "kein Angebot",
}
WAYS_LABEL = "Wege"
MODEL = (
    "Gerechnet wird die Luftlinie mal Umweg durch Geschwindigkeit, dazu Wartezeit. Flüsse, Berge und "
    "Fahrpläne kennt die Schätzung nicht."
)
OFF_STREET = "über einen Kilometer von jeder Straße"


def say_ways(ways: dict[str, Any] | None) -> str:
    """Which ways a run used, in one or two short sentences. ``ways``: as the run keeps it."""
    if not ways or not ways["modes"]:
        return "Wege sind geschätzt (aus der Luftlinie)."
    estimated = [mode for mode in MODES if mode not in ways["modes"]]
    which = f" {join_modes(ways['modes'])}" if estimated else ""
    rest = f", {join_modes(estimated)} geschätzt" if estimated else ""
    return f"Wege{which} sind gemessen ({tell_dates(ways)}){rest}.{_say_modelled(ways)}"


def _say_modelled(ways: dict[str, Any]) -> str:
    count = ways["modelled_ways"]
    if not count:
        return ""
    verb = "ist" if count == 1 else "sind"
    return f" {write_count(count)} von {write_count(ways['ways'])} Wegen {verb} dennoch geschätzt."


def explain_modelled(ways: dict[str, Any]) -> list[str]:
    """For how many ways the model stood in and why, in sentences; empty where all were measured."""
    if not ways["modelled_ways"]:
        return []
    parts = [
        _say_count(
            ways["new_offers"], "Angebot liegt", "Angebote liegen", "an einem neuen oder verlegten Ort"
        ),
        _say_count(ways["new_cells"], "Zelle ist", "Zellen sind", "neu oder verlegt"),
        _say_count(ways["off_offers"], "Angebot liegt", "Angebote liegen", OFF_STREET),
        _say_count(ways["off_cells"], "Zelle liegt", "Zellen liegen", OFF_STREET),
    ]
    return [
        f"Ein Weg führt von einer der {write_count(ways['cells'])} Zellen zu einem der "
        f"{write_count(ways['offers'])} Angebote, die man aufsucht; eines an zwei Orten zählt zweimal.",
        f"Geschätzt ist er, wo nicht gemessen wurde: {', '.join(part for part in parts if part)}.",
    ]


def _say_count(count: int, one: str, many: str, where: str) -> str:
    return f"{write_count(count)} {one if count == 1 else many} {where}" if count else ""


def describe_ways_as_source(ways: dict[str, Any] | None, told: dict[str, Any]) -> dict[str, Any]:
    """The ways beside the other sources of a run. ``told``: what the measurement tells of itself."""
    method = [*explain_modelled(ways), *describe_basis(told)] if ways and ways["modes"] else [MODEL]
    if ways and ways["outgrown"]:
        method.append(
            f"Gemessen, aber nicht benutzt: Wege {join_modes(ways['outgrown'])}. Nach den Kennwerten sind "
            "längere Wege zumutbar, als gemessen wurden."
        )
    return {
        "label": WAYS_LABEL, "name": say_ways(ways).removesuffix("."), "method": " ".join(method),
        "source": "", "licence": "", "year": None, "note": "",
    }  # fmt: skip
