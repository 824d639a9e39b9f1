"""Ages in the address, down to the month: "31m" beside the choices of the select ("2j", "2,5j")."""

from __future__ import annotations

import re

from django.utils.translation import gettext

from kekiz.register import facets
from kekiz.web.finder import plain_words

_MONTHS = re.compile(r"(0|[1-9]\d{0,2})m", re.ASCII)
_SMALL_UNTIL = 36  # so old, months still matter for groups and courses
Group = tuple[str, list[tuple[str, str]]]


def read_age(code: str) -> plain_words.AgeChoice | None:
    """The age of a code; None for anything else."""
    known = plain_words.AGES.get(code)
    if known is not None:
        return known
    match = _MONTHS.fullmatch(code)
    if not match or int(match[1]) >= facets.AGE_MAX_MONTHS:
        return None
    return plain_words.AgeChoice(code, int(match[1]))


def list_age_groups(code: str = "") -> list[Group]:
    """The choices of the select in groups: finer between one and three, and the age of the address itself."""
    groups = plain_words.group_age_choices()
    months = [n for n in range(13, _SMALL_UNTIL) if n % 6]
    small: Group = (
        gettext("Kleines Kind: auf den Monat genau"),
        [(f"{n}m", _name_months(n)) for n in months],
    )
    groups = [*groups[:-1], small, groups[-1]]
    chosen = read_age(code)
    listed = {value for _, choices in groups for value, _ in choices}
    return (
        [(gettext("Ihre Wahl"), [(code, chosen.words)]), *groups] if chosen and code not in listed else groups
    )


def _name_months(months: int) -> str:
    return gettext("%(months)d Monate") % {"months": months}
