"""Numbers and reasons as people in Germany read them."""

from __future__ import annotations

import math

THIN_SPACE = "\u202f"
UNKNOWN, NO_NEED = "?", "–"
TOO_SMALL, TOO_SMALL_WORDS = "·", "geschützte Zahl"
REASON_LABELS = {
    "found": "gefunden",
    "not_found": "nicht gefunden",
    "full": "voll",
    "hurdle": "Hürde",
    "too_far": "zu weit",
    "no_offer": "kein Angebot",
}
REASON_MEANINGS = {
    "found": "Diese Kinder finden einen Platz.",
    "not_found": "Ein freier Platz ist erreichbar, aber die Familie findet ihn nicht. Hier hilft Vernetzung.",
    "full": "Passende Angebote sind erreichbar, aber ihre Plätze reichen nicht.",
    "hurdle": "Kosten, Überweisung, Sprache oder Anmeldung halten die Familie ab.",
    "too_far": "Angebote gibt es, aber keines ist in vertretbarer Zeit erreichbar.",
    "no_offer": "Für dieses Alter bietet das in der Region niemand an.",
}
GROUP_LABELS = {"low_income": "Kinder aus einkommensarmen Familien", "other": "andere Kinder"}
GROUP_SHORT = {"low_income": "arm", "other": "andere"}


def write_number(value: float | None, decimals: int = 0) -> str:
    """A number with a decimal comma and thin spaces between thousands; "?" if unknown."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{value:,.{decimals}f}".replace(",", THIN_SPACE).replace(".", ",")
    return text.replace("-", "−") if text.strip("-0,") else text.lstrip("-")


def write_estimate(value: float | None) -> str:
    """An estimated number of children: "rund 310", "unter 1", "0"; "?" if unknown."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value <= 0:
        return "0"
    return "unter 1" if value < 0.5 else f"rund {write_number(round_estimate(value))}"


def round_estimate(value: float) -> float:
    """An estimate rounded to what it bears: ones to 20, fives to 100, tens to 1,000, then two digits."""
    size = abs(value)
    step = 1 if size < 20 else 5 if size < 100 else 10 if size < 1000 else 10 ** (int(math.log10(size)) - 1)
    return math.floor(value / step + 0.5) * step


def write_percent(share: float | None, decimals: int = 0) -> str:
    """A share 0..1 as percent; "?" if unknown. Never a rounded 0 or 100 that is not quite one."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    smallest = 10**-decimals
    percent = share * 100
    if 0 < percent < smallest / 2:
        return f"unter {write_number(smallest, decimals)}{THIN_SPACE}%"
    if 100 - smallest / 2 < percent < 100:
        return f"über {write_number(100 - smallest, decimals)}{THIN_SPACE}%"
    return f"{write_number(percent, decimals)}{THIN_SPACE}%"


def write_points(points: float | None) -> str:
    """A difference in percentage points, with its sign."""
    if points is None or not math.isfinite(points):
        return UNKNOWN
    return ("+" if points > 0.05 else "") + write_number(points, 1)


def write_span(age_from: float, age_to: float) -> str:
    """Ages in months from birth on as people say them: "1 bis 3 Jahre", "bis zur Geburt"."""
    if age_to <= 0:
        return "bis zur Geburt"
    if age_from % 12 or age_to % 12:
        return f"{max(age_from, 0):g} bis {age_to:g} Monate"
    if age_from <= 0:
        return "bis 1 Jahr" if age_to == 12 else f"bis {age_to / 12:g} Jahre"
    return f"{age_from / 12:g} bis {age_to / 12:g} Jahre"
