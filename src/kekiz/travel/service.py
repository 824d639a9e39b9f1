"""Which trips run on which day: calendar.txt and calendar_dates.txt."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kekiz.engine.problems import InputError, Problem
from kekiz.travel.gtfs import Feed

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GERMAN_DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
ADDED, REMOVED = "1", "2"
LONGEST_DAYS = 3_660  # a calendar over ten years is a mistake
MIDWEEK = (1, 2, 3)  # Tuesday to Thursday: days like most others


@dataclass(frozen=True)
class Services:
    """The days on which each service runs, and how many trips each service has."""

    days: dict[str, frozenset[dt.date]]
    trips: Counter[str]

    def on(self, day: dt.date) -> frozenset[str]:
        """The services that run on a day."""
        return frozenset(service for service, days in self.days.items() if day in days)

    def count_trips(self) -> Counter[dt.date]:
        """How many trips start on each day; days without trips are absent."""
        counts: Counter[dt.date] = Counter()
        for service, days in self.days.items():
            if self.trips[service]:
                counts.update(dict.fromkeys(days, self.trips[service]))
        return counts

    def choose_day(self) -> dt.date | None:
        """The first Tuesday, Wednesday or Thursday with the most trips; else any day with the most."""
        counts = self.count_trips()
        usual = {day: count for day, count in counts.items() if day.weekday() in MIDWEEK} or counts
        return min(usual, key=lambda day: (-usual[day], day), default=None)


def read_services(feed: Feed) -> Services:
    """Read both calendars. Raises InputError with all faulty dates."""
    problems: list[Problem] = []
    days: dict[str, set[dt.date]] = {}
    if feed.has("calendar.txt"):
        _add_weeks(feed, days, problems)
    if feed.has("calendar_dates.txt"):
        _add_exceptions(feed, days, problems)
    if problems:
        raise InputError(problems[:50], total=len(problems))
    services = feed.read("trips.txt", ("service_id",))["service_id"].to_pylist()
    return Services({name: frozenset(found) for name, found in days.items()}, Counter(services))


def _add_weeks(feed: Feed, days: dict[str, set[dt.date]], problems: list[Problem]) -> None:
    columns = ("service_id", "start_date", "end_date", *WEEKDAYS)
    for row, entry in enumerate(feed.read("calendar.txt", columns).to_pylist(), start=2):
        first, last = (_parse_day(entry[name]) for name in ("start_date", "end_date"))
        if first is None or last is None or (last - first).days > LONGEST_DAYS:
            text = "start_date und end_date müssen Tage wie 20220621 sein, höchstens zehn Jahre auseinander."
            problems.append(Problem(f"{feed.path.name}/calendar.txt", text, row))
            continue
        runs = [entry[name].strip() == "1" for name in WEEKDAYS]
        days.setdefault(entry["service_id"], set()).update(
            day
            for day in (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
            if runs[day.weekday()]
        )


def _add_exceptions(feed: Feed, days: dict[str, set[dt.date]], problems: list[Problem]) -> None:
    columns = ("service_id", "date", "exception_type")
    for row, entry in enumerate(feed.read("calendar_dates.txt", columns).to_pylist(), start=2):
        day, kind = _parse_day(entry["date"]), entry["exception_type"].strip()
        if day is None or kind not in {ADDED, REMOVED}:
            text = "Erwartet werden ein Tag wie 20220621 und exception_type 1 (fährt) oder 2 (fährt nicht)."
            problems.append(Problem(f"{feed.path.name}/calendar_dates.txt", text, row))
            continue
        known = days.setdefault(entry["service_id"], set())
        known.add(day) if kind == ADDED else known.discard(day)


def _parse_day(text: str) -> dt.date | None:
    text = text.strip()
    if len(text) != 8 or not text.isdecimal():
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def explain_idle_day(day: dt.date, services: Services) -> str:
    """Say that nothing runs on a day, and on which days something does."""
    counts = services.count_trips()
    if not counts:
        return "Der Fahrplan enthält an keinem Tag eine Fahrt."
    near = sorted(counts, key=lambda other: (abs((other - day).days), other))[:3]
    return (
        f"Am {write_day(day)} fährt nach diesem Fahrplan nichts. Fahrten gibt es zwischen dem "
        f"{write_day(min(counts))} und dem {write_day(max(counts))}; am nächsten liegen: "
        f"{_list_days(sorted(near), counts)}. Bitte mit --date einen dieser Tage wählen."
    )


def _list_days(days: Iterable[dt.date], counts: Counter[dt.date]) -> str:
    return ", ".join(f"{write_day(day)} ({counts[day]} Fahrten)" for day in days)


def write_day(day: dt.date) -> str:
    """A day as people write it: Di 21.06.2022."""
    return f"{GERMAN_DAYS[day.weekday()]} {day:%d.%m.%Y}"
