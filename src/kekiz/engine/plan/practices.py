"""Read practices.toml: good practice that can be brought to other places, and what changes are on offer."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kekiz.engine.cells import Cells
from kekiz.engine.plan.candidates import Candidate, Practice, drop_hurdle, enlarge_offer, place_practices
from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import HURDLES, OFFER_MODES, Scheme
from kekiz.engine.tables import Offers

KINDS = ("offer", "guide")
NUMBERS = ("places", "staff_eur", "material_eur", "fixed_eur", "age_from", "age_to", "guided_share")
TEXTS = {"source", "note"}  # read by the cockpit: where the figures of a practice come from
KNOWN = {
    "key", "name", "kind", "fields", "units", "mode", "site_kind", "variant_of", "excludes", *TEXTS, *NUMBERS
}  # fmt: skip


@dataclass(frozen=True)
class HurdlePrice:
    """What it costs to drop a hurdle at an offer, EUR a place and year."""

    hurdle: str  # of HURDLES
    eur_per_place: float


WORDS = {
    "paid": "kostet Geld",
    "registration": "Anmeldung nötig",
    "referral": "Überweisung nötig",
    "language": "nur auf Deutsch",
    "waiting_list": "Warteliste",
    "application": "Antrag nötig",
}


@dataclass(frozen=True)
class Catalogue:
    """Practices, and what more places or a dropped hurdle at existing offers cost (None: not on offer)."""

    practices: tuple[Practice, ...]
    eur_per_place: float | None
    share_more: float  # more places, as a share of the offer's places
    hurdles: tuple[HurdlePrice, ...]


def read_practices(path: Path, scheme: Scheme) -> Catalogue:
    """Read practices.toml (docs/cli.md). Raises InputError with every fault."""
    if not path.is_file():
        raise InputError([Problem(path.name, f"Die Datei wurde nicht gefunden: {path}")])
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(path.name, f"Die Datei ist nicht lesbar: {error}")]) from error
    problems, practices = [], []
    for number, raw in enumerate(content.get("practice", []), start=1):
        faults = _find_faults(raw, scheme)
        problems += [
            Problem(path.name, f"Praxis Nr. {number} ({raw.get('key', '?')}): {text}") for text in faults
        ]
        if not faults:
            practices.append(_build(raw, scheme))
    keys = [practice.key for practice in practices]
    problems += [
        Problem(path.name, f"Die Praxis „{key}“ steht mehrfach in der Datei.")
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    problems += [
        Problem(path.name, f"Praxis „{raw.get('key', '?')}“: „{name}“ nennt „{other}“, das keine Praxis ist.")
        for raw in content.get("practice", [])
        for name, others in (("variant_of", [raw.get("variant_of")]), ("excludes", raw.get("excludes", [])))
        for other in others
        if other and other not in keys
    ]
    more, fee = content.get("more_places", {}), content.get("no_fee", {})
    drops = content.get("drop_hurdle", [])
    problems += [Problem(path.name, text) for raw in drops for text in _find_hurdle_faults(raw)]
    for table, entry, name in (
        ("more_places", more, "eur_per_place"),
        ("more_places", more, "share"),
        ("no_fee", fee, "eur_per_place"),
    ):
        if entry and not _is_amount(entry.get(name)):
            problems.append(Problem(path.name, f"[{table}] {name} fehlt oder ist keine Zahl ab 0."))
    if not problems and not practices and not more and not fee and not drops:
        problems.append(Problem(path.name, "Die Datei enthält keine Praxis: Erwartet wird [[practice]]."))
    if problems:
        raise InputError(problems)
    prices = [HurdlePrice("paid", float(fee["eur_per_place"]))] if fee else []
    prices += [HurdlePrice(raw["hurdle"], float(raw["eur_per_place"])) for raw in drops]
    return Catalogue(tuple(practices), more.get("eur_per_place"), more.get("share", 0.0), tuple(prices))


def _find_hurdle_faults(raw: dict[str, Any]) -> list[str]:
    faults = []
    if raw.get("hurdle") not in HURDLES:
        faults.append(f"[[drop_hurdle]] hurdle muss eines sein von: {', '.join(HURDLES)}.")
    if not _is_amount(raw.get("eur_per_place")):
        faults.append("[[drop_hurdle]] eur_per_place fehlt oder ist keine Zahl ab 0.")
    return faults


def _is_amount(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value >= 0


def _find_faults(raw: dict[str, Any], scheme: Scheme) -> list[str]:
    kind = raw.get("kind", "offer")
    needed = {"key", "name", "fields", "places", "staff_eur"}
    needed |= {"guided_share"} if kind == "guide" else {"age_from", "age_to"}
    faults = [f"„{name}“ fehlt." for name in sorted(needed - set(raw))]
    faults += [f"Die Angabe „{name}“ ist unbekannt." for name in sorted(set(raw) - KNOWN)]
    if kind not in KINDS:
        faults.append(f"„kind“ muss {' oder '.join(KINDS)} sein.")
    if raw.get("mode", "visit") not in OFFER_MODES:
        faults.append(f"„mode“ muss eines sein von: {', '.join(OFFER_MODES)}.")
    unknown = [code for code in str(raw.get("fields", "")).split() if code not in scheme.field_codes]
    if unknown or ("fields" in raw and not str(raw["fields"]).split()):
        faults.append(f"„fields“ darf nur enthalten: {', '.join(scheme.field_codes)}.")
    for name in NUMBERS:
        low_allowed = name.startswith("age")
        value = raw.get(name, 0)
        if not _is_amount(abs(value) if low_allowed and isinstance(value, int | float) else value):
            faults.append(f"„{name}“ muss eine Zahl ab 0 sein, nicht „{value}“.")
    if not faults and kind == "offer" and not -9 <= raw["age_from"] < raw["age_to"] <= 324:
        faults.append("Das Alter steht in Monaten: -9 ≤ age_from < age_to ≤ 324.")
    if not faults and raw.get("guided_share", 0) > 1:
        faults.append("„guided_share“ ist ein Anteil von 0 bis 1.")
    units = raw.get("units", [1])
    if not isinstance(units, list) or not units or not all(isinstance(n, int) and n > 0 for n in units):
        faults.append("„units“ muss eine Liste ganzer Zahlen ab 1 sein, z. B. [1, 2].")
    others = raw.get("excludes", [])
    if not isinstance(others, list) or not all(isinstance(other, str) for other in others):
        faults.append("„excludes“ muss eine Liste von Schlüsseln anderer Praxen sein.")
    return faults


def _build(raw: dict[str, Any], scheme: Scheme) -> Practice:
    codes = str(raw["fields"]).split()
    return Practice(
        key=raw["key"],
        name=raw["name"],
        kind=raw.get("kind", "offer"),
        fields=sum(1 << scheme.field_codes.index(code) for code in set(codes)),
        age_from=float(raw.get("age_from", -9)),
        age_to=float(raw.get("age_to", 324)),
        units=tuple(raw.get("units", [1])),
        places=float(raw["places"]),
        staff_eur=float(raw["staff_eur"]),
        material_eur=float(raw.get("material_eur", 0)),
        fixed_eur=float(raw.get("fixed_eur", 0)),
        mode=OFFER_MODES.index(raw.get("mode", "visit")),
        guided_share=float(raw.get("guided_share", 0)),
        site_kind=raw.get("site_kind", ""),
        variant_of=raw.get("variant_of", ""),
        excludes=tuple(raw.get("excludes", [])),
    )


def build_candidates(
    catalogue: Catalogue, cells: Cells, offers: Offers, names: dict[str, str]
) -> tuple[Candidate, ...]:
    """All candidates: practices × places, then more places and dropped hurdles at offers of known places."""
    candidates = list(place_practices(catalogue.practices, cells, names))
    where = find_municipalities(offers, cells)
    for row in np.argsort(offers.offer.astype(str)):
        offer, places, ags = str(offers.offer[row]), float(offers.places[row]), where[row]
        if not places > 0:
            continue
        more = max(round(places * catalogue.share_more), 1)
        if catalogue.eur_per_place is not None:
            candidates.append(enlarge_offer(offers, offer, more, more * catalogue.eur_per_place, ags))
        for price in catalogue.hurdles:
            bit = HURDLES.index(price.hurdle)
            if int(offers.hurdles[row]) >> bit & 1:
                cost = places * price.eur_per_place
                candidates.append(drop_hurdle(offers, offer, bit, cost, WORDS[price.hurdle], ags))
    return tuple(candidates)


def find_municipalities(offers: Offers, cells: Cells) -> list[str]:
    """The municipality of every offer: that of the nearest cell, or the area it serves; "" for the region."""
    keys, index = cells.municipalities
    found = []
    for row in range(len(offers.offer)):
        if OFFER_MODES[offers.mode[row]] == "visit" and len(cells.x):
            nearest = np.argmin(np.hypot(cells.x - offers.x[row], cells.y - offers.y[row]))
            found.append(str(keys[index[nearest]]))
        else:
            area = str(offers.area[row])
            found.append(area if len(area.split()) == 1 else "")
    return found


def select_candidates(
    candidates: Sequence[Candidate], kinds: Collection[str] = (), ags: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """The candidates of these kinds that work in these municipalities; empty means all.

    What works in more than one municipality stays out when municipalities are named.
    """
    return tuple(
        one for one in candidates if (not kinds or one.kind in kinds) and (not ags or one.ags in ags)
    )


def read_practice_sources(path: Path) -> dict[str, tuple[str, str]]:
    """Source and note of every practice of a file that ``read_practices`` accepts, by key."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        raw["key"]: (str(raw.get("source", "")), str(raw.get("note", "")))
        for raw in content.get("practice", [])
    }
