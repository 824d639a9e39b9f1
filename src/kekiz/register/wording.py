"""Facets as people say them."""

from __future__ import annotations

MONTHS_PER_YEAR = 12
# Up to here people count in months, from here in years and half years.
_MONTHS_UNTIL = 24


def describe_ages(age_from_months: int, age_to_months: int) -> str:
    """Ages as people say them: "6 Monate bis 3 Jahre", "vor der Geburt bis 1 Jahr", "6 bis 10 Jahre"."""
    if age_from_months < 0:
        if age_to_months <= 0:
            return "in der Schwangerschaft"
        return f"vor der Geburt bis {describe_age(age_to_months)}"
    if age_from_months == 0:
        return f"Geburt bis {describe_age(age_to_months)}"
    start, end = describe_age(age_from_months), describe_age(age_to_months)
    start_number, _, start_unit = start.partition(" ")
    # "1 bis 2 Jahre und 1 Monat" would turn one month into one year.
    if end.endswith(f" {start_unit}") and " " not in start_unit and " und " not in end:
        return f"{start_number} bis {end}"
    return f"{start} bis {end}"


def describe_age(months: int) -> str:
    """One age: "6 Monate", "1 Jahr", "1½ Jahre", "3 Jahre", "3 Jahre und 4 Monate"."""
    if months < 0:
        return "vor der Geburt"
    years, rest = divmod(months, MONTHS_PER_YEAR)
    if rest == 0 and years:
        return "1 Jahr" if years == 1 else f"{years} Jahre"
    if months < _MONTHS_UNTIL and months != 18:
        return "Geburt" if months == 0 else f"{months} Monat{'' if months == 1 else 'e'}"
    if rest == 6:
        return f"{years}½ Jahre"
    return f"{years} Jahre und {rest} Monat{'' if rest == 1 else 'e'}"
