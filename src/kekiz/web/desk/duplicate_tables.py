"""Doubled entries in words and tables: piles, likeness, the CSV file, what answers teach."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from kekiz.accounts.queries import SYSTEM_NAME
from kekiz.engine.duplicates import Quality
from kekiz.register import duplicate_queries
from kekiz.register.duplicate_queries import Lesson, QueuedPair
from kekiz.register.models import DuplicateAnswer
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.words import write_moment, write_number, write_percent

# level: (part of the address, name)
LEVELS = {"provider": ("traeger", "Träger"), "site": ("orte", "Orte"), "offer": ("angebote", "Angebote")}
PILES = {
    "likely": "Wahrscheinlich doppelt",
    "unsure": "Unsicher",
    "to_merge": "Zusammenzuführen",
    "later": "Später",
}
LIKENESS = (
    (0.95, "fast sicher doppelt"),
    (0.8, "wahrscheinlich doppelt"),
    (0.6, "eher doppelt"),
    (0.4, "ungewiss"),
    (0.2, "eher verschieden"),
    (0.0, "wahrscheinlich verschieden"),
)


def write_likeness(probability: float) -> str:
    """A probability in words and number: "wahrscheinlich doppelt (86 %)"."""
    words = next(text for least, text in LIKENESS if probability >= least)
    return f"{words} ({write_percent(min(probability, 0.99) if probability < 1 else 0.99)})"


def tabulate_queue(level: str, queued: Sequence[QueuedPair]) -> Table:
    """Every pair that is not settled, with all its reasons."""
    columns = tuple(
        Column(heading)
        for heading in ("A", "B", "Schlüssel A", "Schlüssel B", "Stapel", "Stichprobe", "Wahrscheinlichkeit",
                        "Antwort", "Gründe")
    )  # fmt: skip
    open_pairs = [one for pile in PILES for one in duplicate_queries.sort_pile(queued, pile)]
    names = duplicate_queries.names_of(level, {key for one in open_pairs for key in one.keys})
    rows = []
    for one in open_pairs:
        left, right = one.keys
        reasons = [
            f"{told.text} ({write_weight(told.weight)})" for told in duplicate_queries.reasons_of(one.pair)
        ]
        rows.append(
            Row(
                (
                    names[left], names[right], left, right, PILES[one.pile], one.pair.is_audit,
                    one.pair.probability, one.answer.get_verdict_display() if one.answer else "",
                    "; ".join(reasons),
                )
            )
        )  # fmt: skip
    return Table("doppelte", "Doppelte Einträge (Prüfhinweise)", columns, rows)


def write_weight(weight: float) -> str:
    """Log odds with their sign: "+2,8"."""
    return ("+" if weight >= 0 else "") + write_number(weight, 1)


def explain_answer(answer: DuplicateAnswer) -> str:
    """One answer of the history in a sentence."""
    who = answer.actor.display_name if answer.actor else SYSTEM_NAME
    reason = f" – „{answer.reason}“" if answer.reason else ""
    return f"{write_moment(timezone.localtime(answer.at))}: {who}: {answer.get_verdict_display()}{reason}"


def describe_lesson(lesson: Lesson) -> Table:
    """How well the weights foresee the answers, before and after."""
    columns = (Column("Gewichte"), Column("beurteilte Paare", "exact"), Column("richtig", "exact"),
               Column("Anteil richtig", "share"), Column("Fehlermaß"))  # fmt: skip
    named = (
        ("bisher", lesson.before),
        ("bisher, nur zufällige Stichprobe", lesson.audit),
        ("neu, an Antworten geprüft, die sie nicht kannten", lesson.after),
    )
    rows = [Row((name, *_list_quality(quality))) for name, quality in named]
    return Table("guete", "Wie gut die Gewichte Ihre Antworten vorausgesagt hätten", columns, rows)


def _list_quality(quality: Quality) -> tuple[object, ...]:
    share = quality.right / quality.answers if quality.answers else None
    loss = write_number(quality.log_loss, 2) if quality.answers else None
    return quality.answers, quality.right, share, loss
