"""Writes on the queue of duplicates: search, answer, learn. Nothing is merged here."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.engine.duplicates import FIELDS, Duplicates, find_duplicates, order_questions
from kekiz.register import duplicate_queries as queries
from kekiz.register import rules
from kekiz.register.duplicate_models import (
    DuplicateAnswer,
    DuplicateLevel,
    DuplicatePair,
    DuplicateSearch,
    DuplicateWeights,
    Verdict,
)
from kekiz.register.duplicate_pairs import join_rows
from kekiz.register.duplicate_records import ENGINE_LEVEL, ListedRecords, list_records
from kekiz.register.validation import clean_row

BATCH = 500
DECIMALS = 4  # of stored evidence and probability: finer than the evidence is
_COORDINATION = "Doppelte Einträge klärt die Koordination, in deren Gebiet beide Einträge liegen."


def search_duplicates(*, actor: Actor, level: str) -> DuplicateSearch:
    """Compare all entries of a level and store the queue; it takes the place of the one before.

    Answers stay what they are; pairs judged "different" come back only as `find_standing` says.
    Raises ActionDenied, InvalidInput (unknown level).
    """
    _require_level(level)
    if not rules.can_resolve_duplicates(actor):
        raise ActionDenied("Nach doppelten Einträgen sucht die Koordination.")
    started = time.perf_counter()
    with transaction.atomic():
        position = queries.register_log_position()
        listed = list_records(level)
        weights = queries.weights_in_force(level)
        found = find_duplicates(
            listed.as_records(), level=ENGINE_LEVEL[DuplicateLevel(level)], weights=weights
        )
        search = DuplicateSearch(
            level=level,
            records=len(listed.digests),
            digest=listed.digest,
            log_position=position,
            weights=json.loads(weights.to_json()),
            created_by=_person(actor),
        )
        pairs = _list_pairs(found, listed)
        search.seconds = time.perf_counter() - started
        DuplicateSearch.objects.filter(level=level).delete()
        clean_row(search)
        search.save()
        for pair in pairs:
            pair.search = search
        DuplicatePair.objects.bulk_create(pairs, batch_size=BATCH)
        write_log_entry(
            actor=actor,
            code="duplicates.searched",
            target_type="duplicates",
            target_key=level,
            target_label=f"{search.get_level_display()}, {len(pairs)} Paare",
        )
    return search


def _list_pairs(found: Duplicates, listed: ListedRecords) -> list[DuplicatePair]:
    """Unsaved pairs of entries in the order of asking."""
    pairs = join_rows(found, listed)
    seed = int(listed.digest[:8], 16)  # another register, another sample; the same register, the same
    asked, is_audit = order_questions(pairs.probability, pairs.is_review, seed)
    queue = []
    for position, (spot, audit) in enumerate(zip(asked.tolist(), is_audit.tolist(), strict=True)):
        left, right = pairs.keys[spot]
        queue.append(
            DuplicatePair(  # type: ignore[misc]  # the stubs know no field of codes
                position=position,
                left_key=left,
                right_key=right,
                left_digest=listed.digests[left],
                right_digest=listed.digests[right],
                probability=round(float(pairs.probability[spot]), DECIMALS),
                is_audit=audit,
                evidence=_name_evidence(pairs.evidence[spot].tolist()),
                areas=sorted({*listed.areas[left], *listed.areas[right]}),
            )
        )
    return queue


def _name_evidence(evidence: list[float]) -> dict[str, float]:
    values = zip(FIELDS, evidence, strict=True)
    return {name: round(value, DECIMALS) for name, value in values if value}


def answer_pair(*, actor: Actor, pair: DuplicatePair, verdict: str, reason: str = "") -> DuplicateAnswer:
    """Record a person's verdict on a pair, with what the engine saw; earlier answers stay in the history.

    Raises ActionDenied, InvalidInput (an entry is gone, unknown verdict).
    """
    level = pair.search.level
    if not rules.can_resolve_duplicates(actor, pair.areas):
        raise ActionDenied(_COORDINATION)
    if verdict not in Verdict.values:
        known = ", ".join(f"„{label}“" for label in Verdict.labels)
        raise InvalidInput([f"Diese Antwort gibt es nicht. Möglich sind {known}."])
    with transaction.atomic():
        if not {pair.left_key, pair.right_key} <= queries.keys_in_use(level):
            raise InvalidInput(["Einer der beiden Einträge ist nicht mehr da. Die Antwort ist nicht nötig."])
        answer = build_answer(actor, pair, verdict, reason)
        clean_row(answer)
        answer.save()
        write_log_entry(
            actor=actor,
            code="duplicate.answered",
            target_type="duplicate",
            target_key=answer.pk,
            target_label=f"{pair.left_key} – {pair.right_key}: {answer.get_verdict_display()}",
            area=" ".join(pair.areas)[:600],
        )
    return answer


def build_answer(actor: Actor, pair: DuplicatePair, verdict: str, reason: str = "") -> DuplicateAnswer:
    """An unsaved answer that keeps what the engine saw of the pair."""
    return DuplicateAnswer(
        level=pair.search.level,
        left_key=pair.left_key,
        right_key=pair.right_key,
        verdict=verdict,
        reason=" ".join(reason.split()),
        probability=pair.probability,
        evidence=pair.evidence,
        left_digest=pair.left_digest,
        right_digest=pair.right_digest,
        is_audit=pair.is_audit,
        areas=pair.areas,
        actor=_person(actor),
    )


def train_weights(*, actor: Actor, level: str) -> DuplicateWeights:
    """Learn the weights of a level from all answers and put them in force; the next search uses them.

    Raises ActionDenied, InvalidInput (too few answers, or all the same).
    """
    _require_level(level)
    if not rules.can_resolve_duplicates(actor):
        raise ActionDenied("Die Gewichte lernt die Koordination neu.")
    with transaction.atomic():
        lesson = queries.read_lesson(level)
        if lesson is None:
            raise InvalidInput(
                [
                    f"Zum Lernen braucht es mindestens {queries.LEARN_FROM} beurteilte Paare, darunter "
                    f"gleiche und verschiedene. Bisher sind es {len(queries.judged_answers(level))}."
                ]
            )
        text = lesson.weights.to_json()
        learned = DuplicateWeights(
            level=level,
            weights=json.loads(text),
            digest=hashlib.sha256(text.encode()).hexdigest(),
            answers=lesson.after.answers,
            last_answer=lesson.last_answer,
            quality=_describe_quality(lesson),
            created_by=_person(actor),
        )
        clean_row(learned)
        learned.save()
        write_log_entry(
            actor=actor,
            code="duplicates.learned",
            target_type="duplicates",
            target_key=level,
            target_label=f"{learned.get_level_display()}, {learned.answers} Antworten",
            changes={"right": [lesson.before.right, lesson.after.right]},
        )
    return learned


def _describe_quality(lesson: queries.Lesson) -> dict[str, Any]:
    return {
        name: {"answers": one.answers, "right": one.right, "log_loss": round(one.log_loss, DECIMALS)}
        for name, one in (("before", lesson.before), ("after", lesson.after), ("audit", lesson.audit))
    }


def _require_level(level: str) -> None:
    if level not in DuplicateLevel.values:
        raise InvalidInput([f"Diese Ebene gibt es nicht. Möglich sind {', '.join(DuplicateLevel.labels)}."])


def _person(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None
