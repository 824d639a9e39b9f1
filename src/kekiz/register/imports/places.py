"""Where an offer of a list happens: address and position from its columns, the rest from the gazetteer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .gazetteer import Gazetteer, Geocoder, Located
from .values import read_address, read_coordinate, read_position
from .values.addresses import Address

if TYPE_CHECKING:
    from .rows import ReadRow

GERMANY = (47.2, 55.2, 5.8, 15.1)
MOST_GEOCODED = 500
_GERMAN = frozenset({"", "de", "deu", "ger", "deutschland", "germany", "brd", "d"})
_NO_NUMBER = frozenset({"0", "00", "-", "ohne", "o. nr.", "o.nr."})


@dataclass(frozen=True)
class Place:
    """An address with position as far as the row says them; "" and None otherwise."""

    name: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    district: str = ""
    ags: str = ""
    lat: float | None = None
    lon: float | None = None
    is_abroad: bool = False


def read_place(row: ReadRow, text: Callable[[str], str], cell: Callable[[str], object]) -> Place:
    """The place of a row; ``text`` and ``cell`` give what stands in the columns of a field."""
    address = Address()
    if text("address"):
        reading = read_address(cell("address"))
        for missed in reading.missed:
            row.remark(missed)
        address = reading.value or address
    number = text("house_number")
    street = text("street") or address.street
    if number and number not in _NO_NUMBER and not re.search(r"\d", street):
        street = f"{street} {number}".strip()
    lat, lon = _read_coordinates(row, cell)
    is_abroad = text("country").strip().lower() not in _GERMAN
    return Place(
        name=" ".join(text("site_name").split())[:200] or address.name[:200],
        street=" ".join(street.split())[:200],
        postcode=_read_postcode(row, text("postcode"), is_abroad) or address.postcode,
        town=" ".join((text("town") or address.town).split())[:120],
        district=text("district")[:120],
        ags=_read_ags(row, text("ags")),
        lat=lat,
        lon=lon,
        is_abroad=is_abroad,
    )


def _read_coordinates(row: ReadRow, cell: Callable[[str], object]) -> tuple[float | None, float | None]:
    if cell("position") is not None:
        reading = read_position(cell("position"))
        for missed in reading.missed:
            row.remark(missed)
        if reading.value:
            return reading.value
    values = []
    for axis in ("lat", "lon"):
        coordinate = read_coordinate(cell(axis), axis=axis)
        for missed in coordinate.missed:
            row.remark(missed)
        values.append(coordinate.value)
    lat, lon = values
    if lat is None or lon is None or (lat == 0 and lon == 0):
        if (lat is None) != (lon is None):
            row.remark("Position: Es steht nur eine der beiden Koordinaten da.")
        return None, None
    return lat, lon


def _read_postcode(row: ReadRow, text: str, is_abroad: bool) -> str:
    bare = text.strip()
    if not bare or is_abroad:
        return ""
    match = re.fullmatch(r"(?:D\s*-?\s*)?(\d{4,5})(?:[.,]0+)?", bare)
    if not match:
        row.remark(f"Postleitzahl „{bare[:30]}“ nicht verstanden. Erwartet: fünf Ziffern.")
        return ""
    if len(match[1]) == 4:
        row.remark(f"Postleitzahl: führende Null ergänzt (0{match[1]}).")
    return match[1].zfill(5)


def _read_ags(row: ReadRow, text: str) -> str:
    digits = text.strip().removesuffix(".0")
    if not digits:
        return ""
    if re.fullmatch(r"\d{7,8}", digits):
        return digits.zfill(8)
    row.remark(f"Gemeindeschlüssel „{digits[:20]}“ nicht verstanden. Erwartet: acht Ziffern.")
    return ""


def is_in_germany(lat: float, lon: float) -> bool:
    """Does the position lie in Germany, roughly?"""
    south, north, west, east = GERMANY
    return south <= lat <= north and west <= lon <= east


def locate_rows(
    rows: Sequence[ReadRow], gazetteer: Gazetteer, fallbacks: Mapping[str, str], geocode: Geocoder | None
) -> None:
    """Set where every row lies, or tell why that stays open; offers that come home or are online need no
    place.
    """
    rows = [row for row in rows if row.located is None]  # kekiz's own list says where its sites lie
    with_position = [row for row in rows if row.place.lat is not None and row.place.lon is not None]
    around = gazetteer.locate_points([(row.place.lat or 0.0, row.place.lon or 0.0) for row in with_position])
    known = {id(row): ags for row, ags in zip(with_position, around, strict=True)}
    asked: dict[str, tuple[float, float] | None] = {}
    for row in rows:
        if id(row) in known:
            _locate_position(row, known[id(row)], gazetteer, fallbacks)
        else:
            _locate_address(row, gazetteer, fallbacks, geocode, asked)
        if row.located and row.located.how:
            row.remark(row.located.how)


def _locate_position(row: ReadRow, inside: str, gazetteer: Gazetteer, fallbacks: Mapping[str, str]) -> None:
    place = row.place
    assert place.lat is not None
    assert place.lon is not None
    if not is_in_germany(place.lat, place.lon):
        swapped = " Breite und Länge sind vertauscht." if is_in_germany(place.lon, place.lat) else ""
        row.fault(f"Der Punkt {place.lat}, {place.lon} liegt nicht in Deutschland.{swapped}")
        return
    town = place.town or fallbacks.get("town", "")
    here = (place.lat, place.lon)
    ags = inside if len(inside) == 8 else place.ags
    ags = ags or gazetteer.find_municipality(place.postcode, town, near=here, within=inside)
    ags = ags or gazetteer.find_municipality(
        place.postcode, town, near=here
    )  # boundaries may be older than names
    ags = ags or gazetteer.find_nearest(here) or fallbacks.get("ags", "")
    if not ags:
        row.fault(
            f"Zu welcher Kommune „{place.postcode} {town}“ gehört, steht nicht im Ortsverzeichnis. Nennen "
            f"Sie den "
            "Gemeindeschlüssel (AGS) in der Liste oder einmal für alle Zeilen."
        )
        return
    row.located = Located(place.lat, place.lon, ags, town or gazetteer.town_of(ags) or place.district or ags)


def _locate_address(
    row: ReadRow,
    gazetteer: Gazetteer,
    fallbacks: Mapping[str, str],
    geocode: Geocoder | None,
    asked: dict[str, tuple[float, float] | None],
) -> None:
    place = row.place
    town = place.town or fallbacks.get("town", "")
    if row.offer.get("mode") in {"online", "outreach"} and not place.street:
        return
    if place.is_abroad:
        row.fault("Der Ort liegt nicht in Deutschland.")
        return
    found = gazetteer.find_position(postcode=place.postcode, town=town, names=(place.district, place.name))
    exact = _geocode(row, geocode, asked, town) if place.street else None
    if exact:
        ags = (
            gazetteer.locate_points([exact])[0]
            or (found.ags if found else "")
            or gazetteer.find_nearest(exact)
        )
        expected = place.ags or (found.ags if found else "")
        if ags and (not expected or ags == expected):
            named = town or gazetteer.town_of(ags)
            row.located = Located(*exact, ags, named, "Position nach der Adresse gesucht.")
            return
        row.remark("Der Adressdienst hat einen Punkt in einer anderen Kommune gefunden; er gilt nicht.")
    if found:
        row.located = Located(found.lat, found.lon, found.ags, town or found.town, found.how)
        return
    said = " ".join(part for part in (place.street, place.postcode, town) if part)
    row.fault(
        f"Der Ort „{said}“ steht nicht im Ortsverzeichnis der Region und hat keine Koordinaten."
        if said else "Es fehlen Adresse und Koordinaten."
    )  # fmt: skip


def _geocode(
    row: ReadRow, geocode: Geocoder | None, asked: dict[str, tuple[float, float] | None], town: str
) -> tuple[float, float] | None:
    """Ask the address service once per address, at most 500 times a list."""
    if geocode is None:
        return None
    address = f"{row.place.street}, {row.place.postcode} {town}".strip()
    if address not in asked:
        if len(asked) >= MOST_GEOCODED:
            return None
        asked[address] = geocode(address)
    found = asked[address]
    return found if found and is_in_germany(*found) else None
