"""Opening hours day by day and date by date as people type them, into OpenStreetMap's notation and back."""

from __future__ import annotations

import re

from kekiz.register.imports.values import read_hours as read_written_hours
from kekiz.register.opening_hours import DAYS, Rule, read_hours

DAY_FIELDS = tuple(f"hours_{day.lower()}" for day in DAYS)
DAY_NAMES = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
NOTE_LENGTH = 120
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*Uhr)?"
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-|–|—|bis)\s*{_CLOCK}", re.IGNORECASE)
_OPEN_END = re.compile(rf"(?:ab\s+{_CLOCK}|{_CLOCK}\s*\+)", re.IGNORECASE)
_BETWEEN = re.compile(r",|;|/|\bund\b|\+(?=\s*\d)", re.IGNORECASE)
DATES_LENGTH = 1000
_DATES_EXPECTED = "Erwartet: z. B. 14.3.2026 und 21.3.2026, 10–12 Uhr."
_GERMAN_DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_EXPECTED = "Erwartet: z. B. 9–12 oder 9:00–11:30, 14–16."


def read_day(text: str) -> list[str]:
    """Spans of one day: "9-12, 14 bis 16:30 Uhr" -> ["09:00-12:00", "14:00-16:30"].

    Raises ValueError with a German sentence.
    """
    return [_read_span(part.strip()) for part in _BETWEEN.split(text) if part.strip()]


def _read_span(text: str) -> str:
    match = _SPAN.fullmatch(text)
    if match:
        start, end = _write_clock(match[1], match[2], text), _write_clock(match[3], match[4], text)
        if end <= start:
            raise ValueError(f"„{text}“ endet, bevor es beginnt. {_EXPECTED}")
        return f"{start}-{end}"
    match = _OPEN_END.fullmatch(text)
    if match:
        return f"{_write_clock(match[1] or match[3], match[2] or match[4], text)}+"
    raise ValueError(f"„{text[:40]}“ ist keine Zeit. {_EXPECTED}")


def _write_clock(hours: str, minutes: str | None, text: str) -> str:
    hour, minute = int(hours), int(minutes or 0)
    if hour * 60 + minute > 24 * 60 or minute > 59:
        raise ValueError(f"„{text}“ ist keine Uhrzeit. {_EXPECTED}")
    return f"{hour:02d}:{minute:02d}"


def read_dates(text: str) -> list[str]:
    """Single dates, a line or a semicolon each: "14.3. und 21.3.2026, 10-12 Uhr" as parts of the notation.

    Raises ValueError with a German sentence.
    """
    lines = [line.strip() for line in re.split(r"[\n;]+", text)]
    return [part for line in lines if line for part in _read_dated_line(line)]


def _read_dated_line(line: str) -> list[str]:
    reading = read_written_hours(line)
    if reading.assumed:
        raise ValueError(f"„{line[:60]}“: Bitte nennen Sie das Jahr. {_DATES_EXPECTED}")
    rules = read_hours(reading.value or "") or []
    if reading.missed or not rules or not all(rule.dates and rule.spans for rule in rules):
        reason = reading.missed[0].partition(": ")[2] if reading.missed else ""
        raise ValueError(f"„{line[:60]}“ ist kein Termin mit Uhrzeit. {reason or _DATES_EXPECTED}")
    return [part.strip() for part in (reading.value or "").split(";")]


def write_notation(spans: list[list[str]], note: str, dates: list[str] | None = None) -> str:
    """The notation of seven days of spans, equal days in a row together, of dates and a note in words."""
    parts: list[str] = []
    day = 0
    while day < len(DAYS):
        last = day
        while last + 1 < len(DAYS) and spans[last + 1] == spans[day]:
            last += 1
        if spans[day]:
            days = DAYS[day] if last == day else f"{DAYS[day]}{'-' if last > day + 1 else ','}{DAYS[last]}"
            parts.append(f"{days} {','.join(spans[day])}")
        day = last + 1
    parts += dates or []
    if note:
        quoted = " ".join(note.replace('"', "'").split())
        parts.append(f'"{quoted}"')
    return "; ".join(parts)


def split_notation(notation: str) -> dict[str, str] | None:
    """The helper's fields of a notation; None where it says more than weekdays, single dates and a note."""
    fields = dict.fromkeys((*DAY_FIELDS, "hours_dates", "hours_note"), "")
    if not notation:
        return fields
    rules = read_hours(notation)
    if rules is None or not all(_is_plain(rule) for rule in rules):
        return None
    spans: list[list[str]] = [[] for _ in DAYS]
    fields["hours_dates"] = "\n".join(_say_dates(rule) for rule in rules if rule.dates)
    try:
        dates = read_dates(fields["hours_dates"])
    except ValueError:  # hours past midnight, say: only the notation can say them
        return None
    for rule in rules:
        for day in rule.weekdays if not rule.dates else ():
            spans[day] += [f"{start}-{end}" if end else f"{start}+" for start, end in rule.spans]
        fields["hours_note"] = rule.comment or fields["hours_note"]
    again = write_notation(spans, fields["hours_note"], dates)
    if again.replace(" ", "") != notation.replace(" ", ""):
        # Written in another way (or with two notes): shown as it is, so that nothing is lost.
        same = read_hours(again)
        if same is None or _flatten(same) != _flatten(rules):
            return None
    for day, name in enumerate(DAY_FIELDS):
        fields[name] = ", ".join(_say_span(span) for span in spans[day])
    return fields


def _is_plain(rule: Rule) -> bool:
    special = rule.nth or rule.holidays or rule.within or rule.months or rule.week or rule.is_closed
    has_days = bool((rule.weekdays or rule.dates) and rule.spans) and not rule.comment
    return not special and (has_days or bool(rule.comment and not rule.weekdays and not rule.spans))


def _flatten(rules: list[Rule]) -> list[tuple[object, ...]]:
    times = [(day, span) for rule in rules if not rule.dates for day in rule.weekdays for span in rule.spans]
    dated = [(rule.dates, rule.weekdays, rule.spans) for rule in rules if rule.dates]
    return [*sorted(times), *sorted(dated), *[(rule.comment,) for rule in rules if rule.comment]]


def _say_dates(rule: Rule) -> str:
    """ "14.03.2026, 21.03.2026, 10–12 Uhr", as the field is filled with what is stored."""
    days = [
        f"{first:%d.%m.%Y}" if first == last else f"{first:%d.%m.%Y} bis {last:%d.%m.%Y}"
        for first, last in rule.dates
    ]
    weekdays = "+".join(_GERMAN_DAYS[day] for day in rule.weekdays)
    times = ", ".join(_say_span(f"{start}-{end}" if end else f"{start}+") for start, end in rule.spans)
    return f"{', '.join(days)}{f', {weekdays}' if weekdays else ''}, {times} Uhr"


def _say_span(span: str) -> str:
    start, _, end = span.rstrip("+").partition("-")
    return f"{_say_clock(start)}–{_say_clock(end)}" if end else f"ab {_say_clock(start)}"


def _say_clock(clock: str) -> str:
    hours, minutes = clock.split(":")
    return str(int(hours)) if minutes == "00" else f"{int(hours)}:{minutes}"
