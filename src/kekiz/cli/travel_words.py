"""What measured travel times rest on, in sentences: for `kekiz travel`, the report and the summary."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from kekiz.travel.service import write_day

MODE_NAMES = {"foot": "zu Fuß", "bike": "mit dem Rad", "bus": "mit Bus und Bahn", "car": "mit dem Auto"}
STATES = {
    "new": "",
    "resumed": "Es ging dort weiter, wo der letzte Lauf aufgehört hatte.",
    "anew": "Die angefangenen Teile gehörten zu anderen Eingaben; es wurde neu begonnen.",
    "current": "Die Datei war schon da und passt zu den Eingaben; es war nichts zu tun.",
}


def tell_result(told: dict[str, Any], out: Path) -> str:
    """The result of `kekiz travel` for people."""
    lines = [
        f"{_write_count(told['cells'])} Zellen und {_write_count(told['offers'])} Angebote, die man aufsucht",
        "",
    ]
    for mode in told["modes"]:
        counts = told["rows"].get(mode, {})
        modelled = counts.get("model", 0)
        addition = f", davon {_write_count(modelled)} geschätzt" if modelled else ""
        lines.append(f"  {MODE_NAMES[mode]:<18}{_write_count(sum(counts.values())):>12} Wege{addition}")
    lines += ["", *describe_measured(told), f"Tabelle: {out}"]
    if STATES[told["state"]]:
        lines.append(STATES[told["state"]])
    return "\n".join(lines)


def describe_measured(told: dict[str, Any]) -> list[str]:
    """Sentences about what a table of travel times was measured with, and where it was not."""
    sentences = [_describe_streets(told)] if "osm" in told else []
    if "gtfs" in told:
        sentences += _describe_timetable(told["gtfs"])
    missing = [name for mode, name in MODE_NAMES.items() if mode not in told["modes"]]
    if missing:
        sentences.append(f"Geschätzt bleiben Wege {' und '.join(missing)}.")
    empty = [MODE_NAMES[mode] for mode in told["modes"] if not sum(told["rows"].get(mode, {}).values())]
    if empty:  # the engine takes a mode from the table only where the table has rows of it
        sentences.append(
            f"Kein Weg {' und '.join(empty)} lag in zumutbarer Zeit; eine Auswertung schätzt diese Wege."
        )
    sentences += [
        f"Wege {MODE_NAMES[mode]}: {_write_off(off)} vom Straßennetz zu weit entfernt; für sie gilt die "
        "Schätzung aus der Luftlinie."
        for mode, off in told["off_network"].items()
        if off["cells"] or off["offers"]
    ]
    return sentences


def _describe_streets(told: dict[str, Any]) -> str:
    modes = [MODE_NAMES[mode] for mode in told["modes"] if mode != "bus"]
    return (
        f"Wege {', '.join(modes)} sind im Straßennetz von OpenStreetMap gemessen ({told['osm']['file']}, "
        "© OpenStreetMap-Mitwirkende, ODbL), ohne Steigung, Stau und Abbiegeverbote."
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
            f"Von {_write_count(gtfs['cells_without_stop'])} Zellen ist keine Haltestelle mit Fahrt in "
            "diesem Fahrplan zu Fuß erreichbar. Deckt er die Region nicht ganz ab, fehlen dort Wege, die es "
            "gibt."
        )
    if gtfs["on_call"]:
        sentences.append(
            f"{_write_count(gtfs['on_call'])} Halte gelten nur auf Anruf; sie zählen, als führe der Bus."
        )
    return sentences


def _write_off(off: dict[str, int]) -> str:
    parts = [
        f"{_write_count(off[key])} {name}"
        for key, name in (("cells", "Zellen"), ("offers", "Angebote"))
        if off[key]
    ]
    return " und ".join(parts) + (" liegen" if sum(off.values()) > 1 else " liegt")


def _write_time(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def _write_count(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")
