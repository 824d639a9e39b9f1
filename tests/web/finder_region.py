"""The region of the finder's tests: real municipalities and places of Lippe, invented offers."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from tests.conftest import DETMOLD, LEMGO, LIPPE, LUEGDE, ROOT

from kekiz.accounts.actors import SYSTEM
from kekiz.evidence.actions.areas import load_areas, load_places
from kekiz.register import actions

FOLDER = ROOT / "demo" / "lippe"
BLOMBERG = "05766016"
_PLACE_KINDS = {"main": "municipality", "local": "locality", "postcode": "postcode"}

PROVIDERS = [
    {"key": "familienbuende-lemgo", "name": "Familienbünde Lemgo", "kind": "association", "ags": LEMGO,
     "website": "https://familienbuende.example.org"},
    {"key": "stadt-luegde", "name": "Stadt Lügde", "kind": "public", "ags": LUEGDE},
]  # fmt: skip
SITES = [
    {"key": "luegde-haus", "name": "Familienzentrum Lügde", "street": "Vordere Straße 3", "postcode": "32676",
     "town": "Lügde", "ags": LUEGDE, "lat": 51.957, "lon": 9.247, "barrier_free": "yes"},
    {"key": "elbrinxen", "name": "Dorfgemeinschaftshaus", "street": "Obere Dorfstraße 7", "postcode": "32676",
     "town": "Lügde-Elbrinxen", "ags": LUEGDE, "lat": 51.888, "lon": 9.262, "barrier_free": "no"},
    {"key": "blomberg", "name": "Mehrgenerationenhaus Blomberg", "street": "Kurzer Steinweg 2",
     "postcode": "32825", "town": "Blomberg", "ags": BLOMBERG, "lat": 51.944, "lon": 9.090},
    {"key": "lemgo-haus", "name": "Haus der Familie", "street": "Mittelstraße 1", "postcode": "32657",
     "town": "Lemgo", "ags": LEMGO, "lat": 52.028, "lon": 8.899},
    {"key": "detmold-mitte", "name": "Treff Mitte", "street": "Lange Straße 1", "postcode": "32756",
     "town": "Detmold", "ags": DETMOLD, "lat": 51.937, "lon": 8.879},
]  # fmt: skip


def offer_row(key: str, title: str, site: str = "", **values: Any) -> dict[str, Any]:
    """One sound offer for small children, changed by the given values."""
    return {
        "key": key,
        "provider": "stadt-luegde",
        "sites": [site] if site else [],
        "title": title,
        "age_from_months": 0,
        "age_to_months": 36,
        "fields": ["S1"],
        "languages": ["de"],
        "cost": "free",
        "access": "registration",
        "assured_on": dt.date.today().isoformat(),
        "is_invented": True,
    } | values


OFFERS = [
    offer_row("krabbelgruppe-luegde", "Krabbelgruppe am Emmerauenpark", "luegde-haus", age_from_months=6,
              access="walk_in", summary="Spielen, singen und andere Familien kennenlernen.",
              opening_hours="We 09:30-11:00; SH off", barrier_free="yes", languages=["de", "tr", "ar"],
              description="Jeden Mittwoch treffen sich Eltern mit ihren Kindern.\nEs gibt Tee und Spielzeug.",
              plain_text="Hier treffen sich Eltern mit kleinen Kindern.\nSie müssen nichts bezahlen.",
              phone="05281 12345", email="familie@luegde.example.org", website="https://luegde.example.org"),
    offer_row("musikgarten-luegde", "Musikgarten", "luegde-haus", age_from_months=18, cost="paid",
              hurdles=["paid"], cost_note="8 Euro im Monat", fields=["K2"], opening_hours="Th 15:00-15:45"),
    offer_row("eltern-kind-turnen", "Eltern-Kind-Turnen", "elbrinxen", age_from_months=12, age_to_months=72,
              fields=["G2"], opening_hours="Mo 16:00-17:30", assured_on="2024-01-15", cost="reduced"),
    offer_row("elterncafe-blomberg", "Elterncafé", "blomberg", fields=["S2", "S1"], access="walk_in",
              provider="familienbuende-lemgo", opening_hours="Tu,Th 09:00-11:30"),
    offer_row("hebammensprechstunde", "Hebammensprechstunde", "lemgo-haus", age_from_months=-9,
              age_to_months=12, fields=["G1"], provider="familienbuende-lemgo", access="registration",
              opening_hours="Mo[1] 14:00-16:00"),
    offer_row("nachhilfe-lemgo", "Lernhilfe nach der Schule", "lemgo-haus", age_from_months=72,
              age_to_months=192, fields=["K1"], provider="familienbuende-lemgo",
              opening_hours="nach Absprache"),
    offer_row("turnen-detmold", "Kinderturnen", "detmold-mitte", age_from_months=36, age_to_months=120,
              fields=["G2"], cost="paid", hurdles=["paid"]),
    offer_row("sorgentelefon", "Sorgentelefon", mode="online", access="online", age_to_months=252,
              fields=["S2"], service_area=[LIPPE], languages=["de", "uk"], phone="05231 99000",
              opening_hours="24/7"),
    offer_row("familienpaten-lemgo", "Familienpaten", mode="outreach", access="outreach", fields=["S2"],
              service_area=[LEMGO], provider="familienbuende-lemgo", level="selective", assured_on=None),
    offer_row("zwei-orte", "Spielzeugverleih", "lemgo-haus", sites=["lemgo-haus", "blomberg"], fields=["M2"],
              age_to_months=120, provider="familienbuende-lemgo", permanent=False, until="2126-12-31"),
]  # fmt: skip


def load_finder_region(offers: list[dict[str, Any]] | None = None) -> None:
    """Store the municipalities, the gazetteer and the offers above (or those given)."""
    _load_areas()
    _load_places()
    actions.load_register(
        actor=SYSTEM, providers=PROVIDERS, sites=SITES, offers=OFFERS if offers is None else offers
    )


def read_rows(name: str) -> list[dict[str, str]]:
    """One table of the worked region."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load_areas() -> None:
    shapes = json.loads((FOLDER / "boundaries.geojson").read_text(encoding="utf-8"))["features"]
    boundaries = {shape["properties"]["ags"]: shape["geometry"] for shape in shapes}
    areas: list[dict[str, Any]] = [{"key": LIPPE, "name": "Kreis Lippe", "kind": "region", "ags": [LIPPE]}]
    for row in read_rows("municipalities.csv"):
        areas.append(
            {"key": row["ags"], "name": row["name"], "kind": "municipality", "ags": [row["ags"]],
             "parent": LIPPE, "boundary": boundaries[row["ags"]]}
        )  # fmt: skip
    load_areas(actor=SYSTEM, region_key=LIPPE, areas=areas)


def _load_places() -> None:
    names = {row["ags"]: row["name"] for row in read_rows("municipalities.csv")}
    places = [
        {"name": row["name"], "postcode": row["postcode"], "kind": _PLACE_KINDS[row["kind"]],
         "ags": row["ags"], "municipality": names[row["ags"]], "lat": float(row["lat"]),
         "lon": float(row["lon"])}
        for row in read_rows("places.csv")
    ]  # fmt: skip
    load_places(actor=SYSTEM, region_key=LIPPE, places=places)


@contextmanager
def keep_stored(blocker: Any, load: Callable[[], object]) -> Iterator[None]:
    """Store rows once for all tests of a module, and take them back afterwards."""
    with blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)
