"""Ukrainian, Russian and Arabic in Latin letters, as phones without their own keyboard type them.

"detskij sad" and "detsky sad" are "детский сад", "7amel" is "حامل". There is no one spelling, so both sides
are brought to a plain form: Cyrillic letter by letter, Arabic by its consonants, as it is written.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from kekiz.register.search.lexicon import list_words
from kekiz.register.search.words import fold_word, is_latin

CYRILLIC, ARABIC = ("uk", "ru"), ("ar",)
_LETTERS = str.maketrans(
    dict(zip("абвгґдеєзиіклмнопрстуфхчшщыэюя", "abvhhdeeziiklmnoprstufhCSSieua", strict=True))
    | {"ж": "zh", "ц": "ts"}
    | dict.fromkeys("ъь")
)
# Spellings of the same sound, on both sides; the longest first.
_SOUNDS = (
    ("shch", "S"), ("tsch", "C"), ("sch", "S"), ("sh", "S"), ("ch", "C"), ("kh", "h"),
    ("ya", "a"), ("ja", "a"), ("ia", "a"), ("yu", "u"), ("ju", "u"), ("iu", "u"),
    ("yo", "e"), ("jo", "e"), ("ye", "e"), ("je", "e"), ("ie", "e"),
    ("ts", "c"), ("tz", "c"), ("x", "h"), ("g", "h"), ("w", "v"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
_LEAST_SHARED, _MOST_ENDING = 4, 3  # letters of two forms of one word
_LEAST_LETTERS = 3

_CONSONANTS = str.maketrans(
    dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "bttghxddrzsSsdtzgfkklmnh", strict=True)) | dict.fromkeys("عءئؤ")
)
_VOWELS = {"ا": "[ae]+", "و": "(?:[ou]+|w)", "ي": "(?:[iey]+)"}
_ARABIZI = (
    ("kh", "x"), ("5", "x"), ("gh", "g"), ("8", "g"), ("sh", "S"), ("ch", "S"), ("th", "t"), ("dh", "d"),
    ("7", "h"), ("6", "t"), ("9", "s"), ("3", ""), ("2", ""), ("q", "k"), ("c", "k"), ("j", "g"), ("v", "f"),
)  # fmt: skip
_ARTICLE = re.compile("^(?:وال|بال|لل|ال)(?=..)")
_ARABIC_LETTERS = re.compile("[\u0600-\u06ff]")
_SHORT = re.compile("[aeiouwy]")


def spell_cyrillic(word: str) -> str:
    """The plain Latin form of a word in Cyrillic or Latin letters: "дитячий", "dytyachyy" -> "ditaCi"."""
    text = fold_word(word).translate(_LETTERS)
    for sound, plain in _SOUNDS:
        text = text.replace(sound, plain)
    return _TWICE.sub(r"\1", text)


def spell_arabic(word: str) -> str:
    """The consonants of a word in Arabic or Latin letters, without article: "مدرسة", "madrasa" -> "mdrs"."""
    folded = fold_word(word)
    if is_latin(folded):
        plain = _SHORT.sub("", _write_arabizi(folded))
    else:
        plain = _ARTICLE.sub("", folded).translate(_CONSONANTS)
        plain = re.sub("[اوي]", "", plain)
    plain = _TWICE.sub(r"\1", plain)
    return plain[:-1] if plain.endswith("h") and len(plain) > 1 else plain


def _write_arabizi(folded: str) -> str:
    for sound, plain in _ARABIZI:
        folded = folded.replace(sound, plain)
    return folded


def _list_all(languages: Iterable[str]) -> list[str]:
    return [word for language in languages for word in list_words(language) if not is_latin(fold_word(word))]


@cache
def _find_cyrillic() -> Mapping[str, str]:
    return _index((spell_cyrillic(word), word) for word in _list_all(CYRILLIC))


@cache
def _sort_cyrillic() -> list[str]:
    return sorted(_find_cyrillic())


@cache
def _find_arabic() -> Mapping[str, list[tuple[re.Pattern[str], str]]]:
    """Words by their consonants, those without article and those that are said most first."""
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for word in sorted(_list_all(ARABIC), key=lambda word: bool(_ARTICLE.match(word))):
        found.setdefault(spell_arabic(word), []).append((_match_vowels(word), word))
    return found


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for spelt, word in pairs:
        found.setdefault(spelt, word)
    return found


def _match_vowels(word: str) -> re.Pattern[str]:
    """What a Latin spelling of the word may be: long vowels are written, short ones anywhere."""
    letters = _ARTICLE.sub("", fold_word(word))
    signs = [_VOWELS.get(letter) or _match_consonant(letter.translate(_CONSONANTS)) for letter in letters]
    return re.compile("[aeiou]*" + "[aeiouwy]*".join(signs) + "[aeiouwyht]*")


def _match_consonant(sign: str) -> str:
    """The sign once or twice; h is not always written."""
    return "h?" if sign == "h" else re.escape(sign) + "+" if sign else ""


def restore_script(words: Sequence[str], weigh_known: Callable[[str], float]) -> list[str]:
    """The words in their own script if most of them are of such a language, else as they are.

    ``weigh_known``: how surely a word is one of a language in Latin letters, 0 … 1.
    """
    if not all(is_latin(fold_word(word)) for word in words):
        return list(words)
    restored = [[restore(word) for word in words] for restore in (restore_cyrillic, restore_arabic)]
    if not any(_weigh_restored(words, whole, [0.0] * len(words)) for whole in restored):
        return list(words)
    known = [weigh_known(word) for word in words]
    best = max(restored, key=lambda whole: _weigh_restored(words, whole, known))
    if _weigh_restored(words, best, known) <= sum(known):
        return list(words)
    return [own or word for own, word in zip(best, words, strict=True)]


def _weigh_restored(words: Sequence[str], restored: Sequence[str], known: Sequence[float]) -> float:
    """How many words are known in the other script; short ones and known ones may be so by chance."""
    return sum(
        (1.0 if len(word) > _LEAST_LETTERS else 0.5) * (1 - 0.5 * weight)
        for word, own, weight in zip(words, restored, known, strict=True)
        if own and len(word) >= _LEAST_LETTERS
    )


def restore_cyrillic(word: str) -> str:
    """The Ukrainian or Russian word typed in Latin letters, or another form of it; "" if none is known."""
    spelt = spell_cyrillic(word)
    if whole := _find_cyrillic().get(spelt):
        return whole
    ordered = _sort_cyrillic()
    place = bisect_left(ordered, spelt)
    near = max(
        ordered[max(place - 1, 0) : place + 1], key=lambda other: _count_shared(spelt, other), default=""
    )
    shared = _count_shared(spelt, near)
    is_form = shared >= _LEAST_SHARED and max(len(spelt), len(near)) - shared <= _MOST_ENDING
    return _find_cyrillic()[near] if is_form else ""


def restore_arabic(word: str) -> str:
    """The Arabic word that was typed in Latin letters; "" if none is known."""
    folded = fold_word(word)
    written = _write_arabizi(folded)
    candidates = _find_arabic().get(spell_arabic(folded), ())
    return next((known for pattern, known in candidates if pattern.fullmatch(written)), "")


def _count_shared(one: str, other: str) -> int:
    """Letters that two words begin with alike."""
    return next(
        (place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def find_town(word: str, towns: Iterable[str]) -> str:
    """The town that a word in another script names, in any case: "Детмольді" is "detmold"; "" for none."""
    folded = fold_word(word)
    if is_latin(folded):
        return ""
    if _ARABIC_LETTERS.search(folded):
        spelt = spell_arabic(folded)
        named = (town for town in towns if len(spelt) >= _LEAST_LETTERS and spell_arabic(town) == spelt)
    else:
        spelt = spell_cyrillic(folded)
        named = (town for town in towns if _is_case_of(spelt, spell_cyrillic(town)))
    return min(named, default="")


def _is_case_of(spelt: str, town: str) -> bool:
    shared = _count_shared(spelt, town)
    return shared >= max(_LEAST_SHARED, len(town) - 1) and len(spelt) - shared <= _MOST_ENDING - 1
