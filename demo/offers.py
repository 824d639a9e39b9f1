"""Invented offers: kinds of the catalogue at invented houses, sized for the children around them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from demo.catalogue import make_chance, make_phone, make_slug, pick
from demo.plants import NO_SITES_NEAR, SCARCE_PLACES
from demo.settlement import CHILDREN_PER_1000, Grid
from demo.sites import choose_spots, measure_km

REFERENCE_DATE = date(2026, 11, 1)
PHASE_MONTHS = {
    "P1": (-9, 0), "P2": (0, 12), "P3": (12, 36), "P4": (36, 72),
    "P5": (72, 120), "P6": (120, 192), "P7": (192, 252),
}  # fmt: skip
LOW_INCOME_WEIGHT = 4.0  # selective offers settle where families with little money live
CROWD_POWER, CROWD_POWER_SCHOOL = 0.7, 0.85  # below 1 villages get more houses than their children would
USUAL_WAY_KM = 4.0  # how fast the pull of a house fades when places are shared out
UNKNOWN_SHARE = 0.20  # of the small offers do not tell their places (15 % of all)
PLACES_TO_KEEP_SILENT = (12, 260)
DISTRICT_OFFICE = "Kreis Lippe"
PERMANENT_FUNDING = [
    "Kommunaler Haushalt",
    "Kommunaler Haushalt und Eigenmittel",
    "Landesmittel und Eigenmittel",
]
PROJECT_FUNDING = [
    "kinderstark – NRW schafft Chancen (Vorführung)",
    "Stiftungsmittel (Vorführung)",
    "Europäischer Sozialfonds (Vorführung)",
    "Spenden und Eigenmittel (Vorführung)",
]
PROJECT_ENDS = ["2027-12-31", "2028-03-31", "2028-07-31", "2028-12-31", "2029-06-30", "2029-12-31"]
ASSURERS = ["Träger", "Träger", "Träger", "Koordination", "Jugendamt"]


@dataclass
class Region:
    """What the offers are laid over: cells, children by cell, phase and group, houses, providers, areas."""

    grid: Grid
    children: dict[tuple[str, str], np.ndarray]  # (phase, group) -> (cells,) children
    sites: list[dict]
    providers: list[dict]
    municipalities: list[dict]
    offers: list[dict] = field(default_factory=list)

    def count_children(self, ages: list[int], *, low_income_weight: float = 1.0) -> np.ndarray:
        """Children of the ages in months by cell; a phase that is covered in part counts in part."""
        total = np.zeros(len(self.grid.cell))
        for phase in CHILDREN_PER_1000:
            start, end = PHASE_MONTHS[phase]
            share = max(0, min(end, ages[1]) - max(start, ages[0])) / (end - start)
            low, other = self.children[phase, "low_income"], self.children[phase, "other"]
            total += share * (low_income_weight * low + other)
        return total

    def list_areas(self, scope: str) -> list[tuple[str, list[str]]]:
        """Names and AGS of the areas that an offer serves: municipalities or youth welfare offices."""
        if scope == "municipality":
            return [(m["name"], [m["ags"]]) for m in self.municipalities]
        offices: dict[str, list[str]] = {}
        for m in self.municipalities:
            offices.setdefault(m["youth_office"].removeprefix("Stadt "), []).append(m["ags"])
        return sorted(offices.items())


def build_offers(region: Region, kinds: list[dict]) -> list[dict]:
    """Rows of offers.csv, sorted by key."""
    for kind in kinds:
        region.offers += _build_kind(region, kind)
    return region.offers


def _build_kind(region: Region, kind: dict) -> list[dict]:
    chance = make_chance("kind", kind["key"])
    spots = _choose_sites(region, kind, chance)
    places = _share_places(region, kind, spots, chance)
    taken: set[str] = set()
    rows = []
    for (site, served), n in zip(spots, places, strict=True):
        rows.append(_build_offer(region, kind, site, served, n, taken, chance))
    return rows


def _choose_sites(region: Region, kind: dict, chance: np.random.Generator) -> list[tuple[dict, tuple]]:
    """Houses for a kind, each with the area it serves as (name, list of AGS) or ("", [])."""
    weight = LOW_INCOME_WEIGHT if kind["level"] == "selective" else 1.0
    children = region.count_children(kind["ages"], low_income_weight=weight)
    sites = [
        site for site in region.sites if site["kind"] in kind["where"] and _is_allowed(region, kind, site)
    ]
    if kind["area"] == "youth_office" or (kind["area"] == "municipality" and kind["mode"] == "outreach"):
        return [_seat_of_area(area, sites, chance) for area in region.list_areas(kind["area"])]
    crowd = children ** (CROWD_POWER_SCHOOL if "K1" in kind["fields"] else CROWD_POWER)
    spots = choose_spots(
        region.grid, crowd, sites, kind["count"], chance, again=False, first_in=kind["first_in"]
    )
    own_area = {ags[0]: (name, ags) for name, ags in region.list_areas("municipality")}
    return [(site, own_area[site["ags"]] if kind["area"] else ("", [])) for site in spots]


def _seat_of_area(area: tuple[str, list[str]], sites: list[dict], chance: np.random.Generator) -> tuple:
    inside = [site for site in sites if site["ags"] in area[1]]
    return pick(chance, inside or sites), area


def _is_allowed(region: Region, kind: dict, site: dict) -> bool:
    """Whether the kind may stand there: planted gaps keep some houses empty (see plants.py)."""
    if kind["only_in"] and site["ags"] not in kind["only_in"]:
        return False
    for gap in NO_SITES_NEAR:
        start, end = PHASE_MONTHS[gap["phase"]]
        meets = gap["field"] in kind["fields"] and kind["ages"][0] < end and kind["ages"][1] > start
        bars = meets and not (gap["spares_paid"] and "paid" in kind["hurdles"])
        if bars and (site["ags"] in gap["ags"] or _km_from(region, gap["ags"][0], site) < gap["km"]):
            return False
    return True


def _km_from(region: Region, ags: str, site: dict) -> float:
    centre = next(m for m in region.municipalities if m["ags"] == ags)
    north = (float(site["lat"]) - float(centre["lat"])) * 111.2
    east = (float(site["lon"]) - float(centre["lon"])) * 68.6
    return float(np.hypot(north, east))


def _share_places(region: Region, kind: dict, spots: list, chance: np.random.Generator) -> list[int]:
    """Places of each offer: the kind's share of the children, drawn to the nearer houses."""
    pull = np.exp(-measure_km(region.grid, [site for site, _ in spots]) / USUAL_WAY_KM * 1.5) + 1e-9
    if kind["mode"] != "visit":
        pull = np.ones_like(pull)
    for i, (_, (_, ags)) in enumerate(spots):
        if ags:
            pull[i] *= np.isin(region.grid.ags, ags)
    total = pull.sum(axis=0)
    parts = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    children = region.count_children(kind["ages"]) * kind["serves"]
    noise = (
        chance.uniform(0.95, 1.05, len(spots))
        if "K1" in kind["fields"]
        else chance.uniform(0.85, 1.15, len(spots))
    )
    exact = (parts @ children) * noise
    for i, (site, _) in enumerate(spots):
        exact[i] *= SCARCE_PLACES.get((kind["key"], site["ags"]), 1.0)
    return [_round_places(n) for n in exact]


def _round_places(n: float) -> int:
    step = 10 if n > 300 else 5 if n > 60 else 2 if n > 20 else 1
    return max(6, step * round(n / step))


def _build_offer(
    region: Region,
    kind: dict,
    site: dict,
    served: tuple,
    places: int,
    taken: set[str],
    chance: np.random.Generator,
) -> dict:
    provider = _choose_provider(region, kind, site, served[1], chance)
    commune = served[0] or next(m["name"] for m in region.municipalities if m["ags"] == site["ags"])
    words = _words(kind, site, commune)
    title = _choose_title(kind, words, taken, chance)
    is_project = chance.random() < kind["project_share"]
    key = make_slug(f"{kind['key']}-{site['place'] if not served[1] else commune}")
    while key in {row["offer"] for row in region.offers} or key in taken:
        key = f"{key.rstrip('0123456789').rstrip('-')}-{_next_number(key)}"
    taken |= {key, title}
    low, high = PLACES_TO_KEEP_SILENT
    is_silent = "K1" not in kind["fields"] and low <= places <= high and chance.random() < UNKNOWN_SHARE
    return {
        "offer": key,
        "provider": provider["provider"],
        "title": title,
        "summary": pick(chance, kind["summary"]).format(**words),
        "description": _describe(kind, words, chance),
        "plain_text": kind["plain"],
        "fields": " ".join(kind["fields"]),
        "age_from": kind["ages"][0],
        "age_to": kind["ages"][1],
        "places": "" if is_silent else places,
        "mode": kind["mode"],
        "access": kind["access"],
        "area": " ".join(served[1]),
        "hurdles": " ".join(kind["hurdles"]),
        "cost": kind["cost"],
        "cost_note": pick(chance, kind["cost_notes"]) if kind["cost_notes"] else "kostenlos",
        "languages": pick(chance, kind["languages"]),
        "barrier_free": site["barrier_free"],
        "system": kind["system"],
        "level": kind["level"],
        "permanent": "no" if is_project else "yes",
        "funding": _choose_funding(kind, is_project, chance),
        "until": pick(chance, PROJECT_ENDS) if is_project else "",
        "opening_hours": pick(chance, kind["hours"]),
        "evidence": kind["evidence"],
        "assured_on": (REFERENCE_DATE - timedelta(days=int(chance.integers(16, 480)))).isoformat(),
        "assured_by": pick(chance, ASSURERS),
        "sites": " ".join(_site_keys(region, kind, site, chance)),
        "phone": make_phone(site["ags"], 100 + int(chance.integers(900))),
        "email": provider["email"],
        "website": f"https://example.org/{provider['provider']}/{key}",
        "lat": site["lat"],
        "lon": site["lon"],
        "kind": kind["key"],
        "ags": site["ags"],
    }


def _next_number(key: str) -> int:
    digits = key.rsplit("-", 1)[-1]
    return int(digits) + 1 if digits.isdigit() else 2


def _words(kind: dict, site: dict, commune: str) -> dict[str, str]:
    """The words that fill the gaps of the texts; schools and youth houses go by their short name."""
    is_short = site["kind"] in ("secondary", "vocational", "youth")
    return {"ort": site["place"], "haus": site["short"] if is_short else site["name"], "kommune": commune}


def _choose_title(kind: dict, words: dict, taken: set[str], chance: np.random.Generator) -> str:
    titles = [title.format(**words) for title in kind["titles"]]
    start = int(chance.integers(len(titles)))
    for title in titles[start:] + titles[:start]:
        if title not in taken:
            return title
    return (
        f"{titles[start]} – {words['haus']}" if words["haus"] not in titles[start] else f"{titles[start]} (2)"
    )


def _describe(kind: dict, words: dict, chance: np.random.Generator) -> str:
    extras = list(chance.permutation(kind["extra"])[: 1 + int(chance.integers(2))])
    parts = [pick(chance, kind["about"]), pick(chance, kind["how"]), *(str(extra) for extra in extras)]
    return " ".join(parts).format(**words)


def _choose_funding(kind: dict, is_project: bool, chance: np.random.Generator) -> str:
    if is_project:
        return pick(chance, PROJECT_FUNDING)
    return pick(chance, kind["funding"] or PERMANENT_FUNDING)


def _choose_provider(
    region: Region, kind: dict, site: dict, served: list[str], chance: np.random.Generator
) -> dict:
    """A provider of the branch, rather one at home nearby; for municipal kinds the office of the area."""
    fitting = [p for p in region.providers if kind["branch"] in p["branches"].split()]
    if kind["branch"] == "municipal":
        return next(p for p in fitting if p["ags"] in served)
    distance = np.array([_km_from(region, p["ags"], site) for p in fitting])
    pull = distance * chance.uniform(0.4, 1.6, len(fitting)) + chance.uniform(0, 6, len(fitting))
    return fitting[int(np.argmin(pull))]


def _site_keys(region: Region, kind: dict, site: dict, chance: np.random.Generator) -> list[str]:
    """The house, and for some kinds a second house of the same municipality."""
    others = [
        s for s in region.sites if s["kind"] == site["kind"] and s["ags"] == site["ags"] and s is not site
    ]
    if others and chance.random() < kind["second_site_share"]:
        return [site["site"], pick(chance, others)["site"]]
    return [site["site"]]
