"""Find what several lists have twice: normalise, block, compare, score, cluster, decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..problems import InputError, Problem
from .bags import Bags, fill_bags
from .block import list_candidates
from .cluster import cluster_pairs
from .compare import CHUNK, FIELDS, Evidence, Texts, compare_pairs
from .decide import decide_pairs
from .normalise import Columns, normalise_records
from .records import NUMBERS, TEXTS, Records
from .weights import Weights, load_weights

Rows = NDArray[np.int64]
Scored = tuple[Rows, Rows, Evidence, NDArray[np.float64]]  # lefts, rights, evidence, probability
VERDICTS = ("same", "different", "overlapping", "later")
KEPT_FROM = 0.05  # pairs below are forgotten: nobody will be asked about them
ROUNDING = 1e-3  # of log odds in float32, and more
THREADS = 2
ALIKE_AT_ALL = (
    0.25  # cosine of the whole texts below which only a shared address or phone makes a pair worth more
)


@dataclass(frozen=True)
class Answer:
    """A person's verdict on two records: same, different, overlapping (two offers alike) or later."""

    left: str
    right: str
    verdict: str


@dataclass(frozen=True)
class Duplicates:
    """Pairs that may be the same, most probable first, and the cluster of every record.

    ``left`` and ``right`` are ids (left < right), ``evidence`` is pairs × FIELDS in 0..1, ``decision`` one of
    ``automatic``, ``confirmed`` (by a person), ``review``, ``apart``; ``cluster`` names, per record in the
    order given, the first id of its cluster.
    """

    level: str
    weights: Weights
    left: pa.Array
    right: pa.Array
    probability: NDArray[np.float64]
    evidence: Evidence
    decision: pa.Array
    is_answered: NDArray[np.bool_]
    ids: pa.Array
    cluster: pa.Array

    def to_table(self) -> pa.Table:
        """left, right, probability, decision, and per field the weight it added (log odds)."""
        added = self.evidence * self.weights.vector().astype(np.float32)
        named = {field: added[:, index] for index, field in enumerate(FIELDS)}
        head = {"left": self.left, "right": self.right, "probability": self.probability}
        return pa.table({**head, "decision": self.decision, **named})


def find_duplicates(
    records: Records,
    *,
    level: str = "site",
    weights: Weights | None = None,
    answers: Iterable[Answer] = (),
    sources_without_doubles: Collection[str] = (),
    country: str = "DE",
) -> Duplicates:
    """Find what is listed twice; the order of the records does not matter.

    ``level`` is ``site`` (providers and sites) or ``offer``; at offer level nothing is decided automatically.
    ``answers`` bind the clusters; they train weights only through ``learn_weights``. Raises InputError for
    answers about unknown records or verdicts.
    """
    weights = weights or load_weights(level)
    pa.default_memory_pool().release_unused()
    order = pc.sort_indices(records.id)
    ids, sources = records.id.take(order), records.source.take(order)
    columns, bags = _prepare(_take_records(records, order), country)
    pa.default_memory_pool().release_unused()
    verdicts = _place_answers(ids, answers)
    lefts, rights, evidence, probability = score_candidates(columns, bags, weights, verdicts)
    same, different = _mark_answers(lefts, rights, verdicts)
    clean = pc.is_in(sources, value_set=pa.array(list(sources_without_doubles), pa.string()))
    is_clean = np.array(pc.fill_null(clean, False), dtype=bool)
    labels = cluster_pairs(
        len(records), lefts, rights, probability, same, different, columns.source, is_clean
    )
    is_barred = different | (is_clean[lefts] & (columns.source[lefts] == columns.source[rights]))
    decision = decide_pairs(
        columns, lefts, rights, probability, evidence,
        worth=score_worth(weights, evidence, probability), level=level,
        is_joined=labels[lefts] == labels[rights], is_same=same, is_barred=is_barred,
    )  # fmt: skip
    ranked = np.lexsort((rights, lefts, -probability))
    back = np.empty(len(records), dtype=np.int64)
    back[order.to_numpy()] = np.arange(len(records))
    return Duplicates(
        level=level,
        weights=weights,
        left=ids.take(lefts[ranked]),
        right=ids.take(rights[ranked]),
        probability=probability[ranked],
        evidence=evidence[ranked],
        decision=pa.array(decision[ranked], pa.string()),
        is_answered=(same | different)[ranked],
        ids=records.id,
        cluster=ids.take(_name_first(labels)[back]),
    )


def _prepare(records: Records, country: str) -> tuple[Columns, dict[str, Bags]]:
    """Normalised columns, and trigrams of names and titles, with and without what repeats the address."""
    columns = normalise_records(records, country)
    pa.default_memory_pool().release_unused()
    bags = {field: fill_bags(getattr(columns, field)) for field in ("name", "title", "whole")}
    bags["own"] = bags["name"].without(columns.address)
    bags["title_own"] = bags["title"].without(pc.binary_join_element_wise(columns.name, columns.address, " "))
    nothing = pa.nulls(0, pa.string())
    return replace(columns, whole=nothing, address=nothing), bags


def score_candidates(
    columns: Columns, bags: dict[str, Bags], weights: Weights, verdicts: dict[tuple[int, int], str]
) -> Scored:
    """Rows, evidence and probability of every candidate pair worth keeping, and of every judged pair."""
    parts = _score_parts(columns, bags, weights, verdicts)
    kept_left, kept_right, kept_evidence, kept_probability = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return kept_left, kept_right, kept_evidence, kept_probability


def _score_parts(
    columns: Columns, bags: dict[str, Bags], weights: Weights, verdicts: dict[tuple[int, int], str]
) -> list[Scored]:
    """The same by chunks. Candidates and lists of texts end here: 150 megabytes of a million records."""
    pairs = list_candidates(columns, bags["name"])
    judged_keys = np.array([left << 32 | right for left, right in sorted(verdicts)], dtype=np.int64)
    if verdicts:
        pairs = np.union1d(pairs, judged_keys)
    texts = Texts(columns)

    def score_chunk(start: int) -> Scored:
        part = pairs[start : start + CHUNK]
        i, j, is_judged = part >> 32, part & 0xFFFFFFFF, np.isin(part, judged_keys)
        whole, is_hopeful = _look_alike(columns, bags, texts, i, j)
        is_hopeful |= is_judged
        i, j, is_judged = i[is_hopeful], j[is_hopeful], is_judged[is_hopeful]
        is_kept = np.ones(len(i), dtype=bool)

        def hope(evidence: Evidence, to_come: NDArray[np.bool_]) -> NDArray[np.bool_]:
            return _may_be_kept(weights, evidence, to_come) | is_judged[is_kept]

        evidence = compare_pairs(columns, bags, texts, i, j, whole[is_hopeful], is_kept, hope)
        i, j, is_judged, evidence = i[is_kept], j[is_kept], is_judged[is_kept], evidence[is_kept]
        probability = weights.score(evidence)
        is_kept = (score_worth(weights, evidence, probability) >= KEPT_FROM) | is_judged
        return i[is_kept], j[is_kept], evidence[is_kept].astype(np.float16), probability[is_kept]

    with ThreadPoolExecutor(THREADS) as pool:  # in order of the pairs, whichever thread is first
        return list(pool.map(score_chunk, range(0, max(len(pairs), 1), CHUNK)))


def score_worth(
    weights: Weights, evidence: Evidence, probability: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How much a pair is worth showing: what learned weights hide stays in sight as the fixed weights see it.

    A hundred answers teach about the kinds of pairs that were asked; about others they may mislead.
    """
    if not weights.answers:
        return probability
    return np.maximum(probability, load_weights(weights.level).score(evidence))


def _may_be_kept(weights: Weights, evidence: Evidence, to_come: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Could a pair still be worth keeping, if all that is to come spoke for it?"""
    seen = [weights, load_weights(weights.level)] if weights.answers else [weights]
    most = [each.logits(evidence) + np.maximum(each.vector()[to_come], 0.0).sum() for each in seen]
    return np.asarray(np.maximum.reduce(most) >= np.log(KEPT_FROM / (1.0 - KEPT_FROM)) - ROUNDING)


def _look_alike(
    columns: Columns, bags: dict[str, Bags], texts: Texts, i: Rows, j: Rows
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Likeness of the whole texts, and a first look: is there more than a shared house number?"""
    street = texts.codes["street"]
    is_near = (street[i] == street[j]) | ((columns.phone[i] == columns.phone[j]) & (columns.phone[i] > 0))
    alike, part = bags["whole"].compare(i, j)
    return alike, is_near | (alike > ALIKE_AT_ALL) | (part > 2 * ALIKE_AT_ALL)


def _take_records(records: Records, order: pa.Array) -> Records:
    rows = order.to_numpy()
    if np.array_equal(rows, np.arange(len(rows))):
        return records
    texts = {name: getattr(records, name).take(order) for name in TEXTS}
    return replace(records, **texts, **{name: getattr(records, name)[rows] for name in NUMBERS})


def _place_answers(ids: pa.Array, answers: Iterable[Answer]) -> dict[tuple[int, int], str]:
    """Verdicts by rows (lower, higher); the last answer about a pair counts, "later" counts for nothing."""
    answers = list(answers)
    odd = [answer.verdict for answer in answers if answer.verdict not in VERDICTS]
    named = [name for answer in answers for name in (answer.left, answer.right)]
    rows = pc.index_in(pa.array(named, pa.string()), value_set=ids).to_pylist()
    lost = [name for name, row in zip(named, rows, strict=True) if row is None]
    if odd or lost:
        message = (
            f"Unbekannte Urteile: {', '.join(odd[:5])}." if odd else f"Es fehlen: {', '.join(lost[:5])}."
        )
        raise InputError(
            [Problem("Antworten", f"{message} Möglich sind {', '.join(VERDICTS)} zu Einträgen der Listen.")]
        )
    pairs = zip(rows[::2], rows[1::2], strict=True)
    placed = {(min(pair), max(pair)): answer.verdict for pair, answer in zip(pairs, answers, strict=True)}
    return {pair: verdict for pair, verdict in placed.items() if verdict != "later" and pair[0] != pair[1]}


def _mark_answers(
    lefts: Rows, rights: Rows, verdicts: dict[tuple[int, int], str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pairs were judged the same, and which not."""
    same = np.zeros(len(lefts), dtype=bool)
    different = np.zeros(len(lefts), dtype=bool)
    keys = lefts << 32 | rights
    for (left, right), verdict in verdicts.items():
        spot = np.searchsorted(keys, left << 32 | right)
        (same if verdict == "same" else different)[spot] = True
    return same, different


def _name_first(labels: Rows) -> Rows:
    """The lowest row of each cluster as its label."""
    first = np.full(len(labels), len(labels), dtype=np.int64)
    np.minimum.at(first, labels, np.arange(len(labels)))
    return np.asarray(first[labels])
