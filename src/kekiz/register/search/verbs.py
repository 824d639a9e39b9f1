"""German verbs in two parts: "Wer passt auf mein Kind auf?" asks for somebody who can "aufpassen"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import simplemma

from kekiz.register.search.words import EMPTY_WORDS_OF, VERB_WORDS, fold_word


def join_verbs(
    words: Sequence[str], is_known: Callable[[str], bool] = lambda _: False
) -> Mapping[int, tuple[int, str]]:
    """By the place of each verb whose second part ends its clause: the place of that part, the infinitive.

    People do not always put it at the end: elsewhere it counts if ``is_known`` says so of the infinitive.
    """
    joined: dict[int, tuple[int, str]] = {}
    start = 0
    for place, word in enumerate(words):
        lowered = word.lower()
        following = words[place + 1].lower() if place + 1 < len(words) else ""
        if lowered in VERB_WORDS["clause"]:
            start = place + 1
        elif (
            lowered in VERB_WORDS["particles"]
            and following not in VERB_WORDS["determiners"]
            and not following.isdigit()
        ):
            is_end = not following or following in VERB_WORDS["clause"] | VERB_WORDS["behind"]
            for before in range(start, place):
                whole = _join(lowered, words[before])
                if whole and before not in joined and (is_end or is_known(whole)):
                    joined[before] = (place, whole)
                    break
    return joined


def _join(particle: str, verb: str) -> str | None:
    """The infinitive, if the word may be a form of a verb and the dictionary knows the whole."""
    if fold_word(verb) in EMPTY_WORDS_OF["de"] - VERB_WORDS["joined"]:
        return None
    lemma = simplemma.lemmatize(verb.lower(), "de")
    whole = particle + lemma
    is_verb = lemma.endswith("n") and lemma.islower() and verb[:1].islower()
    return whole if is_verb and simplemma.is_known(whole, "de") else None
