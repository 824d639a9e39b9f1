"""Plant known truths in the demo region and write them down for the tests (truths.toml)."""

from pathlib import Path

from demo.catalogue import make_chance, make_slug
from demo.cooperations import measure_way_km, pair_offers
from demo.offers import REFERENCE_DATE, Region
from demo.plants import (
    DUPLICATES,
    FUNDING_ENDS,
    GAPS,
    MISSING_HANDOVERS,
    OVERLAPS,
    STALE_DAYS,
    STALE_EVERY,
)

HEAD = (
    "# What is planted in the demo region on purpose. Written by demo/build.py from demo/plants.py;\n"
    "# tests read it: the analysis has to find these.\n"
)


def plant_truths(region: Region) -> dict[str, list[dict]]:
    """Change and add offers as plants.py says; return the truths by name, with the keys of the offers."""
    truths = {
        "overlap": [_plant_overlap(region, overlap) for overlap in OVERLAPS],
        "duplicate": [_plant_duplicate(region, duplicate) for duplicate in DUPLICATES],
        "missing_handover": [_find_pair(region, handover) for handover in MISSING_HANDOVERS],
        "funding_ends": [_plant_funding_end(region, end) for end in FUNDING_ENDS],
        "stale": _plant_stale(region),
    }
    truths["gap"] = [gap | {"offers": _list_offers(region, gap)} for gap in GAPS]
    return truths


def find_offer(region: Region, kind: str, ags: str) -> dict:
    """The offer of a kind in a municipality with the most known places; a clear error if there is none."""
    found = [o for o in region.offers if o["kind"] == kind and o["ags"] == ags]
    if not found:
        raise LookupError(
            f"plants.py wants an offer of kind {kind} in {ags}, but the builder made none there."
        )
    return max(found, key=lambda offer: (int(offer["places"] or 0), offer["offer"]))


def _find_provider(region: Region, key: str) -> dict:
    return next(provider for provider in region.providers if provider["provider"] == key)


def _plant_overlap(region: Region, overlap: dict) -> dict:
    """Add a second offer of the kind close by, and give both plenty of places."""
    first = find_offer(region, overlap["kind"], overlap["ags"])
    provider = _find_provider(region, overlap["provider"])
    key = make_slug(overlap["title"])
    second = first | {
        "offer": key,
        "provider": provider["provider"],
        "title": overlap["title"],
        "email": provider["email"],
        "website": f"https://example.org/{provider['provider']}/{key}",
        "lat": f"{float(first['lat']) + 0.0012:.5f}",
        "lon": f"{float(first['lon']) - 0.0009:.5f}",
        "phone": first["phone"][:-3] + overlap["extension"],
    }
    nearby = [s for s in region.sites if s["ags"] == first["ags"] and s["site"] not in first["sites"].split()]
    site = min(nearby, key=lambda s: measure_way_km(s, first))
    second |= {"sites": site["site"], "lat": site["lat"], "lon": site["lon"]}
    first["places"] = second["places"] = overlap["places"]
    region.offers.append(second)
    return {"ags": overlap["ags"], "kind": overlap["kind"], "offers": [first["offer"], key]}


def _plant_duplicate(region: Region, duplicate: dict) -> dict:
    """List an offer a second time, written a little differently."""
    first = find_offer(region, duplicate["kind"], duplicate["ags"])
    key = f"{first['offer']}-{duplicate['suffix']}"
    copy = first | duplicate["changes"] | {"offer": key, "places": "", "plain_text": ""}
    copy["website"] = f"https://example.org/verzeichnis/{key}"
    copy["title"] = duplicate["title"].format(ort=_place_of(region, first))
    copy["phone"] = first["phone"].replace(" ", "/").replace("-", " ")
    if duplicate.get("provider_name"):
        copy["provider"] = _list_provider_twice(region, first["provider"], duplicate["provider_name"])
    region.offers.append(copy)
    return {"ags": duplicate["ags"], "offers": [first["offer"], key]}


def _place_of(region: Region, offer: dict) -> str:
    return next(site["place"] for site in region.sites if site["site"] == offer["sites"].split()[0])


def _list_provider_twice(region: Region, key: str, pattern: str) -> str:
    """A second record of the same provider, under a slightly different name."""
    first = _find_provider(region, key)
    name = pattern.format(
        name=first["name"].replace(" e. V.", " eV").replace(" gGmbH", ", gemeinnützige GmbH")
    )
    copy = first | {"provider": f"{key}-2", "name": name, "branches": ""}
    region.providers.append(copy)
    return copy["provider"]


def _find_pair(region: Region, handover: dict) -> dict:
    """The nearest pair of offers of the two kinds, the first in the named municipality."""
    one = find_offer(region, handover["from"], handover["ags"])
    pairs = [pair for pair in pair_offers(region, handover["from"], handover["to"]) if pair[0] is one]
    if not pairs:
        raise LookupError(
            f"plants.py wants a handover of {one['offer']} to {handover['to']}: nothing is near."
        )
    other = min((pair[1] for pair in pairs), key=lambda offer: (measure_way_km(one, offer), offer["offer"]))
    return {"transition": handover["transition"], "offers": [one["offer"], other["offer"]]}


def _plant_funding_end(region: Region, end: dict) -> dict:
    """Let the funding of an offer end soon after the reference date."""
    offer = find_offer(region, end["kind"], end["ags"])
    offer |= {"until": end["until"], "permanent": "no", "funding": end["funding"]}
    return {"offer": offer["offer"], "until": end["until"]}


def _plant_stale(region: Region) -> list[dict]:
    """Let every n-th offer be confirmed long ago."""
    chance = make_chance("stale")
    rows = []
    for offer in sorted(region.offers, key=lambda row: row["offer"])[7::STALE_EVERY]:
        days = int(chance.integers(*STALE_DAYS))
        offer["assured_on"] = REFERENCE_DATE.fromordinal(REFERENCE_DATE.toordinal() - days).isoformat()
        rows.append({"offer": offer["offer"], "assured_on": offer["assured_on"]})
    return rows


def _list_offers(region: Region, gap: dict) -> list[str]:
    """Keys of the offers a gap is about (those with too few places, or those that cost too much)."""
    return sorted(
        o["offer"]
        for o in region.offers
        if o["kind"] in gap["kinds"] and o["ags"] in (gap["ags"] or [o["ags"]])
    )


def write_truths(truths: dict[str, list[dict]], path: Path) -> None:
    """Write the truths as TOML."""
    lines = [HEAD, f"reference_date = {REFERENCE_DATE.isoformat()}\n"]
    for name in ("gap", "overlap", "missing_handover", "duplicate", "funding_ends", "stale"):
        for truth in truths[name]:
            lines.append(f"\n[[{name}]]\n")
            lines += [f"{key} = {_toml_value(value)}\n" for key, value in truth.items()]
    path.write_text("".join(lines), "utf-8")


def _toml_value(value: str | float | list[str]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
