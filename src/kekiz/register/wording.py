"""Facets as people say them, in the language of the page.

Ages inside a span have a context of their own ("Spanne"): many languages bend them after "from" and "to".
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

MONTHS_PER_YEAR = 12
# Up to here people count in months, from here in years and half years.
_MONTHS_UNTIL = 24


def describe_ages(age_from_months: int, age_to_months: int) -> str:
    """Ages as people say them: "6 Monate bis 3 Jahre", "vor der Geburt bis 1 Jahr", "6 bis 10 Jahre"."""
    if age_from_months < 0:
        if age_to_months <= 0:
            return _("in der Schwangerschaft")
        return _("vor der Geburt bis %(end)s") % {"end": _bend_age(age_to_months)}
    if age_from_months == 0:
        return _("Geburt bis %(end)s") % {"end": _bend_age(age_to_months)}
    start, end = _bend_age(age_from_months), _bend_age(age_to_months)
    start_number, _space, start_unit = start.partition(" ")
    # "1 bis 2 Jahre und 1 Monat" would turn one month into one year.
    is_whole = age_to_months % 12 == 0 or age_to_months < 24
    if is_whole and end.endswith(f" {start_unit}") and " " not in start_unit:
        start = start_number
    return pgettext("Alter", "%(start)s bis %(end)s") % {"start": start, "end": end}


def describe_age(months: int) -> str:
    """One age: "6 Monate", "1 Jahr", "1½ Jahre", "3 Jahre", "3 Jahre und 4 Monate"."""
    if months < 0:
        return _("vor der Geburt")
    if months == 0:
        return _("Geburt")
    years, rest = divmod(months, MONTHS_PER_YEAR)
    if _is_counted_in_months(months):
        return ngettext("%(count)d Monat", "%(count)d Monate", months) % {"count": months}
    if rest == 6:
        return _write_half_years(years)
    words = ngettext("%(count)d Jahr", "%(count)d Jahre", years) % {"count": years}
    if rest:
        rest_words = ngettext("%(count)d Monat", "%(count)d Monate", rest) % {"count": rest}
        return _("%(years)s und %(months)s") % {"years": words, "months": rest_words}
    return words


def _bend_age(months: int) -> str:
    """One age as it stands inside a span."""
    if months <= 0:
        return describe_age(months)
    years, rest = divmod(months, MONTHS_PER_YEAR)
    if _is_counted_in_months(months):
        return npgettext("Spanne", "%(count)d Monat", "%(count)d Monate", months) % {"count": months}
    if rest == 6:
        return _write_half_years(years)
    words = npgettext("Spanne", "%(count)d Jahr", "%(count)d Jahre", years) % {"count": years}
    if rest:
        rest_words = npgettext("Spanne", "%(count)d Monat", "%(count)d Monate", rest) % {"count": rest}
        return _("%(years)s und %(months)s") % {"years": words, "months": rest_words}
    return words


def _is_counted_in_months(months: int) -> bool:
    return months < _MONTHS_UNTIL and months not in {MONTHS_PER_YEAR, 18}


def _write_half_years(years: int) -> str:
    return ngettext("%(count)d½ Jahre", "%(count)d½ Jahre", years) % {"count": years}
