"""Extracts of OpenStreetMap (.osm.pbf, .osm): what is there for children becomes a list like any other.

Which objects are offers stands with its reasons in osm_kinds.toml. Their tags are columns, named as in the
map; what they do not say (ages, costs) is unknown here as in every list. Source of the data: OpenStreetMap
contributors, ODbL 1.0.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from .child_process import ask_child
from .refusals import RefusedList
from .sheets import Sheet, SheetRow

PBF, XML = "pbf", "osm"
KIND = "Art der Einrichtung"  # our word for it, beside the tags of the map
COLUMNS = (
    "name", KIND, "fields", "operator", "description", "min_age", "max_age", "fee", "opening_hours", "phone",
    "email", "website", "wheelchair", "addr:street", "addr:housenumber", "addr:postcode", "addr:city",
    "addr:suburb",
)  # fmt: skip
# The same said with another key.
OTHER_KEYS = {"phone": "contact:phone", "email": "contact:email", "website": "contact:website"}
REASONS = {
    "broken": "Die Datei ist kein lesbarer Auszug von OpenStreetMap (.osm.pbf oder .osm).",
    "size": "Der Auszug ist zu groß. Bitte schneiden Sie ihn auf Ihr Gebiet und auf Einrichtungen zu, "
    "z. B. mit osmium tags-filter.",
}  # fmt: skip
_GONE = ("disused", "abandoned", "construction", "was", "removed", "demolished")


@dataclass(frozen=True)
class Kind:
    """One kind of object: its tags (key -> one of these values), its German word, taken or not, and why."""

    tags: Mapping[str, tuple[str, ...]]
    name: str
    is_taken: bool
    reason: str
    fields: str = ""

    def fits(self, tags: Mapping[str, str]) -> bool:
        """Has an object all the tags of this kind?"""
        return all(set(values) & _split_values(tags.get(key, "")) for key, values in self.tags.items())


def _split_values(text: str) -> set[str]:
    return {part.strip() for part in text.split(";")}


@cache
def load_kinds() -> tuple[Kind, ...]:
    """The kinds of osm_kinds.toml, in their order: the first that fits counts."""
    text = resources.files("kekiz.register.imports").joinpath("osm_kinds.toml").read_text(encoding="utf-8")
    return tuple(
        Kind(
            {key: tuple(values) for key, values in entry["tags"].items()},
            entry["kind"],
            entry["is_taken"],
            entry["reason"],
            entry.get("fields", ""),
        )
        for entry in tomllib.loads(text)["kind"]
    )


def find_form(content: bytes) -> str:
    """PBF or XML where the content is an extract of OpenStreetMap, "" where it is not."""
    if content[4:64].find(b"OSMHeader") >= 0 and content[:1] == b"\0":
        return PBF
    lead = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return XML if lead.startswith(b"<") and b"<osm" in lead and b"<osmChange" not in lead else ""


def read_extract(name: str, content: bytes, form: str) -> Sheet:
    """The offers of an extract as a sheet; ``form`` is PBF or XML. Raises RefusedList."""
    keys = sorted({next(iter(kind.tags)) for kind in load_kinds()})
    objects = ask_child("osm_child", content, REASONS, form, *keys)
    rows: list[tuple[Any, ...]] = []
    left: Counter[str] = Counter()
    for one in objects:
        tags = one["tags"]
        kind = next((kind for kind in load_kinds() if kind.fits(tags)), None)
        if kind is None or _is_gone(tags):
            continue
        if not kind.is_taken:
            left[kind.name] += 1
            continue
        cells = {**tags, KIND: kind.name, "fields": kind.fields}
        values = [cells.get(key) or tags.get(OTHER_KEYS.get(key, "")) for key in COLUMNS]
        rows.append((*values, one["id"], one["lat"], one["lon"]))
    if not rows:
        raise RefusedList("Der Auszug enthält keine Einrichtungen für Kinder (Kita, Schule, Bücherei …).")
    sheet_rows = tuple(SheetRow(number, cells) for number, cells in enumerate(rows, start=1))
    notes = tuple(
        f"{word} ({count}) nicht übernommen: kein Angebot, das sich im Register pflegen lässt."
        for word, count in left.items()
    )
    return Sheet(name, (*COLUMNS, "id", "lat", "lon"), sheet_rows, header_rows=(), form="osm", notes=notes)


def _is_gone(tags: Mapping[str, str]) -> bool:
    """Closed, under construction, or not for the public."""
    return tags.get("access") == "private" or any(tags.get(word) == "yes" for word in _GONE)
