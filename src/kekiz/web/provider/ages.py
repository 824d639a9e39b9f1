"""Ages as people type them: a number with a unit, into months and back."""

from __future__ import annotations

import re
from fractions import Fraction

UNITS_FROM = (("jahre", "Jahre"), ("monate", "Monate"), ("schwanger", "schon in der Schwangerschaft"))
UNITS_TO = (("jahre", "Jahre"), ("monate", "Monate"), ("geburt", "bis zur Geburt"))
PREGNANT_MONTHS, BIRTH_MONTHS, MONTHS_PER_YEAR = -9, 0, 12
MONTHS_UNTIL = 24  # up to here an age that is no whole number of years is shown in months
_NUMBER = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s*(½)?")


def read_age(number: str, unit: str) -> int:
    """Months of "1,5" Jahre, "1½" Jahre, "6" Monate; without a number for pregnancy and birth.

    Raises ValueError with a German sentence where there is no such age.
    """
    if unit == "schwanger":
        return PREGNANT_MONTHS
    if unit == "geburt":
        return BIRTH_MONTHS
    match = _NUMBER.fullmatch(number.strip())
    if not number.strip():
        raise ValueError("Bitte geben Sie ein Alter an, z. B. 3 Jahre oder 6 Monate.")
    if not match or (match[2] and match[3]):
        raise ValueError(f"„{number.strip()[:20]}“ ist keine Zahl. Erwartet: z. B. 3 oder 1,5.")
    value = Fraction(f"{match[1]}.{match[2] or 0}") + (Fraction(1, 2) if match[3] else 0)
    months = value * (MONTHS_PER_YEAR if unit == "jahre" else 1)
    if months.denominator != 1:
        raise ValueError(f"„{number.strip()}“ geht nicht in ganzen Monaten auf. Erwartet: z. B. 3 oder 1,5.")
    return int(months)


def write_age(months: int, *, is_end: bool) -> tuple[str, str]:
    """Number and unit for the form."""
    if months < 0:
        return "", "schwanger"
    if months == 0 and is_end:
        return "", "geburt"
    years, rest = divmod(months, MONTHS_PER_YEAR)
    if rest == 0:
        return str(years), "jahre"
    if rest == MONTHS_PER_YEAR // 2 and months > MONTHS_UNTIL:
        return f"{years},5", "jahre"
    return str(months), "monate"
