"""What was understood of opening hours, and how it is written as an OSM string."""

from __future__ import annotations

from dataclasses import dataclass, field

from kekiz.register.opening_hours import DAYS

from .dates import WrittenDay

LONGEST_COMMENT = 120


@dataclass
class SpokenRule:
    """Days with their times; ``comment`` is what is said in place of or beside times."""

    days: list[str] = field(default_factory=list)
    dates: list[tuple[WrittenDay, WrittenDay]] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    comment: str = ""
    is_closed: bool = False
    is_led_by_times: bool = False

    def is_filled(self) -> bool:
        return bool(self.times or self.comment or self.is_closed)

    def has_days(self) -> bool:
        return bool(self.days or self.dates)


def write_rules(rules: list[SpokenRule], ends: list[str], rest: str) -> str:
    """Rules with the same times share a line; the order of first mention stays."""
    lines: dict[str, list[str]] = {}
    for rule in rules:
        times = ",".join(dict.fromkeys(rule.times)) or ("off" if rule.is_closed else "")
        comment = f'"{_clean(rule.comment)}"' if _clean(rule.comment) else ""
        lines.setdefault(" ".join(part for part in (times, comment) if part), []).extend(rule.days)
    parts = [f"{write_days(days)} {what}".strip() for what, days in lines.items()]
    parts += [end for end in dict.fromkeys(ends) if end not in parts]
    value = "; ".join(part for part in parts if part)
    note = _clean(rest)
    if note and value:
        return f'{value} || "{note}"'
    return value or (f'"{note}"' if note else "")


def _clean(text: str) -> str:
    return " ".join(text.replace('"', " ").replace("\\", " ").split())[:LONGEST_COMMENT].strip()


def write_days(days: list[str]) -> str:
    """Dates first, then plain weekdays in order, three or more in a row as a span; others behind."""
    dates = list(dict.fromkeys(day for day in days if day[:1].isdigit()))
    if dates:
        weekdays = write_days([day for day in days if not day[:1].isdigit()])
        return f"{','.join(dates)} {weekdays}".strip()
    plain: set[int] = set()
    others: list[str] = []
    for item in (part for day in days for part in day.split(",") if "[" not in day) if days else ():
        first, _, last = item.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            others.append(item)
            continue
        start, end = DAYS.index(first), DAYS.index(last or first)
        plain.update(day % 7 for day in range(start, (end if end >= start else end + 7) + 1))
    others += [day for day in days if "[" in day]
    runs: list[list[int]] = []
    for day in sorted(plain):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    written = [
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ",".join(DAYS[day] for day in run)
        for run in runs
    ]
    return ",".join([*written, *dict.fromkeys(others)])
