"""Ages as people write them, in months: "0-3 J.", "ab 6 Monaten", "U3", "Klasse 5–7", "bis 27"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from .reading import Reading, as_text, fold_dashes, is_nothing, shorten

PREGNANCY = -9
MONTHS_PER_YEAR = 12
OLDEST_MONTHS = 324  # 27 years: § 7 SGB VIII, "junger Mensch"
HIGHEST_YEARS = 120
SCHOOL_STARTS_MONTHS = 72
_WEEKS_PER_MONTH = 52.18 / 12


@dataclass(frozen=True)
class Ages:
    """From ≤ age < to, in months; None where a side is open."""

    start: int | None
    end: int | None


_UNIT = (
    r"(?P<unit{0}>lebensjahr\w*|j(?:ahr\w*|\.|ähr\w*)?(?!\w)|years?|yrs?\.?|y(?!\w)|"
    r"mon(?:at\w*|ths?|\.)?(?!\w)|m\.(?!\w)|m(?!\w)|wochen?\w*|weeks?)"
)
_AMOUNT = (
    r"(?:(?P<zero{0}>geburt\w*|birth|null)|(?P<number{0}>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*-?\s*\.?\s*(?:"
    + _UNIT
    + r")?(?:\s*(?:alt|old))?(?:\s*und\s*(?P<extra{0}>\d{{1,2}})\s*monate?n?)?)"
)
_UPTO = r"(?:-|bis\s+(?:zu[mr]?\s+)?|to\s+|until\s+|through\s+)"
_WITH = r"(?P<with{0}>(?:einschließlich|einschl\.?|inklusive|inkl\.?)\s+)?"
_FULL = r"(?P<full{0}>vollendete[nms]?\s+)?"
_RANGE = re.compile(
    r"(?:(?:von|ab|from|ages?)\s+(?:der\s+)?)?"
    + _AMOUNT.format("A")
    + r"\s*"
    + _UPTO
    + r"\s*"
    + _WITH.format("B")
    + _FULL.format("B")
    + _AMOUNT.format("B")
)
_FROM = re.compile(
    r"(?:(?:ab|from|age|über|mindestens|min\.?|>=?|≥)\s*(?:der\s+|dem\s+|einem\s+alter\s+von\s+)?"
    + _FULL.format("A")
    + _AMOUNT.format("A")
    + r"(?:\s*(?:and|or|und)\s+(?:over|older|older|älter))?)"
)
_PLUS = re.compile(_AMOUNT.format("A") + r"\s*(?:\+|und\s+älter|(?:and|or)\s+(?:over|older|above))")
_UNTIL = re.compile(
    r"(?:bis\s+(?:zu[mr]?\s+)?|unter\s+|under\s+|up\s+to\s+|höchstens\s+|max\.?\s+|<=?\s*|≤\s*|u\s?(?=\d))"
    + _WITH.format("B")
    + _FULL.format("B")
    + _AMOUNT.format("B")
)
_OVER = re.compile(r"ü\s?(?P<over>\d{1,2})(?!\w)")
_ONE = re.compile(r"(?:im\s+|für\s+|age\s+)?" + _AMOUNT.format("A"))
_CLASS_WORD = r"(?:klassen?|klassenstufen?|jahrgangsstufen?|jahrgang|jgst\.?|kl\.|stufen?|grades?)"
_CLASSES = re.compile(
    rf"(?P<open>ab\s+)?(?:{_CLASS_WORD}\s*(?P<a>\d{{1,2}})\.?(?:\s*(?:-|bis|und|/)\s*(?P<b>\d{{1,2}})\.?)?"
    rf"|(?P<c>\d{{1,2}})\.?(?:\s*(?:-|bis|und|/)\s*(?P<d>\d{{1,2}})\.?)?\s*{_CLASS_WORD})"
)
_WORDS: tuple[tuple[re.Pattern[str], int, int | None, str], ...] = tuple(
    (re.compile(pattern), start, end, note)
    for pattern, start, end, note in (
        (r"schwanger\w*|werdende\w*(?:\s+(?:eltern|mütter|väter))?|vor\s+der\s+geburt|pränatal\w*|expecting\s+\w+",
         PREGNANCY, 0, ""),
        (r"(?:alle|jede[sm]?)\s+alter\w*|ohne\s+altersbe\w+|all\s+ages|altersunabhängig|alle\s+generationen|any\s+age",
         0, OLDEST_MONTHS, ""),
        (r"neugeborene\w*|säuglinge?n?|bab(?:y|ies|ys)\w*|infants?", 0, 12, "erstes Lebensjahr"),
        (r"krippen\w*|kleinst?kind\w*|toddlers?", 0, 36, "bis zum dritten Geburtstag"),
        (r"vorschul\w*", 60, 72, "das Jahr vor der Schule"),
        (r"kindergarten\w*|kita-?\w*", 36, 72, "drei Jahre bis zur Schule"),
        (r"grundsch\w+|primarstufe|primary\s+school\w*", 72, 120, "sechs bis zehn Jahre"),
        (r"junge[nr]?\s+mensch\w*|young\s+people", 0, OLDEST_MONTHS, "unter 27 nach § 7 SGB VIII"),
        (r"junge\s+(?:volljährige|erwachsene)\w*|young\s+adults?", 216, OLDEST_MONTHS, "18 bis unter 27 "
                                                                                       "nach § 7 SGB VIII"),
        (r"jugendlich\w*|teen(?:ager|s)\w*", 168, 216, "14 bis unter 18 nach § 7 SGB VIII"),
        (r"kinder[nu]?|children", 0, 168, "unter 14 nach § 7 SGB VIII"),
    )
)  # fmt: skip
_SCHOOL = re.compile(
    r"(?:zum\s+|zur\s+)?(?:schuleintritt|schulbeginn|schuleintrittsalter|einschulung|schulanfang)"
)
_FILLER = re.compile(
    r"\b(?:alter\w*|jahre?n?|für|und|sowie|oder|mit|familien|eltern|kind(?:er[nu]?)?|mädchen|jungen|im|von|bis|"
    r"zu[mr]?|ab|der|die|ca|circa|etwa|einer|and|with|for|aged?|ages|old|their|parents?|families|personen|people|"
    r"vollendet\w*|alt)\b|[\s.,;:/()&+-]+"
)


def read_ages(cell: object, *, is_end_included: bool = False) -> Reading[Ages]:
    """Both ends of an age from one cell. Upper ends are birthdays ("bis 3 Jahre" = until the third one).

    With ``is_end_included`` the year named last belongs to it, as "einschließlich" in the text says too.
    """
    if isinstance(cell, dt.date):
        return _read_spoiled_date(cell, is_end_included)
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    text = _prepare(original)
    spans, notes, rest = _find_spans(text, is_end_included)
    rest = _FILLER.sub(" ", rest).strip()
    if not spans:
        return Reading(missed=(f"Alter „{shorten(original)}“ nicht verstanden.",))
    if len([span for span in spans if span.start is None or span.start >= 0]) > 1:
        notes.append("mehrere Altersangaben zu einer Spanne verbunden")
    ages = _join(spans)
    if ages is None:
        return Reading(missed=(f"Alter „{shorten(original)}“: Das Ende liegt vor dem Anfang.",))
    missed = (f"Alter: „{shorten(rest)}“ nicht verstanden.",) if rest else ()
    return Reading(ages, tuple(f"Alter: {note}." for note in notes), missed)


def read_age(cell: object, *, unit: str = "years", is_end: bool = False) -> Reading[int]:  # noqa: PLR0911 - one kind of input after the other
    """One end of an age from a cell of its own, in months; ``unit`` (years or months) where none is written.

    Numbers below zero mean "no limit" in exports. For an upper end in a sentence such as "bis 27" the last
    number counts.
    """
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    text = _prepare(original).lstrip("+")
    if re.fullmatch(r"-\d+(?:[.,]\d+)?", text) and unit == "years":
        return Reading()
    number = re.fullmatch(r"-?\d{1,4}(?:[.,]\d+)?", text)
    if number:
        months = float(text.replace(",", ".")) * (1 if unit == "months" else MONTHS_PER_YEAR)
        if PREGNANCY <= months <= HIGHEST_YEARS * MONTHS_PER_YEAR:
            return Reading(round(months))
        return Reading(
            missed=(f"Alter „{shorten(original)}“ liegt außerhalb dessen, was ein Alter sein kann.",)
        )
    one = _ONE.fullmatch(text)
    if one and _months(one, "A") is not None:
        return Reading(_months(one, "A"))  # "12 Mon." as an end is the end itself
    found = read_ages(cell)
    if found.value is None:
        return Reading(missed=found.missed)
    side = found.value.end if is_end else found.value.start
    if side is None:
        side = found.value.start if is_end else found.value.end
    return Reading(side, found.assumed, found.missed)


def find_ages(text: str) -> tuple[Ages, str] | None:
    """The first age that a longer text names with its unit ("Kinder von 6 bis 12 Jahren"), and its words."""
    prepared = _prepare(" ".join(text.split()))
    for pattern, build in (
        (_RANGE, lambda match: _from_range(match, False)),
        (_FROM, lambda match: Ages(_months(match, "A"), None)),
        (_UNTIL, lambda match: _from_until(match, False)),
        (_CLASSES, lambda match: _from_classes(match, [])),
    ):
        for match in pattern.finditer(prepared):
            parts = match.groupdict()
            is_named = (
                pattern is _CLASSES
                or any(parts.get(key) for key in ("unitA", "unitB"))
                or "age" in match.group()
            )
            ages = build(match) if is_named else None
            if ages is not None and _is_sensible(ages):
                return ages, match.group().strip()
    return None


def _is_sensible(ages: Ages) -> bool:
    return (ages.start is not None or ages.end is not None) and (
        ages.start is None or ages.end is None or ages.start < ages.end
    )


def _read_spoiled_date(cell: dt.date, is_end_included: bool) -> Reading[Ages]:
    """Spreadsheets turn "3-6" into the third of June: told, and read back where that makes sense."""
    if cell.day < cell.month:
        end = cell.month + (1 if is_end_included else 0)
        note = f"Alter: Die Tabelle hat aus „{cell.day}-{cell.month}“ ein Datum gemacht; gelesen als Jahre."
        return Reading(Ages(cell.day * MONTHS_PER_YEAR, end * MONTHS_PER_YEAR), assumed=(note,))
    return Reading(missed=(f"Alter: Hier steht ein Datum ({cell:%d.%m.%Y}), erwartet ist ein Alter.",))


def _prepare(text: str) -> str:
    text = fold_dashes(text)
    text = re.sub(r"(\d)\s*(?:½|1/2(?!\d))", r"\g<1>.5", text)
    text = re.sub(r"(?<![\d/])(?:½|1/2(?!\d))", "0.5", text)
    return re.sub(
        r"(?<!\d)(\d{1,2});(\d{1,2})(?!\d)", r"\1 jahre und \2 monate", text
    )  # "0;6" of the day-cares


def _find_spans(text: str, is_end_included: bool) -> tuple[list[Ages], list[str], str]:
    """All spans, what was assumed, and the text that is left over."""
    spans: list[Ages] = []
    notes: list[str] = []
    if _SCHOOL.search(text):
        text = _SCHOOL.sub("6 jahre", text)
        notes.append("die Schule beginnt hier mit sechs Jahren")
    pregnant, start, end, _ = _WORDS[0]
    if pregnant.search(text):
        text = pregnant.sub(
            " geburt " if re.match(rf"\s*(?:{pregnant.pattern})\s*(?:-|bis)", text) else " ", text
        )
        spans.append(Ages(start, end))
    text = _take(_CLASSES, text, lambda match: _from_classes(match, notes), spans)
    text = _take(_OVER, text, lambda match: _from_over(match, notes), spans)
    text = _take(_RANGE, text, lambda match: _from_range(match, is_end_included), spans)
    for pattern in (_PLUS, _FROM):
        text = _take(pattern, text, lambda match: Ages(_months(match, "A"), None), spans)
    text = _take(_UNTIL, text, lambda match: _from_until(match, is_end_included), spans)
    text = _take(_ONE, text, lambda match: _from_one(match, notes), spans)
    if not any(span.start is None or span.start >= 0 for span in spans):
        text = _take_words(text, spans, notes)
    return spans, notes, text


def _take(pattern: re.Pattern[str], text: str, build: object, spans: list[Ages]) -> str:
    def keep(match: re.Match[str]) -> str:
        span = build(match)  # type: ignore[operator]
        if span is None:
            return match.group()
        spans.append(span)
        return " "

    return pattern.sub(keep, text)


def _take_words(text: str, spans: list[Ages], notes: list[str]) -> str:
    for pattern, start, end, note in _WORDS[1:]:
        match = pattern.search(text)
        if match is None:
            continue
        spans.append(Ages(start, end))
        if note:
            notes.append(f"„{match.group()}“ heißt hier {note}")
        text = pattern.sub(" ", text)
    return text


def _months(match: re.Match[str], side: str) -> int | None:
    parts = match.groupdict()
    if parts.get(f"zero{side}"):
        return 0
    number = float(parts[f"number{side}"].replace(",", "."))
    unit = parts.get(f"unit{side}") or _borrow_unit(parts, side)
    if unit.startswith(("w",)):
        months = number / _WEEKS_PER_MONTH
    elif unit.startswith("m"):
        months = number
    else:
        months = number * MONTHS_PER_YEAR + float(parts.get(f"extra{side}") or 0)
    if unit.startswith("leb") and side == "A" and not parts.get("fullA"):
        months -= MONTHS_PER_YEAR  # the first year of life begins at birth
    return round(months) if months <= HIGHEST_YEARS * MONTHS_PER_YEAR else None


def _borrow_unit(parts: dict[str, str | None], side: str) -> str:
    """ "6-18 Monate": the unit stands behind the second number; without any, years."""
    return parts.get("unitB") or "jahre" if side == "A" else "jahre"


def _included(match: re.Match[str], end: int | None, is_end_included: bool) -> int | None:
    parts = match.groupdict()
    if end is None or parts.get("zeroB") or parts.get("fullB"):
        return end
    unit = parts.get("unitB") or "jahre"
    if not (is_end_included or parts.get("withB")) or unit.startswith("leb"):
        return end
    return end + (1 if unit.startswith(("m", "w")) else MONTHS_PER_YEAR)


def _from_range(match: re.Match[str], is_end_included: bool) -> Ages | None:
    start, end = _months(match, "A"), _months(match, "B")
    if start is None or end is None:
        return None
    return Ages(start, _included(match, end, is_end_included))


def _from_until(match: re.Match[str], is_end_included: bool) -> Ages | None:
    end = _months(match, "B")
    return None if end is None else Ages(None, _included(match, end, is_end_included))


def _from_over(match: re.Match[str], notes: list[str]) -> Ages:
    years = int(match["over"])
    if years == 3:
        notes.append("„Ü3“ heißt hier drei Jahre bis zur Schule")
        return Ages(36, SCHOOL_STARTS_MONTHS)
    return Ages(years * MONTHS_PER_YEAR, None)


def _from_one(match: re.Match[str], notes: list[str]) -> Ages | None:
    parts = match.groupdict()
    months = _months(match, "A")
    if months is None:
        return None
    unit = parts.get("unitA") or ""
    if parts.get("zeroA"):
        return Ages(0, None) if match.group().strip() != "null" else None
    if not unit:
        notes.append(f"„{match.group().strip()}“ als ein Lebensalter in Jahren gelesen")
    length = 1 if unit.startswith(("m", "w")) else MONTHS_PER_YEAR
    return Ages(months, months + length)


def _from_classes(match: re.Match[str], notes: list[str]) -> Ages | None:
    first = int(match["a"] or match["c"])
    last = int(match["b"] or match["d"] or first)
    if not 1 <= first <= last <= 13:
        return None
    notes.append("Klasse 1 beginnt hier mit sechs Jahren")
    start = SCHOOL_STARTS_MONTHS + (first - 1) * MONTHS_PER_YEAR
    return Ages(start, None if match["open"] else SCHOOL_STARTS_MONTHS + last * MONTHS_PER_YEAR)


def _join(spans: list[Ages]) -> Ages | None:
    """The smallest span that holds all; an open start beside a pregnancy begins with the pregnancy."""
    starts = [span.start for span in spans]
    ends = [span.end for span in spans]
    if len(spans) == 2 and (starts[1], ends[0]) == (None, None):
        starts, ends = [starts[0]], [ends[1]]  # "ab 6 Monaten, bis 3 Jahre"
    known = [start for start in starts if start is not None]
    start = min(known) if known and (len(known) == len(starts) or min(known) < 0) else None
    end = None if None in ends else max(end for end in ends if end is not None)
    if start is not None and end is not None and end <= start:
        return None
    return Ages(start, end)
