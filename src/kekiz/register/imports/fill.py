"""What a row does not say: taken from what was said for all rows, or suggested from its words – and told
as such.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .lexicon import Suggestion, span_of_phases, suggest
from .values import Ages, Cost
from .values.ages import OLDEST_MONTHS, PREGNANCY, find_ages

if TYPE_CHECKING:
    from .rows import ReadRow


def fill_title(row: ReadRow, fallback: str) -> None:
    """A row needs a title."""
    if not row.offer["title"]:
        row.offer["title"] = " ".join(fallback.split())[:200]
    if not row.offer["title"]:
        row.fault("Der Titel fehlt.")


def fill_cost(row: ReadRow, fallback: Cost | None) -> None:
    """What a row does not say of cost and access stays unknown, and is told: unknown is never free."""
    if "cost" not in row.offer and fallback is not None:
        row.offer["cost"], row.offer["cost_note"] = fallback.code, fallback.note
        row.remark("Kosten: stehen nicht da, angenommen ist, was für alle Zeilen gilt.")
    elif "cost" not in row.offer:
        row.remark("Kosten: nicht bekannt, also nicht als kostenlos geführt. Bitte ergänzen.")
    if "access" not in row.offer:
        row.remark("Zugang: steht nicht da und bleibt offen. Bitte ergänzen.")


def _suggest_for(row: ReadRow, kind: str) -> Suggestion:
    lead = f"{kind} {row.offer['title']}"
    return suggest(lead, f"{row.offer.get('summary', '')} {row.offer.get('description', '')}", row.provider)


def fill_ages(row: ReadRow, read: tuple[int | None, int | None], fallback: Ages | None, kind: str) -> None:
    """Close open ends: by what was said for all rows, by the words of the row, else by the limits of
    childhood.
    """
    start, end = read
    if start is None and end is None:
        start, end = _find_in_text(row)
    if start is None and end is None and fallback is not None:
        start, end = fallback.start, fallback.end
        row.remark("Alter: steht nicht da, angenommen ist das Alter, das für alle Zeilen gilt.")
    if start is None and end is None:
        start, end = _suggest_ages(row, kind)
        if start is None and end is None:
            return
    if start is not None and start >= OLDEST_MONTHS:
        row.fault(f"Das Alter beginnt mit {start // 12} Jahren: Das Register führt Angebote bis 27 Jahre.")
        return
    if start is None:
        start = 0
        row.remark("Alter: Der Anfang steht nicht da, angenommen ist die Geburt.")
    if end is None:
        end = _close_end(row, start, fallback, kind)
    if end > OLDEST_MONTHS:
        end = OLDEST_MONTHS
        row.remark("Alter: Das Ende liegt über 27 Jahren, übernommen ist 27.")
    if not PREGNANCY <= start < end:
        row.fault(f"Das Alter „bis“ ({end} Monate) muss größer sein als „von“ ({start} Monate).")
        return
    row.offer["age_from_months"], row.offer["age_to_months"] = start, end


def _find_in_text(row: ReadRow) -> tuple[int | None, int | None]:
    for text in (row.offer["title"], row.offer.get("summary", ""), row.offer.get("description", "")):
        found = find_ages(text)
        if found:
            row.remark(
                f"Alter: steht nicht in einer Spalte, aus dem Text gelesen: „{found[1]}“. Bitte prüfen."
            )
            return found[0].start, found[0].end
    return None, None


def _suggest_ages(row: ReadRow, kind: str) -> tuple[int | None, int | None]:
    suggestion = _suggest_for(row, kind)
    span = span_of_phases(suggestion.phases)
    if span is None:
        row.fault("Das Alter fehlt. Nennen Sie es in der Liste oder einmal für alle Zeilen ohne Angabe.")
        return None, None
    words = ", ".join(
        f"„{word}“" for word in dict.fromkeys(word for words in suggestion.phases.values() for word in words)
    )
    row.remark(f"Alter: steht nicht da, vorgeschlagen nach {words}. Bitte prüfen.")
    return span


def _close_end(row: ReadRow, start: int, fallback: Ages | None, kind: str) -> int:
    if fallback is not None and fallback.end is not None and fallback.end > start:
        row.remark("Alter: Das Ende steht nicht da, angenommen ist das Alter, das für alle Zeilen gilt.")
        return fallback.end
    span = span_of_phases(_suggest_for(row, kind).phases)
    if span is not None and span[0] - 12 <= start < span[1]:
        row.remark(
            f"Alter: Das Ende steht nicht da, vorgeschlagen nach „{kind or row.offer['title']}“: "
            f"{span[1] // 12} Jahre."
        )
        return span[1]
    row.remark("Alter: nach oben offen, übernommen bis 27 Jahre.")
    return OLDEST_MONTHS


def fill_fields(row: ReadRow, text: str, fallback: str, kind: str) -> None:
    """Fields of need as codes; without them suggested from the words."""
    codes = _read_codes(text)
    if text and not codes:
        row.remark(f"Bedarfsfelder „{text[:60]}“ nicht verstanden. Erwartet: Kürzel wie K1 oder S2.")
    if not codes:
        suggestion = _suggest_for(row, kind)
        codes = list(suggestion.fields)
        if codes:
            row.remark(
                f"Bedarfsfelder {', '.join(codes)} vorgeschlagen nach {suggestion.describe()}. Bitte prüfen."
            )
    if not codes and fallback:
        codes = _read_codes(fallback)
        row.remark("Bedarfsfelder: angenommen ist, was für alle Zeilen gilt.")
    if not codes:
        row.fault(
            "Kein Bedarfsfeld: Nennen Sie es in der Liste oder einmal für alle Zeilen ohne Angabe, z. B. K2."
        )
    row.offer["fields"] = codes


def _read_codes(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\b(?:M1|M2|S1|S2|K1|K2|G1|G2)\b", text.upper())))
