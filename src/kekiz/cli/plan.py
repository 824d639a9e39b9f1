"""`kekiz plan`: which measures newly reach most children for the region's own money, without a database."""

from __future__ import annotations

import json
import math
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from kekiz.cli.exits import Exit, stop
from kekiz.cli.faults import stop_for_faults
from kekiz.cli.inputs import InputFaults, RegionInputs, read_inputs
from kekiz.cli.progress import show_progress
from kekiz.cli.region import read_region
from kekiz.engine.cells import gather_cells
from kekiz.engine.plan.funding import load_rule
from kekiz.engine.plan.practices import build_candidates, read_practices
from kekiz.engine.plan.proposal import propose_plan
from kekiz.engine.plan.written import KIND, write_plan
from kekiz.engine.problems import InputError
from kekiz.engine.scheme import load_scheme
from kekiz.engine.ways import place_names


def run_plan(
    region_file: Path,
    budget_eur: float,
    rule_key: str,
    equity: float,
    practices: Path | None,
    data: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Read region, practices and rule, propose a plan, show and write it. Ends with a code of Exit."""
    _check_options(budget_eur, equity, data, out)
    practices_file = practices or region_file.parent / "practices.toml"
    reading = region_file
    try:
        with show_progress(as_json) as progress:
            progress(0, 10, "Dateien lesen und prüfen")
            scheme = load_scheme()
            region = read_region(region_file, scheme, data)
            read = _place_ways(read_inputs(region, scheme))
            reading = practices_file
            catalogue = read_practices(practices_file, scheme)
            reading = Path(rule_key)
            rule = load_rule(rule_key)
            cells = gather_cells(read.inputs.children, scheme)
            candidates = build_candidates(catalogue, cells, read.inputs.offers, read.names)
            progress(3, 10, f"{len(candidates)} Möglichkeiten abwägen")
            plan = propose_plan(
                read.inputs, candidates, rule, budget_eur, equity=equity, clock=time.thread_time
            )
    except InputFaults as error:
        stop_for_faults(error, as_json)
    except InputError as error:
        stop_for_faults(InputFaults([(reading, error)]), as_json)
    content = write_plan(plan, read.inputs, rule, budget_eur, equity, read.names)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    if out is not None:
        _write(out, text)
    print(text if as_json else describe_plan(content, region.name))


def _place_ways(read: RegionInputs) -> RegionInputs:
    """Ways to offers that a plan adds follow the model; the table of travel times cannot know them."""
    inputs = read.inputs
    if inputs.times is None:
        return read
    return replace(read, inputs=replace(inputs, spots=place_names(inputs.children, inputs.offers)))


def _check_options(budget_eur: float, equity: float, data: Path | None, out: Path | None) -> None:
    if not (math.isfinite(budget_eur) and budget_eur >= 0):
        stop("--budget: Erwartet wird ein Betrag in Euro ab 0, z. B. 60000.", Exit.USAGE)
    if not (math.isfinite(equity) and 0 < equity <= 100):
        stop("--equity: Erwartet wird eine Zahl über 0 bis 100, z. B. 2.0.", Exit.USAGE)
    if data is not None and not data.is_dir():
        stop(f"--data: Den Ordner {data} gibt es nicht.", Exit.USAGE)
    if out is None:
        return
    if out.suffix != ".json" or out.is_dir() or not out.parent.is_dir():
        stop(f"--out: {out} muss eine Datei *.json in einem vorhandenen Ordner sein.", Exit.USAGE)
    if out.exists() and f'"kind": "{KIND}"' not in out.read_text(encoding="utf-8", errors="replace")[:200]:
        stop(f"--out: {out} ist kein Plan von kekiz und wird nicht überschrieben.", Exit.USAGE)


def _write(out: Path, text: str) -> None:
    """Beside first, then in place by renaming: an interrupted run leaves the older file."""
    beside = out.with_suffix(".json.new")
    try:
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(out)
    except OSError as error:
        stop(f"--out: {out} ließ sich nicht schreiben: {error.strerror}.", Exit.USAGE)


def describe_plan(content: dict[str, Any], region: str) -> str:
    """The plan in words."""
    if not content["measures"]:
        return f"{region}: Mit diesem Budget ist keine der {content['candidates']} Möglichkeiten bezahlbar."
    low, high = content["expected_range"]
    lines = [f"Vorschlag für {region}, Förderregel: {content['rule']['name']}", ""]
    for one in content["measures"]:
        once = f", einmalig {_euro(one['fixed_eur'])}" if one["fixed_eur"] else ""
        lines.append(f"  {one['title']}: {_euro(one['cost_per_year_eur'])} im Jahr{once}")
        lines.append(f"    rund {one['predicted']:.0f} Bedarfe, davon {_list_reasons(one)}")
    lines.append("")
    for year in content["money"]:
        lines.append(
            f"Jahr {year['year']}: Kosten {_euro(year['cost_eur'])}, Förderung {_euro(year['state_eur'])}, "
            f"eigene Mittel {_euro(year['own_eur'])}"
        )
    lines += [
        "",
        f"Neu gedeckte Bedarfe: vorausberechnet rund {content['predicted']:.0f} "
        f"(erwartet {low:.0f} bis {high:.0f}), nachgerechnet rund {content['verified']:.0f}",
        f"Kein anderer Vorschlag ist im Modell um mehr als {100 * content['gap']:.1f} % besser.".replace(
            ".", ",", 1
        ),
        "",
        f"{'Kommune':<28}{'vorausberechnet':>18}{'nachgerechnet':>16}",
    ]
    places: dict[str, list[float]] = {}
    for row in content["places"]:
        sums = places.setdefault(row["name"], [0.0, 0.0])
        sums[0] += row["predicted"]
        sums[1] += row["verified"]
    sums_by_name = places.items()
    lines += [
        f"{name:<28}{round(predicted):>18}{round(verified):>16}"
        for name, (predicted, verified) in sums_by_name
    ]
    if content["next_best"]:
        lines += ["", "Als Nächstes, wenn mehr Geld da wäre:"]
        for one in content["next_best"]:
            price = f"{_euro(one['own_eur'])} eigene Mittel"
            lines.append(f"  {one['title']}: rund {one['adds_weighted']:.0f} mehr für {price}")
    lines += ["", TRAVEL[content["travel"]]]
    if content["rule"]["note"]:
        lines += ["", content["rule"]["note"]]
    return "\n".join(lines)


TRAVEL = {
    "model": "Wege sind geschätzt (aus der Luftlinie).",
    "table": "Wege stammen aus der Tabelle der Reisezeiten, zu Orten neuer Angebote sind sie geschätzt.",
    "mixed": "Wege stammen aus der Tabelle der Reisezeiten. Geschätzt sind Wege zu Orten neuer Angebote und "
    "mit Verkehrsmitteln, die in der Tabelle fehlen.",
}
REASONS = {
    "not_found": "nicht gefunden",
    "full": "voll",
    "hurdle": "Hürde",
    "too_far": "zu weit",
    "no_offer": "kein Angebot",
}


def _list_reasons(one: dict[str, Any]) -> str:
    """Why the children of a measure were not reached before, the largest reason first."""
    parts = sorted(one["predicted_by_reason"].items(), key=lambda part: -part[1])
    return ", ".join(f"{value:.0f} {REASONS[code]}" for code, value in parts if value >= 0.5) or "unter 1"


def _euro(amount: float) -> str:
    return f"{amount:,.0f} €".replace(",", ".")
