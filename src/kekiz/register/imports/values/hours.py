"""Opening hours as people write them, as an OSM ``opening_hours`` string: "Mo+Mi 9-12 Uhr, Do n. V."

Single dates ("Sa 14.3. und 21.3.2026, 10-12 Uhr") are read with ``dates``.

Days and times are read word by word. What is left over is kept as a comment in quotation marks, which OSM
allows and families can read; it is never turned into a time.
"""

from __future__ import annotations

import datetime as dt
import re

import opening_hours

from kekiz.register.opening_hours import DAYS

from .dates import ONE_OR_STRETCH, WrittenDay, put_dates, read_days
from .notation import SpokenRule, write_rules
from .reading import Reading, as_text, fold_dashes, is_nothing, shorten

LONGEST = 400
BY_APPOINTMENT = "nach Vereinbarung"

_DAY_WORDS = {
    "mo": 0, "mon": 0, "montag": 0, "montags": 0, "monday": 0, "mondays": 0,
    "di": 1, "die": 1, "dienstag": 1, "dienstags": 1, "tu": 1, "tue": 1, "tues": 1, "tuesday": 1,
    "tuesdays": 1,
    "mi": 2, "mit": 2, "mittwoch": 2, "mittwochs": 2, "we": 2, "wed": 2, "wednesday": 2, "wednesdays": 2,
    "do": 3, "don": 3, "donnerstag": 3, "donnerstags": 3, "th": 3, "thu": 3, "thur": 3, "thurs": 3,
    "thursday": 3,
    "thursdays": 3,
    "fr": 4, "fre": 4, "freitag": 4, "freitags": 4, "fri": 4, "friday": 4, "fridays": 4,
    "sa": 5, "sam": 5, "samstag": 5, "samstags": 5, "sonnabend": 5, "sonnabends": 5, "sat": 5, "saturday": 5,
    "saturdays": 5,
    "so": 6, "son": 6, "sonntag": 6, "sonntags": 6, "su": 6, "sun": 6, "sunday": 6, "sundays": 6,
}  # fmt: skip
_DAY_GROUPS = {
    "werktags": "Mo-Fr", "wochentags": "Mo-Fr", "werktäglich": "Mo-Fr", "weekdays": "Mo-Fr",
    "täglich": "Mo-Su",
    "daily": "Mo-Su", "feiertags": "PH", "feiertagen": "PH", "feiertage": "PH", "ph": "PH",
    "schulferien": "SH",
    "ferien": "SH", "sh": "SH", "wochenende": "Sa,Su", "wochenenden": "Sa,Su", "weekends": "Sa,Su",
}  # fmt: skip
# Spoken as part of a sentence these are no days: "die Sprechstunde", "so lange", "mit Anmeldung", "we are".
_WEAK_DAYS = frozenset({"die", "so", "mit", "do", "we", "son", "don", "sun", "sam"})
_ORDINALS = {"ersten": 1, "erster": 1, "zweiten": 2, "dritten": 3, "vierten": 4, "fünften": 5, "letzten": -1}

_CLOCK = r"(?:2[0-4]|[01]?\d)(?!\d)(?:\s?[:.h]\s?[0-5]\d(?!\d))?"
# "12 Uhr am 14.3." is no "12 a.m.".
_HALF = r"(?:(?<!uhr)\s?(?P<{0}>[ap])\.?\s?m\.?(?!\w))?"
_TIME_RANGE = re.compile(
    rf"(?:von\s+|from\s+)?(?P<start>{_CLOCK})\s*(?:uhr|h(?!\w))?{_HALF.format('first')}\s*(?:-|bis|to|until)\s*"
    rf"(?P<end>{_CLOCK}|2[56]:[0-5]\d)\s*(?:uhr|h(?!\w))?{_HALF.format('second')}"
)
_TIME_OPEN = re.compile(
    rf"(?:(?:ab|from)\s+(?P<a>{_CLOCK})\s*(?:uhr|h(?!\w))?{_HALF.format('halfa')}|(?P<b>{_CLOCK})\+"
    rf"|(?:um\s+)?(?P<c>(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?)\s*uhr)"
)
_NTH = re.compile(
    r"(?:jede[nr]?\s+|am\s+|an\s+jedem\s+)?(?P<n>(?:-?\d|erste[nr]|zweiten|dritten|vierten|fünften|letzten)\.?"
    r"(?:\s*(?:und|u\.|,|\+|&)\s*(?:\d|zweiten|dritten|vierten|letzten)\.?)*)\s+"
    r"(?P<day>montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)s?"
    r"(?:\s+(?:im|eines|jeden|des)\s+monats?)?"
)
_OSM_NTH = re.compile(r"(?P<day>mo|tu|we|th|fr|sa|su)\[(?P<n>-?\d(?:,-?\d)*)\]")
_APPOINTMENT = re.compile(
    r"(?:und\s+|sowie\s+|oder\s+)?(?:n\.?\s?v\.?(?!\w)|nach\s+(?:tel(?:\.|efonischer)?\s+)?(?:vereinbarung|absprache|terminvereinbarung)|"
    r"termine?\s+nach\s+vereinbarung|by\s+appointment|auf\s+anfrage)"
)
_CLOSED = re.compile(r"geschlossen|closed|\boff\b")
_ALWAYS = re.compile(r"rund\s+um\s+die\s+uhr|24/7|24\s*(?:stunden|std\.?|h)(?!\w)|around the clock")
_NOT_IN = re.compile(
    r"(?:\(?\s*(?:außer|nicht|ausgenommen|except)\s+(?:an\s+|in\s+(?:den\s+)?|on\s+)?(?P<what>feiertag\w*|(?:schul)?ferien|holidays?)\)?"
    r"|(?P<other>feiertags|in\s+den\s+(?:schul)?ferien|ph|sh)\s+(?:geschlossen|closed|off))"
)
_WORD = re.compile(r"[a-zäöüß]+")
_JOINERS = frozenset(
    {"und", "u", "and", "sowie", "oder", "uhr", "jeden", "jeweils", "von", "am", "immer", "jede"}
)
_COMMENT = re.compile(r"\"([^\"]*)\"")


def read_hours(  # noqa: PLR0911 - one kind of fault after the other
    cell: object, *, days_if_missing: str = "", today: dt.date | None = None
) -> Reading[str]:
    """An OSM string from a cell. Times without a day need ``days_if_missing`` (such as "Mo-Fr"), told as
    assumed; so is the year of a date that stands without one (the next such day from ``today`` on).

    The result is checked by the library opening-hours and reads back to itself.
    """
    original = as_text(cell)
    if is_nothing(original) and fold_dashes(original) not in {"n.v.", "(n.v.)"}:
        return Reading()
    plain = " ".join(original.replace("“", '"').replace("”", '"').replace("„", '"').split())
    head, _, fallback = plain.partition("||")
    quoted = re.fullmatch(r'\s*"([^"]*)"\s*', fallback)
    rules, ends, rest = _read_words(head if quoted else plain)
    # Notations of OSM beyond our words (months, sunset, easter) are taken as they are.
    if rest and _looks_like_osm(plain) and opening_hours.validate(plain):
        return Reading(plain) if len(plain) <= LONGEST else _too_long(original)
    assumed: list[str] = []
    faults: list[str] = []
    for rule in rules:
        rule.days = put_dates(rule.days, rule.dates, today or dt.date.today(), assumed, faults)
    if faults:
        return Reading(missed=tuple(f"Öffnungszeiten „{shorten(original)}“: {fault}" for fault in faults))
    if any(rule.times and not rule.days for rule in rules):
        if not days_if_missing:
            return Reading(missed=(f"Öffnungszeiten „{shorten(original)}“: Es fehlen die Wochentage.",))
        assumed.append(f"Öffnungszeiten: Die Wochentage stehen nicht da, angenommen ist {days_if_missing}.")
        for rule in rules:
            rule.days = rule.days or ([days_if_missing] if rule.times else [])
    value = write_rules(
        rules, ends, quoted[1] if quoted and not rest else plain.replace("||", " ") if rest else ""
    )
    if not value or not opening_hours.validate(value):
        return Reading(missed=(f"Öffnungszeiten „{shorten(original)}“ nicht verstanden.",))
    if len(value) > LONGEST:
        return _too_long(original)
    missed = (f"Öffnungszeiten: „{shorten(rest)}“ nicht verstanden, als Hinweis übernommen.",) if rest else ()
    return Reading(value, tuple(assumed), missed)


def join_hours(opens: object, closes: object, *, days: str = "") -> Reading[str]:
    """Opening hours from one cell with the opening and one with the closing time."""
    start, end = as_text(opens), as_text(closes)
    if is_nothing(start) and is_nothing(end):
        return Reading()
    if is_nothing(start) or is_nothing(end):
        return Reading(missed=("Öffnungszeiten: Es fehlt der Anfang oder das Ende.",))
    return read_hours(f"{start} - {end}", days_if_missing=days)


def _too_long(original: str) -> Reading[str]:
    return Reading(missed=(f"Öffnungszeiten „{shorten(original)}“ sind länger als {LONGEST} Zeichen.",))


def _looks_like_osm(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|24/7|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", text
        )
    )


class _Reader:
    """Walks through the text; keeps the rule in work, the rules done, and the words not understood."""

    def __init__(self) -> None:
        self.rules: list[SpokenRule] = []
        self.now = SpokenRule()
        self.rest: list[str] = []
        self.is_range_open = False

    def add_day(self, day: str) -> None:
        is_done = self.now.days and not self.now.is_led_by_times
        if self.now.is_filled() and (is_done or not self.now.times):
            self.finish()
        if self.now.times and not self.now.days:
            self.now.is_led_by_times = True  # "9-12 Uhr Mo-Fr": the days follow their times
        if self.is_range_open and self.now.days:
            self.now.days[-1] = f"{self.now.days[-1][:2]}-{day[:2]}"
            self.is_range_open = False
        else:
            self.now.days.append(day)

    def add_date(self, first: WrittenDay, last: WrittenDay) -> None:
        if self.now.is_filled():
            self.finish()
        self.is_range_open = False
        self.now.dates.append((first, last))

    def is_after_day(self) -> bool:
        """May a dash here join two days?"""
        return bool(self.now.days) and (not self.now.is_filled() or self.now.is_led_by_times)

    def add_time(self, time: str) -> None:
        if self.now.comment or self.now.is_closed or self.now.is_led_by_times:
            self.finish()
        self.now.times.append(time)

    def add_comment(self, comment: str) -> None:
        self.now.comment = f"{self.now.comment}, {comment}" if self.now.comment else comment

    def finish(self) -> None:
        if self.now.has_days() or self.now.is_filled():
            self.rules.append(self.now)
        self.now = SpokenRule()
        self.is_range_open = False


def _read_words(plain: str) -> tuple[list[SpokenRule], list[str], str]:
    """Rules, closing parts such as "PH off", and the words that were not understood (as written)."""
    comments = _COMMENT.findall(plain)
    text = fold_dashes(_COMMENT.sub(" \x00 ", plain))
    if len(text) != len(_COMMENT.sub(" \x00 ", plain).strip()):
        text = _COMMENT.sub(" \x00 ", plain).strip().lower().replace("–", "-").replace("—", "-")
    reader, at = _Reader(), 0
    ends: list[str] = []
    while at < len(text):
        step = _read_step(text, at, reader, ends, comments)
        at += max(step, 1)
    leading = reader.now.has_days() and not reader.now.is_filled()
    if leading and reader.rules and reader.rules[-1].times and not reader.rules[-1].has_days():
        reader.rules[-1].days, reader.rules[-1].dates = reader.now.days, reader.now.dates
        reader.now = SpokenRule()
    if reader.now.has_days() and not reader.now.is_filled():
        reader.rest.append(",".join([*reader.now.days, *(f"{day.day}." for day, _ in reader.now.dates)]))
        reader.now = SpokenRule()
    reader.finish()
    return reader.rules, ends, " ".join(reader.rest)


def _read_step(text: str, at: int, reader: _Reader, ends: list[str], comments: list[str]) -> int:
    """Read one thing at a position; return its length."""
    sign = text[at]
    if sign == "\x00":
        reader.add_comment(comments.pop(0).strip())
        return 1
    if sign in " ,;:/+&()|.":
        if sign in ";|" and reader.now.is_filled():
            reader.finish()
        return 1
    if sign == "-":
        reader.is_range_open = reader.is_after_day()
        return 1
    for pattern, take in _STEPS:
        match = pattern.match(text, at)
        if match and take(match, reader, ends):
            return match.end() - at
    word = _WORD.match(text, at)
    if word:
        return _read_word(word, text, reader)
    rest = re.match(r"\S+", text[at:])
    reader.rest.append(rest.group() if rest else sign)
    return len(rest.group()) if rest else 1


def _read_word(word: re.Match[str], text: str, reader: _Reader) -> int:
    name = word.group()
    if name in _DAY_GROUPS and not _is_in_sentence(name, word, text):
        reader.add_day(_DAY_GROUPS[name])
    elif name in _DAY_WORDS and not _is_in_sentence(name, word, text):
        reader.add_day(DAYS[_DAY_WORDS[name]])
    elif name in {"bis", "to", "through"} and reader.is_after_day():
        reader.is_range_open = True
    elif name not in _JOINERS:
        reader.rest.append(name)
    return len(name)


def _is_in_sentence(name: str, word: re.Match[str], text: str) -> bool:
    """Is a short word that could be a day followed by an ordinary word?"""
    if name not in _WEAK_DAYS:
        return False
    after = _WORD.match(text, word.end() + 1) if text[word.end() : word.end() + 1] == " " else None
    return bool(
        after
        and after.group() not in _DAY_WORDS | _DAY_GROUPS
        and after.group() not in _JOINERS | {"bis", "n", "nach", "ab", "geschlossen"}
    )


def _take_not_in(match: re.Match[str], reader: _Reader, ends: list[str]) -> bool:
    what = match["what"] or match["other"]
    ends.append("SH off" if "ferien" in what or what == "sh" else "PH off")
    return True


def _take_nth(match: re.Match[str], reader: _Reader, ends: list[str]) -> bool:
    numbers = [_ORDINALS.get(part, part) for part in re.findall(r"-?\d|[a-zäöü]{5,}", match["n"])]
    if not all(1 <= abs(int(number)) <= 5 for number in numbers):
        return False
    reader.add_day(f"{DAYS[_DAY_WORDS[match['day']]]}[{','.join(str(number) for number in numbers)}]")
    return True


def _take_range(match: re.Match[str], reader: _Reader, ends: list[str]) -> bool:
    start = _clock(match["start"], match["first"])
    end = _clock(match["end"], match["second"])
    if start is None or end is None or start == end or start >= "24:00":
        return False
    reader.add_time(f"{start}-{end}")
    return True


def _take_open(match: re.Match[str], reader: _Reader, ends: list[str]) -> bool:
    start = _clock(match["a"] or match["b"] or match["c"], match["halfa"])
    if start is None or start >= "24:00":
        return False
    reader.add_time(f"{start}+")
    return True


def _take_appointment(match: re.Match[str], reader: _Reader, ends: list[str]) -> bool:
    reader.add_comment(BY_APPOINTMENT)
    return True


def _take_date(match: re.Match[str], reader: _Reader, ends: list[str]) -> bool:
    first, last = read_days(match)
    if not (1 <= last.day <= 31 and 1 <= first.day <= 31 and last.month and 1 <= last.month <= 12):
        return False
    reader.add_date(first, last)
    return True


def _take_closed(match: re.Match[str], reader: _Reader, ends: list[str]) -> bool:
    if not reader.now.has_days() or reader.now.is_filled():
        return False
    reader.now.is_closed = True
    return True


def _take_always(match: re.Match[str], reader: _Reader, ends: list[str]) -> bool:
    if not reader.now.days:
        reader.now.days.append("Mo-Su")
    reader.add_time("00:00-24:00")
    return True


_STEPS = (
    (_ALWAYS, _take_always),
    (ONE_OR_STRETCH, _take_date),
    (_NOT_IN, _take_not_in),
    (_APPOINTMENT, _take_appointment),
    (_CLOSED, _take_closed),
    (_NTH, _take_nth),
    (_OSM_NTH, _take_nth),
    (_TIME_RANGE, _take_range),
    (_TIME_OPEN, _take_open),
)


def _clock(text: str, half: str | None) -> str | None:
    digits = re.findall(r"\d+", text)
    hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    if hour > 26 or minute > 59 or (half and hour > 23):
        return None
    return f"{hour:02d}:{minute:02d}"
