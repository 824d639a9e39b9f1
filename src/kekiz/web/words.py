"""Numbers, shares and dates as people write them: in German, and on public pages in the visitor's language.

Pure functions; the template filters in `templatetags/kekiz.py` and the components use them.
"""

import math
from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext as _

from kekiz.web.languages import is_german

THIN_SPACE = "\u202f"
MONTH_NAMES = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
UNKNOWN = "?"
SUPPRESSED = "."  # in files, as the statistical offices write it
SUPPRESSED_SIGN = "·"  # on pages
SUPPRESSED_WORDS = "geschützte Zahl"
NO_NEED = "–"


def write_number(value: float | None, decimals: int = 0) -> str:
    """Write a number with thin spaces between thousands and a decimal comma; "?" if it is unknown."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return UNKNOWN
    if not is_german():
        return str(
            formats.number_format(round(value, decimals), decimals, use_l10n=True, force_grouping=True)
        )
    text = f"{value:,.{decimals}f}"
    if text.lstrip("-").strip("0.,") == "":
        text = text.lstrip("-")
    return text.replace(",", THIN_SPACE).replace(".", ",").replace("-", "−")


def round_estimate(value: float) -> int:
    """Round an estimate to what it bears: ones to 20, fives to 100, tens to 1,000, then two digits."""
    size = abs(value)
    if size < 20:
        step = 1
    elif size < 100:
        step = 5
    elif size < 1000:
        step = 10
    else:
        step = 10 ** (int(math.log10(size)) - 1)
    return int(math.floor(value / step + 0.5) * step)


def write_estimate(value: float | None) -> str:
    """Write an estimated number of children: "rund 310", "unter 1", "0"; "?" if it is unknown."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value <= 0:
        return "0"
    if value < 0.5:
        return "unter 1"
    return f"rund {write_number(round_estimate(value))}"


def write_euro(value: float | None) -> str:
    """Write an amount in whole euros: "60 000 €" with thin spaces; "?" if it is unknown."""
    return UNKNOWN if value is None else f"{write_number(value)}{THIN_SPACE}€"


def write_percent(share: float | None, decimals: int = 0) -> str:
    """Write a share 0..1 as "58 %" with a thin space; "?" if it is unknown."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    if 0 < share < 0.5 * 10 ** (-2 - decimals):
        return f"unter {write_number(10**-decimals, decimals)}{THIN_SPACE}%"
    return f"{write_number(share * 100, decimals)}{THIN_SPACE}%"


def write_of_hundred(share: float | None) -> str:
    """Write a share 0..1 as children out of one hundred, such as "58"."""
    return UNKNOWN if share is None or not math.isfinite(share) else write_number(round(share * 100))


def write_of_thousand(share: float | None) -> str:
    """Write a share 0..1 as children out of one thousand, such as "583"."""
    return UNKNOWN if share is None or not math.isfinite(share) else write_number(round(share * 1000))


def write_date(value: date | datetime | None) -> str:
    """Write a date as "3. März 2026"; "?" if it is unknown."""
    if value is None:
        return UNKNOWN
    if not is_german():
        return formats.date_format(value, "j E Y")
    return f"{value.day}. {MONTH_NAMES[value.month - 1]} {value.year}"


def write_moment(value: datetime | None) -> str:
    """Write a moment as "3. März 2026, 14:05 Uhr"; the caller passes local time."""
    return UNKNOWN if value is None else f"{write_date(value)}, {value:%H:%M} Uhr"


def write_minutes(minutes: float | None) -> str:
    """Write travel minutes: "12 Minuten", "1 Stunde 5 Minuten"; "?" if unknown."""
    if minutes is None or not math.isfinite(minutes):
        return UNKNOWN
    whole = round(minutes)
    hours, rest = divmod(whole, 60)
    if not hours:
        return "1 Minute" if whole == 1 else f"{whole} Minuten"
    hour_text = "1 Stunde" if hours == 1 else f"{hours} Stunden"
    return hour_text if not rest else f"{hour_text} {rest} Minuten"


def join_words(words: list[str], last: str = "") -> str:
    """Join words as in a sentence: "a, b und c"; ``last`` is another word than "und"."""
    if len(words) < 2:
        return "".join(words)
    return f"{_(', ').join(words[:-1])}{f' {last} ' if last else _(' und ')}{words[-1]}"
