"""Every read on duplicates: the queue, standing answers, weights in force, merges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kekiz.accounts.actors import Actor
from kekiz.accounts.models import LogEntry
from kekiz.engine.duplicates import (
    FIELDS,
    Quality,
    Told,
    Weights,
    fit_weights,
    foresee_unseen,
    load_weights,
    measure_quality,
    tell_reasons,
)
from kekiz.register import rules
from kekiz.register.duplicate_models import (
    DuplicateAnswer,
    DuplicateLevel,
    DuplicatePair,
    DuplicateSearch,
    DuplicateWeights,
    Merge,
    Verdict,
)
from kekiz.register.duplicate_records import ENGINE_LEVEL
from kekiz.register.facets import OfferState
from kekiz.register.models import Offer, Provider, Site

BATCH = 500
LIKELY_FROM = 0.9
LEARN_FROM = 100  # answers
LEARN_AGAIN_AFTER = 20  # answers since the weights in force
MOVED_FROM = 0.25  # change of one field's evidence (0..1) that counts as material
PILES = ("likely", "unsure", "to_merge", "later")
SETTLED = frozenset({Verdict.DIFFERENT, Verdict.OVERLAPPING})
NO_CHANGE = ("offer.assured", "offer.answered")  # what is compared of an offer stays the same
REGISTER_TARGETS = ("provider", "site", "offer", "register", "import")
MODELS: dict[str, type[Provider] | type[Site] | type[Offer]] = {
    DuplicateLevel.PROVIDER: Provider,
    DuplicateLevel.SITE: Site,
    DuplicateLevel.OFFER: Offer,
}
PairKey = tuple[str, str]


@dataclass(frozen=True)
class QueuedPair:
    """A pair of the queue, its newest answer that still holds, and the pile it lies on."""

    pair: DuplicatePair
    answer: DuplicateAnswer | None

    @property
    def pile(self) -> str:
        """One of PILES, or "settled"."""
        if self.answer is None:
            return "likely" if self.pair.probability >= LIKELY_FROM else "unsure"
        if self.answer.verdict == Verdict.SAME:
            return "to_merge"
        return "later" if self.answer.verdict == Verdict.LATER else "settled"

    @property
    def keys(self) -> PairKey:
        """The keys of both entries."""
        return self.pair.left_key, self.pair.right_key


def latest_search(level: str) -> DuplicateSearch | None:
    """The newest search of a level."""
    return DuplicateSearch.objects.filter(level=level).order_by("-pk").first()


def register_log_position() -> int:
    """How far the log tells of changes of the register: a cheap mark of its state. Merges do not count."""
    entries = LogEntry.objects.filter(target_type__in=REGISTER_TARGETS).exclude(code__contains=".merge")
    entries = entries.exclude(code__in=NO_CHANGE)
    newest = entries.order_by("-pk").values_list("pk", flat=True).first()
    return int(newest or 0)


def is_outdated(search: DuplicateSearch) -> bool:
    """Has the register changed since this search?"""
    return register_log_position() > search.log_position


def queued_pairs(actor: Actor, level: str, *, areas: Iterable[str] = ()) -> list[QueuedPair]:
    """The pairs of the newest search that the actor may judge, in their order; touching ``areas`` if given.

    Pairs of which one entry is gone (merged, ended) are left out.
    """
    search = latest_search(level)
    if search is None:
        return []
    wanted = tuple(areas)
    answers = standing_answers(level)
    present = keys_in_use(level)
    queued = []
    for pair in search.pairs.order_by("position"):
        if not {pair.left_key, pair.right_key} <= present or not _is_near(pair.areas, wanted):
            continue
        if rules.can_resolve_duplicates(actor, pair.areas):
            queued.append(QueuedPair(pair, find_standing(answers, pair)))
    return queued


def _is_near(areas: Iterable[str], wanted: tuple[str, ...]) -> bool:
    return not wanted or any(area.startswith(wanted) for area in areas)


def sort_pile(queued: Iterable[QueuedPair], pile: str) -> list[QueuedPair]:
    """The pairs of one pile: likely ones by probability, the others in the order of asking."""
    listed = [one for one in queued if one.pile == pile]
    if pile == "likely":
        listed.sort(key=lambda one: (-one.pair.probability, one.keys))
    return listed


def keys_in_use(level: str) -> set[str]:
    """Keys of all entries that can be compared and merged."""
    if level == DuplicateLevel.OFFER:
        return set(Offer.objects.exclude(state=OfferState.ENDED).values_list("key", flat=True))
    return set(MODELS[level]._default_manager.values_list("key", flat=True))


def find_entry(level: str, key: str) -> Provider | Site | Offer | None:
    """A provider, site or offer by its key, if it is in use."""
    if level == DuplicateLevel.OFFER:
        offers = Offer.objects.exclude(state=OfferState.ENDED).select_related("provider")
        return offers.prefetch_related("sites").filter(key=key).first()
    return MODELS[level]._default_manager.filter(key=key).first()


def areas_of_entry(entry: Provider | Site | Offer) -> tuple[str, ...]:
    """Where an entry belongs."""
    if isinstance(entry, Offer):
        return rules.areas_of_offer(entry, entry.sites.all())
    return (entry.ags,) if entry.ags else ()


def find_pair(level: str, left_key: str, right_key: str) -> DuplicatePair | None:
    """A pair of the newest search, in either order of its keys."""
    search = latest_search(level)
    left, right = sorted((left_key, right_key))
    return search.pairs.filter(left_key=left, right_key=right).first() if search else None


def standing_answers(level: str) -> dict[PairKey, tuple[DuplicateAnswer, bool]]:
    """The newest answer of every pair of today's entries, and whether a merge carried it over.

    What was said of an entry that went into another one holds for that one.
    """
    kept = kept_keys(level)
    answers: dict[PairKey, tuple[DuplicateAnswer, bool]] = {}
    for answer in DuplicateAnswer.objects.filter(level=level).select_related("actor").order_by("pk"):
        left, right = (kept.get(key, key) for key in (answer.left_key, answer.right_key))
        if left != right:
            is_carried = (left, right) != (answer.left_key, answer.right_key)
            answers[(min(left, right), max(left, right))] = (answer, is_carried)
    return answers


def find_standing(
    answers: Mapping[PairKey, tuple[DuplicateAnswer, bool]], pair: DuplicatePair
) -> DuplicateAnswer | None:
    """The answer to a pair, unless its entries have changed materially since.

    Materially: what is compared of one of them changed, and with it the evidence of a field by MOVED_FROM.
    """
    answer, is_carried = answers.get((pair.left_key, pair.right_key), (None, False))
    if answer is None or is_carried:
        return answer
    if (answer.left_digest, answer.right_digest) == (pair.left_digest, pair.right_digest):
        return answer
    fields = set(answer.evidence) | set(pair.evidence)
    moved = max((abs(answer.evidence.get(f, 0.0) - pair.evidence.get(f, 0.0)) for f in fields), default=0.0)
    return answer if moved < MOVED_FROM else None


def answers_to(level: str, left_key: str, right_key: str) -> list[DuplicateAnswer]:
    """Every answer ever given to a pair, newest first."""
    left, right = sorted((left_key, right_key))
    answers = DuplicateAnswer.objects.filter(level=level, left_key=left, right_key=right)
    return list(answers.select_related("actor").order_by("-pk"))


def weights_in_force(level: str) -> Weights:
    """The weights learned last on this level, or the fixed ones."""
    learned = DuplicateWeights.objects.filter(level=level).order_by("-pk").first()
    return Weights.from_json(json.dumps(learned.weights)) if learned else load_weights(ENGINE_LEVEL[level])  # type: ignore[index]


def weights_of(search: DuplicateSearch) -> Weights:
    """The weights that a search used."""
    return Weights.from_json(json.dumps(search.weights))


@dataclass(frozen=True)
class Lesson:
    """What the answers of a level would teach: weights, and how well answers are foreseen before and after.

    ``before`` are the weights in force, ``after`` the new ones on answers they have not seen; ``audit`` is
    ``before`` on the random sample alone. ``new_answers`` came since the weights in force.
    """

    level: str
    weights: Weights
    before: Quality
    after: Quality
    audit: Quality
    new_answers: int
    last_answer: int

    @property
    def is_better(self) -> bool:
        """Do the new weights foresee unseen answers better?"""
        return self.after.log_loss < self.before.log_loss


def count_new_answers(level: str) -> int:
    """Judged pairs since the weights in force were learned (since ever while they are the fixed ones)."""
    learned = DuplicateWeights.objects.filter(level=level).order_by("-pk").first()
    return sum(answer.pk > (learned.last_answer if learned else 0) for answer in judged_answers(level))


def is_lesson_due(level: str) -> bool:
    """Are there enough answers to learn from, and enough new ones?"""
    new = count_new_answers(level)
    return len(judged_answers(level)) >= LEARN_FROM and new >= LEARN_AGAIN_AFTER


def judged_answers(level: str) -> list[DuplicateAnswer]:
    """The newest answer of every pair, if it says whether both are the same; by age."""
    newest = {
        (answer.left_key, answer.right_key): answer
        for answer in DuplicateAnswer.objects.filter(level=level).order_by("pk")
    }
    judged = [answer for answer in newest.values() if answer.verdict != Verdict.LATER]
    return sorted(judged, key=lambda answer: answer.pk)


def read_lesson(level: str) -> Lesson | None:
    """Learn from the answers without storing anything; None while too few or only one kind of answer."""
    answers = judged_answers(level)
    is_same = np.array([answer.verdict == Verdict.SAME for answer in answers], dtype=bool)
    if len(answers) < LEARN_FROM or is_same.all() or not is_same.any():
        return None
    evidence = spread_evidence([answer.evidence for answer in answers])
    start = load_weights(ENGINE_LEVEL[level])  # type: ignore[index]
    present = weights_in_force(level).score(evidence)
    is_audit = np.array([answer.is_audit for answer in answers], dtype=bool)
    return Lesson(
        level=level,
        weights=fit_weights(evidence, is_same, start),
        before=measure_quality(present, is_same),
        after=measure_quality(foresee_unseen(evidence, is_same, start), is_same),
        audit=measure_quality(present[is_audit], is_same[is_audit]),
        new_answers=count_new_answers(level),
        last_answer=answers[-1].pk,
    )


def spread_evidence(rows: list[dict[str, Any]]) -> NDArray[np.float32]:
    """Stored evidence as the engine's matrix (pairs × FIELDS)."""
    return np.array([[row.get(name, 0.0) for name in FIELDS] for row in rows], dtype=np.float32)


def kept_keys(level: str) -> dict[str, str]:
    """Where every merged entry of a level is now: merged key -> key of the entry that stands."""
    direct = dict(
        Merge.objects.filter(level=level, undone_at=None).order_by("pk").values_list("merged_key", "kept_key")
    )
    return {key: _follow(direct, key) for key in direct}


def _follow(direct: dict[str, str], key: str) -> str:
    seen = {key}
    while key in direct and direct[key] not in seen:
        key = direct[key]
        seen.add(key)
    return key


def find_kept_offer(key: str) -> str | None:
    """The key under which a merged offer is found now; None if it was never merged."""
    if not Merge.objects.filter(level=DuplicateLevel.OFFER, merged_key=key, undone_at=None).exists():
        return None
    return kept_keys(DuplicateLevel.OFFER).get(key)


def merges_for(actor: Actor) -> list[Merge]:
    """Every merge that the actor may undo or could have undone, newest first."""
    merges = Merge.objects.select_related("actor", "undone_by")
    return [merge for merge in merges if rules.can_resolve_duplicates(actor, merge.areas)]


def find_later_merge(merge: Merge) -> Merge | None:
    """A later merge that builds on this one and has to be undone first."""
    keys = (merge.kept_key, merge.merged_key)
    later = Merge.objects.filter(level=merge.level, undone_at=None, pk__gt=merge.pk)
    return (later.filter(kept_key__in=keys) | later.filter(merged_key__in=keys)).order_by("-pk").first()


def names_of(level: str, keys: Iterable[str]) -> dict[str, str]:
    """The title or name of entries by key."""
    field = "title" if level == DuplicateLevel.OFFER else "name"
    wanted, names = sorted(keys), dict[str, str]()
    for start in range(0, len(wanted), BATCH):
        rows = MODELS[level]._default_manager.filter(key__in=wanted[start : start + BATCH])
        names |= dict(rows.values_list("key", field))
    return names


def reasons_of(pair: DuplicatePair) -> list[Told]:
    """Why a pair has its probability, in sentences, the heaviest first."""
    return tell_reasons(pair.evidence, weights_of(pair.search))
