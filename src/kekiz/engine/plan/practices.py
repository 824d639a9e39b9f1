"""Read practices.toml: good practice that can be brought to other places, and what changes are on offer."""

from __future__ import annotations

import math
import tomllib
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
KNOWN = {"key", "name", "kind", "fields", "units", "mode", "site_kind", "note", *NUMBERS}


@dataclass(frozen=True)
class Catalogue:
    """Practices, and what more places or a dropped fee at existing offers would cost (None: not on offer)."""

    practices: tuple[Practice, ...]
    eur_per_place: float | None
    share_more: float  # more places, as a share of the offer's places
    fee_eur_per_place: float | None  # a fee taken over, EUR a place and year


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
    more, fee = content.get("more_places", {}), content.get("no_fee", {})
    for table, entry, name in (
        ("more_places", more, "eur_per_place"),
        ("more_places", more, "share"),
        ("no_fee", fee, "eur_per_place"),
    ):
        if entry and not _is_amount(entry.get(name)):
            problems.append(Problem(path.name, f"[{table}] {name} fehlt oder ist keine Zahl ab 0."))
    if not problems and not practices and not more and not fee:
        problems.append(Problem(path.name, "Die Datei enthält keine Praxis: Erwartet wird [[practice]]."))
    if problems:
        raise InputError(problems)
    return Catalogue(
        tuple(practices), more.get("eur_per_place"), more.get("share", 0.0), fee.get("eur_per_place")
    )


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
    )


def build_candidates(
    catalogue: Catalogue, cells: Cells, offers: Offers, names: dict[str, str]
) -> tuple[Candidate, ...]:
    """All candidates: practices × places, then more places and fees taken over at offers of known places."""
    candidates = list(place_practices(catalogue.practices, cells, names))
    paid = HURDLES.index("paid")
    for row in np.argsort(offers.offer.astype(str)):
        offer, places = str(offers.offer[row]), float(offers.places[row])
        if not places > 0:
            continue
        more = max(round(places * catalogue.share_more), 1)
        if catalogue.eur_per_place is not None:
            candidates.append(enlarge_offer(offers, offer, more, more * catalogue.eur_per_place))
        if catalogue.fee_eur_per_place is not None and int(offers.hurdles[row]) >> paid & 1:
            cost = places * catalogue.fee_eur_per_place
            candidates.append(drop_hurdle(offers, offer, paid, cost, "kostet Geld"))
    return tuple(candidates)
