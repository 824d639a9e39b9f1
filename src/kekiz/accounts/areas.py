"""Areas by official key: what covers what. Pure text, no database.

An AGS has eight digits with its leading zero (05766044); its first two digits name the state, the first five
the district. An area is one or more such prefixes, a youth welfare office being simply a set of AGS.
"""

import re
from collections.abc import Iterable

AREA_ROLES = frozenset({"state", "district", "youth_office", "municipality", "reader"})
ORGANISATION_ROLES = frozenset({"provider", "seat"})

# How many digits the prefixes of a role may have: a state 2, a government region 3, a district 5, a place 8.
_DIGITS_ALLOWED = {
    "state": (2,),
    "district": (3, 5),
    "youth_office": (5, 8),
    "municipality": (8,),
    "reader": (2, 3, 5, 8),
}
_ORGANISATION_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def normalise_area(role: str, area: str | Iterable[str]) -> str:
    """Write an area the one way it is stored: prefixes sorted, without doubles, parted by one space."""
    parts = area.replace(",", " ").split() if isinstance(area, str) else [str(part).strip() for part in area]
    return " ".join(sorted(set(parts))) if role in AREA_ROLES else " ".join(parts)


def check_area(role: str, area: str) -> list[str]:
    """Say in German what is wrong with the area of a role; an empty list means nothing is."""
    if role in ORGANISATION_ROLES:
        if _ORGANISATION_KEY.fullmatch(area):
            return []
        return [
            f"„{area}“ ist kein Schlüssel einer Organisation. Erwartet: Kleinbuchstaben, Ziffern, - und _, "
            "zum Beispiel „familienbuende-lemgo“."
        ]
    if role not in AREA_ROLES:
        known = ", ".join(sorted(AREA_ROLES | ORGANISATION_ROLES))
        return [f"Die Rolle „{role}“ gibt es nicht. Erwartet: {known}."]
    if not area.split():
        return ["Das Gebiet fehlt. Erwartet: ein amtlicher Gemeindeschlüssel oder sein Anfang, etwa „05766“."]
    digits = _DIGITS_ALLOWED[role]
    wanted = " oder ".join(str(count) for count in digits)
    return [
        f"„{prefix}“ ist kein Gebiet für diese Rolle. Erwartet: {wanted} Ziffern mit führender Null, "
        f"zum Beispiel „{'05766044'[: digits[-1]]}“."
        for prefix in area.split()
        if not (prefix.isascii() and prefix.isdigit() and len(prefix) in digits)
    ]


def is_covered(ags: str, prefixes: Iterable[str]) -> bool:
    """Is the whole area `ags` (an AGS or a prefix of one) inside one of the prefixes? Nothing covers ''."""
    return bool(ags) and any(prefix != "" and ags.startswith(prefix) for prefix in prefixes)


def is_area_covered(area: str, prefixes: Iterable[str]) -> bool:
    """Is every prefix of a stored area inside one of the given prefixes?"""
    parts = area.split()
    held = tuple(prefixes)
    return bool(parts) and all(is_covered(part, held) for part in parts)


def is_touching(region: str, prefixes: Iterable[str]) -> bool:
    """Do region and prefixes overlap, one being inside the other? (A municipality touches its district.)"""
    return bool(region) and any(
        prefix != "" and (region.startswith(prefix) or prefix.startswith(region)) for prefix in prefixes
    )
