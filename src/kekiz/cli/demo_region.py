"""Fill an empty database with the worked region, through the same actions that people's work goes through."""

from __future__ import annotations

import csv
import datetime as dt
import json
import logging
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kekiz.accounts.actions import create_user, grant_role
from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.actions import publish_run, run_analysis
from kekiz.analysis.queries import latest_run
from kekiz.cli.demo_accounts import PASSWORD, list_accounts
from kekiz.cli.demo_reminders import remind_providers
from kekiz.cli.serve import migrate_database
from kekiz.engine.checks import split_list
from kekiz.evidence.actions import load_areas, load_children, load_places
from kekiz.planning.actions import load_practices, request_proposal
from kekiz.register.actions import load_register, search_duplicates
from kekiz.register.models import DuplicateLevel

Row = dict[str, str]
RANGE_DRAWS = 40  # enough for ranges in whole children of a hundred, and half a minute at most
DEMO_BUDGET_EUR, DEMO_RULE = 60_000, "kekiz-2017"
POPULATION_DAY = dt.date(2022, 12, 31)
PUBLIC_SOURCE = "BKG, VG250-EW (Einwohner 31.12.2022) und VG250 (Grenzen); Kreis Lippe (Jugendämter)"
PLACE_KINDS = {"main": "municipality", "local": "locality", "postcode": "postcode"}
SAME_NAME = [
    "title",
    "summary",
    "description",
    "plain_text",
    "mode",
    "access",
    "cost",
    "cost_note",
    "barrier_free",
    "system",
    "level",
    "funding",
    "opening_hours",
    "assured_by",
    "phone",
    "email",
    "website",
]


Steps = list[tuple[str, Callable[[], object]]]


def build_region(source: Path) -> None:
    """Make the tables, then areas, places, children, register, accounts and one analysis."""
    region = _read_region(source)
    key, day = region["key"], region["reference_date"]
    build_register(source)
    _take_steps(
        [
            ("Konten", lambda: _create_accounts(source)),
            ("Doppelte Einträge", _search_duplicates),
            ("Analyse", lambda: _analyse(key, day)),
            ("Zahlen veröffentlichen", lambda: _publish(key)),
            ("Praxen und ein Vorschlag", lambda: _plan(source, key)),
            ("Erinnerungen", remind_providers),
        ]
    )


def build_register(source: Path) -> None:
    """What families see: tables, areas, places, children by place, providers and their offers."""
    region = _read_region(source)
    key = region["key"]
    _take_steps(
        [
            ("Datenbank anlegen", migrate_database),
            ("Gebiete und Orte", lambda: _load_areas(source, key, region["name"])),
            ("Kinder", lambda: _load_children(source, key, region["notice"])),
            ("Träger, Orte und Angebote", lambda: _load_register(source)),
        ]
    )


def _read_region(source: Path) -> dict[str, Any]:
    content: dict[str, Any] = tomllib.loads((source / "region.toml").read_text(encoding="utf-8"))["region"]
    return content


def _take_steps(steps: Steps) -> None:
    for title, step in steps:
        print(f"→ {title} …", end=" ", flush=True)
        step()
        print("fertig", flush=True)


def _analyse(key: str, day: dt.date) -> None:
    run_analysis(actor=SYSTEM, region_key=key, reference_date=day, range_draws=RANGE_DRAWS)


def _publish(key: str) -> None:
    """The demo shows its figures as open data too, marked as invented."""
    run = latest_run(key)
    if run is not None:
        publish_run(actor=SYSTEM, run=run)


def _plan(source: Path, key: str) -> None:
    """Load the practices, if the region has any, and compute one proposal to look at."""
    run, practices = latest_run(key), source / "practices.toml"
    if run is None or not practices.is_file():
        return
    logging.getLogger("django_tasks").setLevel(logging.WARNING)  # the step itself says what is done
    load_practices(actor=SYSTEM, region_key=key, path=practices)
    request_proposal(actor=SYSTEM, run=run, budget_eur=DEMO_BUDGET_EUR, rule_key=DEMO_RULE)


def _search_duplicates() -> None:
    for level in DuplicateLevel.values:
        search_duplicates(actor=SYSTEM, level=level)


def _read_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load_areas(source: Path, key: str, name: str) -> None:
    municipalities = _read_csv(source / "municipalities.csv")
    collection = json.loads((source / "boundaries.geojson").read_text(encoding="utf-8"))
    boundaries = {entry["properties"]["ags"]: entry["geometry"] for entry in collection["features"]}
    areas: list[dict[str, Any]] = [_describe_region(key, name, municipalities)]
    offices = sorted({row["youth_office"] for row in municipalities})
    for office in offices:
        ags = [row["ags"] for row in municipalities if row["youth_office"] == office]
        areas.append(
            {
                "key": _name_office(office),
                "name": f"Jugendamt {office}",
                "kind": "youth_office",
                "ags": ags,
                "parent": key,
                "source": PUBLIC_SOURCE,
            }
        )
    areas += [_describe_municipality(row, boundaries.get(row["ags"])) for row in municipalities]
    load_areas(actor=SYSTEM, region_key=key, areas=areas)
    names = {row["ags"]: row["name"] for row in municipalities}
    places = [_describe_place(row, names[row["ags"]]) for row in _read_csv(source / "places.csv")]
    load_places(actor=SYSTEM, region_key=key, places=places)


def _describe_region(key: str, name: str, municipalities: list[Row]) -> dict[str, Any]:
    return {
        "key": key,
        "name": name.split(" (", maxsplit=1)[0],
        "kind": "region",
        "ags": [key],
        "population": sum(int(row["population"]) for row in municipalities),
        "population_on": POPULATION_DAY,
        "area_km2": round(sum(float(row["area_km2"]) for row in municipalities), 2),
        "source": PUBLIC_SOURCE,
    }


def _name_office(office: str) -> str:
    return "jugendamt-" + office.lower().replace(" ", "-")


def _describe_municipality(row: Row, boundary: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "key": row["ags"],
        "name": row["name"],
        "kind": "municipality",
        "ags": [row["ags"]],
        "parent": _name_office(row["youth_office"]),
        "population": int(row["population"]),
        "population_on": POPULATION_DAY,
        "area_km2": float(row["area_km2"]),
        "boundary": boundary,
        "source": PUBLIC_SOURCE,
    }


def _describe_place(row: Row, municipality: str) -> dict[str, Any]:
    return {
        "name": row["name"],
        "postcode": row["postcode"],
        "kind": PLACE_KINDS[row["kind"]],
        "ags": row["ags"],
        "municipality": municipality,
        "lat": float(row["lat"]),
        "lon": float(row["lon"]),
        "source": "GeoNames (CC BY 4.0); Ortsteile aus Haltestellennamen",
    }


def _load_children(source: Path, key: str, notice: str) -> None:
    load_children(
        actor=SYSTEM,
        region_key=key,
        table=source / "children.csv",
        name="Kinder nach Rasterzellen (erzeugt)",
        source="Erzeugt aus den amtlichen Einwohnerzahlen der Kommunen vom 31.12.2022",
        year=POPULATION_DAY.year,
        method="Die Summen je Kommune sind amtlich; Zellen, Alter und Gruppen darin sind erzeugt.",
        note=notice,
        is_synthetic=True,
    )


def _load_register(source: Path) -> None:
    load_register(
        actor=SYSTEM,
        providers=[_describe_provider(row) for row in _read_csv(source / "providers.csv")],
        sites=[_describe_site(row) for row in _read_csv(source / "sites.csv")],
        offers=[_describe_offer(row) for row in _read_csv(source / "offers.csv")],
        cooperations=[
            {**row, "since": _read_date(row["since"])} for row in _read_csv(source / "cooperations.csv")
        ],
    )


def _describe_provider(row: Row) -> dict[str, Any]:
    return {
        "key": row["provider"],
        "name": row["name"],
        "ags": row["ags"],
        "website": row["website"],
        "contact_email": row["email"],
        "contact_phone": row["phone"],
    }


def _describe_site(row: Row) -> dict[str, Any]:
    return {
        "key": row["site"],
        "name": row["name"],
        "street": row["street"],
        "postcode": row["postcode"],
        "town": row["place"],
        "ags": row["ags"],
        "lat": float(row["lat"]),
        "lon": float(row["lon"]),
        "barrier_free": row["barrier_free"],
    }


def _describe_offer(row: Row) -> dict[str, Any]:
    return {
        "key": row["offer"],
        "provider": row["provider"],
        "sites": split_list(row["sites"]),
        **{name: row[name] for name in SAME_NAME},
        "age_from_months": int(row["age_from"]),
        "age_to_months": int(row["age_to"]),
        "fields": split_list(row["fields"]),
        "places": int(row["places"]) if row["places"] else None,
        "service_area": split_list(row["area"]),
        "hurdles": split_list(row["hurdles"]),
        "languages": split_list(row["languages"]),
        "permanent": row["permanent"] == "yes",
        "until": _read_date(row["until"]),
        "evidence": row["evidence"] or "not_listed",
        "assured_on": _read_date(row["assured_on"]),
        "is_invented": True,
    }


def _read_date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _create_accounts(source: Path) -> None:
    for account in list_accounts(source):
        user = create_user(
            actor=SYSTEM, email=account.email, display_name=account.display_name, password=PASSWORD
        )
        grant_role(actor=SYSTEM, user=user, role=account.role, area=account.area)
