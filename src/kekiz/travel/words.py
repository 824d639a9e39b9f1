"""What measured travel times rest on, in sentences: for `kekiz travel`, the report, the cockpit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from kekiz.travel.service import write_day

MODE_NAMES = {"foot": "zu Fuß", "bike": "mit dem Rad", "bus": "mit Bus und Bahn", "car": "mit dem Auto"}
STATES = {
    "new": "",
    "resumed": "Es ging dort weiter, wo der letzte Lauf aufgehört hatte.",
    "anew": "Die angefangenen Teile gehörten zu anderen Eingaben; es wurde neu begonnen.",
    "current": "Die Datei war schon da und passt zu den Eingaben; es war nichts zu tun.",
    "stored": "Es war nichts zu tun.",
}


def tell_result(told: dict[str, Any], where: str) -> str:
    """The result of `kekiz travel` for people; ``where``: what became of the table."""
    ends = "Orte" if told.get("spots") else "Angebote, die man aufsucht"
    lines = [f"{write_count(told['cells'])} Zellen und {write_count(told['offers'])} {ends}", ""]
    for mode in told["modes"]:
        counts = told["rows"].get(mode, {})
        modelled = counts.get("model", 0)
        addition = f", davon {write_count(modelled)} geschätzt" if modelled else ""
        lines.append(f"  {MODE_NAMES[mode]:<18}{write_count(sum(counts.values())):>12} Wege{addition}")
    lines += ["", *describe_measured(told), where]
    if STATES[told["state"]]:
        lines.append(STATES[told["state"]])
    return "\n".join(lines)


def join_modes(modes: Iterable[str]) -> str:
    """Modes in words: "zu Fuß, mit dem Rad und mit dem Auto"."""
    *others, last = [MODE_NAMES[mode] for mode in modes]
    return f"{', '.join(others)} und {last}" if others else last


def tell_dates(told: dict[str, Any]) -> str:
    """The day of the streets and of the timetable: "Straßen vom 08.09.2024, Fahrplan für Di 21.06.2022"."""
    parts = []
    if "osm" in told:
        as_of = told["osm"].get("as_of")
        parts.append(f"Straßen vom {_write_date(as_of)}" if as_of else "Straßen ohne Angabe ihres Stands")
    if "gtfs" in told:
        parts.append(f"Fahrplan für {write_day(dt.date.fromisoformat(told['gtfs']['date']))}")
    return ", ".join(parts)


def describe_basis(told: dict[str, Any]) -> list[str]:
    """Sentences about what a table of travel times was measured with."""
    sentences = [_describe_streets(told)] if "osm" in told else []
    return sentences + (_describe_timetable(told["gtfs"]) if "gtfs" in told else [])


def describe_measured(told: dict[str, Any]) -> list[str]:
    """The same, and where it was not measured."""
    sentences = describe_basis(told)
    missing = [name for mode, name in MODE_NAMES.items() if mode not in told["modes"]]
    if missing:
        sentences.append(f"Geschätzt bleiben Wege {' und '.join(missing)}.")
    empty = [MODE_NAMES[mode] for mode in told["modes"] if not sum(told["rows"].get(mode, {}).values())]
    if empty:  # the engine takes a mode from the table only where the table has rows of it
        sentences.append(
            f"Kein Weg {' und '.join(empty)} lag in zumutbarer Zeit; eine Auswertung schätzt diese Wege."
        )
    sentences += [
        f"Wege {MODE_NAMES[mode]}: {_write_off(off, told)} vom Straßennetz zu weit entfernt; für sie gilt "
        "die Schätzung aus der Luftlinie."
        for mode, off in told["off_network"].items()
        if off["cells"] or off["offers"]
    ]
    return sentences


def _describe_streets(told: dict[str, Any]) -> str:
    modes = [MODE_NAMES[mode] for mode in told["modes"] if mode != "bus"]
    as_of = told["osm"].get("as_of")
    stand = f", Stand {_write_date(as_of)}" if as_of else ""
    return (
        f"Wege {', '.join(modes)} sind im Straßennetz von OpenStreetMap gemessen ({told['osm']['file']}"
        f"{stand}, © OpenStreetMap-Mitwirkende, ODbL), ohne Steigung, Stau und Abbiegeverbote."
    )


def _describe_timetable(gtfs: dict[str, Any]) -> list[str]:
    day = write_day(dt.date.fromisoformat(gtfs["date"]))
    share = "der Hälfte" if gtfs["percentile"] == 50 else f"{gtfs['percentile']:g} %"
    times = f"{_write_time(gtfs['depart_from_s'])} und {_write_time(gtfs['depart_to_s'])} Uhr"
    sentences = [
        f"Wege mit Bus und Bahn folgen dem Fahrplan {gtfs['file']} für {day}, Aufbruch zwischen {times}: In "
        f"{share} der Minuten dauert der Weg höchstens so lange, mit Warten, Fußwegen von je höchstens "
        f"{gtfs['walk_minutes']:g} Minuten und höchstens {gtfs['changes']} Umstiegen."
    ]
    if gtfs["cells_without_stop"]:
        sentences.append(
            f"Von {write_count(gtfs['cells_without_stop'])} Zellen ist keine Haltestelle mit Fahrt in "
            "diesem Fahrplan zu Fuß erreichbar. Deckt er die Region nicht ganz ab, fehlen dort Wege, die es "
            "gibt."
        )
    if gtfs["on_call"]:
        sentences.append(
            f"{write_count(gtfs['on_call'])} Halte gelten nur auf Anruf; sie zählen, als führe der Bus."
        )
    return sentences


def _write_off(off: dict[str, int], told: dict[str, Any]) -> str:
    ends = "Orte" if told.get("spots") else "Angebote"
    parts = [
        f"{write_count(off[key])} {name}" for key, name in (("cells", "Zellen"), ("offers", ends)) if off[key]
    ]
    return " und ".join(parts) + (" liegen" if sum(off.values()) > 1 else " liegt")


def _write_date(text: str) -> str:
    return f"{dt.date.fromisoformat(text):%d.%m.%Y}"


def _write_time(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def write_count(count: int) -> str:
    """A count with thin spaces between the thousands."""
    return f"{count:,}".replace(",", "\u202f")
