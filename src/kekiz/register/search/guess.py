"""What all words of a question together point at, beside what stands in it for sure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kekiz.register.search.ages import Ages, is_stage
from kekiz.register.search.asked import AskedWord
from kekiz.register.search.evidence import Floats, load_evidence, weigh_meanings
from kekiz.register.search.index import TermIndex, Wanted
from kekiz.register.search.lexicon import Concept, load_lexicon
from kekiz.register.search.phrases import find_phrases

# Assumptions, measured on the judged questions that may be looked at (tests/register/judged_tune.toml).
GUESS_WEIGHT = 2.0  # beside the things that are wanted for sure
PHRASE_EVIDENCE = 1.0  # what a whole phrase tells, beside its words
MOST_GUESSES = 3  # meanings
LEAST_EVIDENCE = 0.5
GUESS_STEP = 3.0  # a meaning counts e times less for each such step of evidence behind the best
OTHER_AGES = 1.0  # what the age of the child says against meanings that are for other ages
NAMES = 4.0  # how soon words that only offers know put a stop to guesses


def guess_meanings(asked: Sequence[AskedWord], index: TermIndex, ages: Ages | None) -> list[Wanted]:
    """The meanings that are most likely, as one thing wanted; [] if the words tell nothing."""
    said = [word for word in asked if not word.is_place]
    words = [word for word in said if not word.is_age or is_stage(word.typed)] or said
    total = weigh_meanings([(word.keys, word.part_keys) for word in words])
    total += np.float32(PHRASE_EVIDENCE) * _weigh_phrases(words)
    if ages is not None:
        total[[not _is_for(concept, ages) for concept in load_lexicon()]] -= np.float32(OTHER_AGES)
    best = np.argsort(-total, kind="stable")[:MOST_GUESSES].tolist()
    if total[best[0]] < LEAST_EVIDENCE:
        return []
    ways = tuple(
        replace(way, weight=way.weight * math.exp((total[place] - total[best[0]]) / GUESS_STEP))
        for place in best
        for way in load_lexicon()[place].ways
    )
    return [Wanted(ways, "", GUESS_WEIGHT * _share_known(words, index) ** NAMES, is_guess=True)]


def _weigh_phrases(words: Sequence[AskedWord]) -> Floats:
    """What the most telling phrase of each meaning tells. Shape (meanings,)."""
    number = {id(concept): place for place, concept in enumerate(load_lexicon())}
    told = np.zeros(len(number), dtype=np.float32)
    for _, telling, concepts in find_phrases(words):
        for place in (number[id(concept)] for concept in concepts):
            told[place] = max(told[place], telling)
    return told


def _is_for(concept: Concept, ages: Ages) -> bool:
    usual = concept.ways[0].fit.ages if concept.ways[0].fit else None
    return usual is None or (usual[0] < ages[1] and usual[1] > ages[0])


def _share_known(words: Sequence[AskedWord], index: TermIndex) -> float:
    """The part of a question that the lexicon knows: of words that only offers know, it can tell nothing."""
    known = named = 0.0
    for word in words:
        rarity = max((index.find_rarity(found.term) for found in word.words), default=0.0)
        if word.keys & load_evidence().keys():
            known += rarity or index.find_rarity_of(0)
        elif rarity:
            named += rarity
    return known / (known + named) if known + named else 1.0
