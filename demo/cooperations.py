"""Agreed cooperations between the invented offers; the planted missing handovers stay out."""

import numpy as np

from demo.catalogue import make_chance
from demo.offers import Region

FARTHEST_KM = 7.0
AGREED_SHARE = 0.8  # of the natural pairs have an agreement
# Kinds whose children move on from the first to the second.
HANDOVERS = [
    ("schwangerschaftsberatung", "willkommensbesuch"),
    ("hebammensprechstunde", "hebammenhausbesuch"),
    ("geburtsvorbereitung", "hebammenhausbesuch"),
    ("hebammenhausbesuch", "krabbelgruppe"),
    ("hebammenhausbesuch", "kinderarztpraxis"),
    ("familienhebamme", "fruehfoerderung"),
    ("willkommensbesuch", "elterncafe"),
    ("krabbelgruppe", "spielgruppe"),
    ("elterncafe", "familienzentrum"),
    ("spielgruppe", "kita"),
    ("tagespflege", "kita"),
    ("kita", "grundschule"),
    ("kita", "ogs"),
    ("sprachfoerderung", "schuleingang"),
    ("schuleingang", "schulsozialarbeit"),
    ("grundschule", "gesamtschule"),
    ("grundschule", "gymnasium"),
    ("ogs", "jugendzentrum"),
    ("gesamtschule", "berufskolleg"),
    ("gesamtschule", "oberstufe"),
    ("gymnasium", "oberstufe"),
    ("gesamtschule", "ausbildungsverbund"),
    ("schulsozialarbeit", "uebergangslotsen"),
    ("jugendzentrum", "berufsorientierung"),
]
# Kinds that work for the same children at the same time.
NETWORKS = [
    ("hebammensprechstunde", "schwangerschaftsberatung", "network"),
    ("kita", "familienzentrum", "network"),
    ("grundschule", "ogs", "shared_team"),
    ("erziehungsberatung", "schulsozialarbeit", "network"),
    ("kinderarztpraxis", "fruehfoerderung", "network"),
    ("leistungsberatung", "teilhabelotsen", "network"),
]


def build_cooperations(region: Region, truths: dict[str, list[dict]]) -> list[dict]:
    """Rows of cooperations.csv, sorted."""
    missing = {frozenset(pair["offers"]) for pair in truths["missing_handover"]}
    pairs = [(a, b, "handover") for a, b in HANDOVERS] + NETWORKS
    rows = []
    for first, second, kind in pairs:
        for one, other in pair_offers(region, first, second):
            chance = make_chance("cooperation", one["offer"], other["offer"])
            agreed = chance.random() < AGREED_SHARE and {one["offer"], other["offer"]} not in missing
            if agreed and not truths_name_copy(truths, one, other):
                year, month = int(chance.integers(2017, 2026)), int(chance.integers(1, 13))
                since = f"{year}-{month:02d}-01"
                rows.append(
                    {"offer_a": one["offer"], "offer_b": other["offer"], "kind": kind, "since": since}
                )
    return sorted(rows, key=lambda row: (row["offer_a"], row["offer_b"], row["kind"]))


def pair_offers(region: Region, first: str, second: str) -> list[tuple[dict, dict]]:
    """Offers of the two kinds that lie near each other or serve the same area."""
    ones = [offer for offer in region.offers if offer["kind"] == first]
    others = [offer for offer in region.offers if offer["kind"] == second]
    return [(one, other) for one in ones for other in others if _are_close(one, other)]


def _are_close(one: dict, other: dict) -> bool:
    areas = set(one["area"].split()), set(other["area"].split())
    if one["mode"] != "visit" or other["mode"] != "visit":
        home = areas[0] or {one["ags"]}
        return bool(home & (areas[1] or {other["ags"]}))
    return measure_way_km(one, other) <= FARTHEST_KM


def measure_way_km(one: dict, other: dict) -> float:
    """Crow-fly kilometres between two offers."""
    north = (float(one["lat"]) - float(other["lat"])) * 111.2
    east = (float(one["lon"]) - float(other["lon"])) * 68.6
    return float(np.hypot(north, east))


def truths_name_copy(truths: dict[str, list[dict]], *offers: dict) -> bool:
    """Whether one of the offers is the second listing of a planted duplicate; such have no agreements."""
    copies = {pair["offers"][1] for pair in truths["duplicate"]}
    return any(offer["offer"] in copies for offer in offers)
