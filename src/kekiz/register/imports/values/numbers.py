"""Whole numbers, dates and positions."""

from __future__ import annotations

import datetime as dt
import math
import re

from .reading import Reading, as_text, fold_dashes, is_nothing, shorten

HIGHEST = 1_000_000
_ABOUT = re.compile(r"\b(?:ca|circa|etwa|rund|max|maximal|bis zu|höchstens|about|up to)\b\.?\s*")
_UNITS = re.compile(r"\s*(?:plätze?n?|kinder|familien|personen|teilnehmer\w*|tn|p|places|seats)\.?$")
_MONTH_NAMES = {
    name: month
    for month, names in enumerate(
        ("januar january jan", "februar february feb", "märz maerz march mär mar", "april apr", "mai may",
         "juni june jun", "juli july jul", "august aug", "september sep sept", "oktober october okt oct",
         "november nov", "dezember december dez dec"), start=1)
    for name in names.split()
}  # fmt: skip


def read_whole_number(cell: object, *, name: str = "Zahl") -> Reading[int]:
    """A whole number from 0 to a million: 25.0, "ca. 20", "1.200", "max. 15 Plätze"; a range is not
    guessed.
    """
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    text = _UNITS.sub("", _ABOUT.sub("", fold_dashes(original))).strip()
    grouped = re.fullmatch(r"\d{1,3}(?:[.\u202f' ]\d{3})+", text)
    if grouped:
        text = re.sub(r"\D", "", text)
    match = re.fullmatch(r"(\d{1,7})(?:[.,]0+)?", text)
    if not match or int(match[1]) > HIGHEST:
        return Reading(
            missed=(
                f"{name} „{shorten(original)}“ ist keine ganze Zahl von 0 bis {HIGHEST:,}.".replace(",", "."),
            )
        )
    return Reading(int(match[1]))


def read_date(cell: object) -> Reading[dt.date]:
    """A day: a date cell, 2028-12-31, 31.12.2028, "31. Dezember 2028", 12/2028 (its last day)."""
    if isinstance(cell, dt.datetime):
        return Reading(cell.date())
    if isinstance(cell, dt.date):
        return Reading(cell)
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    found = _find_date(fold_dashes(original))
    if found is None or not 1990 <= found.year <= 2100:
        return Reading(missed=(f"„{shorten(original)}“ ist kein Datum. Erwartet: z. B. 31.12.2028.",))
    return Reading(found)


def _find_date(text: str) -> dt.date | None:
    match = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t.*|\s.*)?$", text)
    if match:
        return _make_date(*match.groups())
    match = re.fullmatch(r"(?:bis\s+)?(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{2}|\d{4})", text)
    if match:
        day, month, year = match.groups()
        return _make_date(f"20{year}" if len(year) == 2 else year, month, day)
    match = re.fullmatch(r"(?:bis\s+)?(\d{1,2})\.?\s+([a-zä]+)\.?\s+(\d{4})", text)
    if match and match[2] in _MONTH_NAMES:
        return _make_date(match[3], _MONTH_NAMES[match[2]], match[1])
    match = re.fullmatch(r"(?:bis\s+)?(?:ende\s+)?(?:(\d{1,2})[/.]|([a-zä]+)\.?\s+)(\d{4})", text)
    if match and (match[1] or match[2] in _MONTH_NAMES):
        return _last_of_month(int(match[3]), int(match[1] or _MONTH_NAMES[match[2]]))
    match = re.fullmatch(r"(?:bis\s+)?ende\s+(\d{4})", text)
    return _make_date(match[1], 12, 31) if match else None


def _make_date(year: str | int, month: str | int, day: str | int) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _last_of_month(year: int, month: int) -> dt.date | None:
    if not 1 <= month <= 12 or not 1 <= year <= 9998:
        return None
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def read_coordinate(cell: object, *, axis: str = "lat") -> Reading[float]:
    """One coordinate in degrees; decimal comma and lost decimal points ("52483080") are understood."""
    name = "Breitengrad" if axis == "lat" else "Längengrad"
    original = as_text(cell).strip("°NEOSW ")
    if is_nothing(original):
        return Reading()
    try:
        number = float(original.replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        return Reading(missed=(f"{name} „{shorten(original)}“ ist keine Zahl in Grad.",))
    limit = 90 if axis == "lat" else 180
    if not math.isfinite(number) or abs(number) > limit:
        return Reading(
            missed=(
                f"{name} {shorten(original)} liegt nicht auf der Erde. Erwartet: z. B. "
                f"{51.94 if axis == 'lat' else 8.87}.",
            )
        )
    return Reading(number)


def read_position(cell: object) -> Reading[tuple[float, float]]:
    """Latitude and longitude from one cell: "51.94, 8.87", "51,94; 8,87", "POINT(8.87 51.94)"."""
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    point = re.search(r"point\s*\(?\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)", original, re.IGNORECASE)
    plain = re.fullmatch(
        r"\D*?(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*[NS]?\s*(?:[,;/|]\s*|\s+)(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*[EOW]?\s*",
        original,
    )
    if point:
        lon, lat = point.groups()
    elif plain:
        lat, lon = plain.groups()
    else:
        return Reading(
            missed=(f"Position „{shorten(original)}“ nicht verstanden. Erwartet: z. B. 51.94, 8.87.",)
        )
    latitude, longitude = read_coordinate(lat), read_coordinate(lon, axis="lon")
    if latitude.value is None or longitude.value is None:
        return Reading(missed=latitude.missed + longitude.missed)
    return Reading((latitude.value, longitude.value))
