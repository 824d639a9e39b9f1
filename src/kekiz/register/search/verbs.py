"""German verbs in two parts: "Wer passt auf mein Kind auf?" asks for somebody who can "aufpassen"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import simplemma

from kekiz.register.search.words import EMPTY_WORDS_OF, fold_word

# Parts that a verb leaves at the end of its clause.
_PARTICLES = frozenset(
    [
        "ab",
        "an",
        "auf",
        "aus",
        "bei",
        "durch",
        "ein",
        "fest",
        "her",
        "hin",
        "hoch",
        "los",
        "mit",
        "nach",
        "raus",
        "rein",
        "rum",
        "um",
        "vor",
        "weg",
        "weiter",
        "zu",
        "zurück",
        "zusammen",
    ]
)
# Before these, "mit" or "auf" belongs to what follows.
_DETERMINERS = frozenset(
    (
        "der die das den dem des ein eine einen einem einer mein meine meinen meinem meiner dein deine unser unsere "
        "unseren unserem unserer ihr ihre ihren ihrem ihrer sein seine seinen seinem seiner diesem dieser diese"
    ).split()
)
# Verbs that carry nothing alone, but do with their second part: "macht mit".
_VERBS = frozenset(["geht", "gehen", "kommt", "kommen", "komme", "macht", "machen", "mache"])
# Words that begin another clause, or that stand behind the end of one.
_CLAUSE = frozenset(
    [
        "und",
        "oder",
        "aber",
        "weil",
        "dass",
        "wenn",
        "ob",
        "was",
        "wie",
        "wer",
        "wo",
        "denn",
        "obwohl",
        "damit",
    ]
)
_BEHIND = _CLAUSE | frozenset(
    [
        "mit",
        "in",
        "im",
        "bei",
        "beim",
        "seit",
        "zu",
        "zum",
        "zur",
        "an",
        "am",
        "nach",
        "ich",
        "er",
        "sie",
        "es",
        "wir",
    ]
)


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
        if lowered in _CLAUSE:
            start = place + 1
        elif lowered in _PARTICLES and following not in _DETERMINERS and not following.isdigit():
            is_end = not following or following in _BEHIND
            for before in range(start, place):
                whole = _join(lowered, words[before])
                if whole and before not in joined and (is_end or is_known(whole)):
                    joined[before] = (place, whole)
                    break
    return joined


def _join(particle: str, verb: str) -> str | None:
    """The infinitive, if the word may be a form of a verb and the dictionary knows the whole."""
    if fold_word(verb) in EMPTY_WORDS_OF["de"] - _VERBS:
        return None
    lemma = simplemma.lemmatize(verb.lower(), "de")
    whole = particle + lemma
    is_verb = lemma.endswith("n") and lemma.islower() and verb[:1].islower()
    return whole if is_verb and simplemma.is_known(whole, "de") else None
