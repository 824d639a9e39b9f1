"""Write the same thing the same way: umlauts, Straße and Str., legal forms, spellings of common words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .hours import read_days
from .kinds import read_kinds
from .phones import normalise_phones
from .records import Records

LEGAL_FORMS = (
    r"\be v\b|\bev$|\bg?gmbh\b|\bg gmbh\b|\bg?ug\b|\bhaftungsbeschraenkt\b|\bgemeinnuetzige[rs]?\b"
    r"|\bgbr\b|\beg$|\bgag\b|\bmbh\b|\bkdoer\b|\bk d oe r\b|\binc\b|\bllc\b|\bltd\b"
)
AT_THE_END = (
    r"(?:^|\D)(?P<number>\d{1,5})\s?(?P<letter>[a-z])?(?:\s*(?:-|–|/|\+|,|u|und|bis|\s)\s*\d+\s?[a-z]?)*\s*$"
)
ANYWHERE = r"(?:^|\D)(?P<number>\d{1,5})\s?(?P<letter>[a-z]\b)?"


@dataclass(frozen=True)
class Columns:
    """Normalised columns; 0 or -1 in a whole-number column means unknown."""

    name: pa.Array  # folded, without legal form
    provider: pa.Array
    title: pa.Array
    street: pa.Array  # core of the street, without number
    address: pa.Array  # street and town, folded as names are: what a name may only repeat
    whole: pa.Array  # name, provider and title in one
    name_number: NDArray[np.int64]  # the number in the name, plus one: Haus 1 is not Haus 2
    name_kinds: NDArray[np.int64]  # which excluding kinds the name holds, one bit each (kinds.py)
    number: NDArray[np.int64]
    letter: NDArray[np.int64]
    postcode: NDArray[np.int64]
    town: NDArray[np.int64]
    place: NDArray[np.int64]  # postcode, or the town where there is none
    phone: NDArray[np.int64]
    source: NDArray[np.int64]
    hours: NDArray[np.int64]
    days: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    age_from: NDArray[np.float64]
    age_to: NDArray[np.float64]


def normalise_records(records: Records, country: str = "DE") -> Columns:
    """Normalise all columns; ``country`` (ISO 3166) is assumed for phone numbers without a country code."""
    name, provider, title = (fold_names(column) for column in (records.name, records.provider, records.title))
    street, number, letter = split_streets(records.street)
    postcode = normalise_postcodes(records.postcode)
    town = number_texts(pc.utf8_trim_whitespace(fold_texts(records.town)))
    return Columns(
        name=name,
        provider=provider,
        title=title,
        street=street,
        address=pc.binary_join_element_wise(fold_names(records.street), fold_names(records.town), " "),
        whole=pc.binary_join_element_wise(name, provider, title, " "),
        name_number=_read_name_numbers(name),
        name_kinds=read_kinds(name),
        number=number,
        letter=letter,
        postcode=postcode,
        town=town,
        place=np.where(postcode > 0, postcode, -town),
        phone=normalise_phones(records.phone, country),
        source=number_texts(records.source),
        hours=number_texts(pc.replace_substring_regex(fold_texts(records.hours), r"\s+", "")),
        days=read_days(records.hours),
        lat=records.lat,
        lon=records.lon,
        age_from=records.age_from,
        age_to=records.age_to,
    )


def fold_texts(texts: pa.Array) -> pa.Array:
    """Lower case, ä to ae, ß to ss, accents off; null becomes the empty text."""
    return _map_distinct(_fold_letters, texts)


def _fold_letters(texts: pa.Array) -> pa.Array:
    folded = pc.utf8_lower(pc.fill_null(texts, ""))
    folded = pc.utf8_normalize(folded, form="NFC")
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("&", " und ")):
        folded = pc.replace_substring(folded, letter, plain)
    return pc.replace_substring_regex(pc.utf8_normalize(folded, form="NFKD"), r"\p{M}+", "")


def fold_names(names: pa.Array) -> pa.Array:
    """Fold names of people's making: punctuation, legal forms, and spellings of common words (words.toml)."""
    return _map_distinct(_fold_spellings, names)


def _fold_spellings(names: pa.Array) -> pa.Array:
    folded = pc.replace_substring_regex(_fold_letters(names), r"['’`´]", "")
    folded = pc.utf8_trim_whitespace(pc.replace_substring_regex(folded, r"[^\p{L}\p{N}]+", " "))
    stripped = pc.replace_substring_regex(folded, LEGAL_FORMS, " ")
    return _respell(pc.if_else(pc.equal(pc.utf8_trim_whitespace(stripped), ""), folded, stripped))


def _map_distinct(change: Callable[[pa.Array], pa.Array], texts: pa.Array) -> pa.Array:
    """Change every distinct text once: lists repeat their towns, providers and usual names."""
    coded = pc.fill_null(texts, "").dictionary_encode()
    return change(coded.dictionary).take(coded.indices)


def split_streets(streets: pa.Array) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    """Split into the street's core ("schulstr"), house number (0 unknown) and its letter (a = 1, 0 none)."""
    coded = pc.fill_null(streets, "").dictionary_encode()
    core, number, letter = _split_distinct(coded.dictionary)
    rows = coded.indices.to_numpy(zero_copy_only=False)
    return core.take(coded.indices), number[rows], letter[rows]


def _split_distinct(streets: pa.Array) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    folded = pc.utf8_trim_whitespace(pc.replace_substring_regex(_fold_letters(streets), r"[.()\"'’]+", " "))
    end = pc.extract_regex(folded, AT_THE_END)
    anywhere = pc.extract_regex(folded, ANYWHERE)
    number, letter = (
        pc.fill_null(pc.coalesce(pc.struct_field(end, part), pc.struct_field(anywhere, part)), "")
        for part in ("number", "letter")
    )
    numbers = pc.if_else(pc.equal(number, ""), "0", number).cast(pa.int64())
    letters = np.array(pc.utf8_length(letter)) * (_first_bytes(letter) - 96)
    core = pc.replace_substring_regex(folded, r"\d+\s?[a-z]?\b|[^\p{L}\p{N}]+", " ")
    core = pc.replace_substring_regex(core, r"\s*(?:strasse|stra[sß]e|str)\b", "str")
    core = pc.replace_substring_regex(pc.replace_substring_regex(core, r"\bpl\b", "platz"), r"\s+", "")
    return core, np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.int64), letters


def normalise_postcodes(postcodes: pa.Array) -> NDArray[np.int64]:
    """Digits of the postcode as a number (a leading zero lost in a spreadsheet does no harm); 0 unknown."""
    text = pc.replace_substring_regex(pc.fill_null(postcodes, ""), r"\.0$|^D-|\s", "")
    digits = pc.replace_substring_regex(text, r"\D", "")
    digits = pc.utf8_slice_codeunits(pc.binary_join_element_wise("0", digits, ""), 0, 10)
    return np.asarray(digits.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)


def number_texts(texts: pa.Array) -> NDArray[np.int64]:
    """Equal texts get equal numbers from 1; 0 is the empty or missing text."""
    coded = pc.fill_null(texts, "").dictionary_encode()
    numbers = np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64) + 1
    is_empty = np.append(np.array(pc.equal(coded.dictionary, ""), dtype=bool), False)
    return np.where(is_empty[numbers - 1], 0, numbers)


def _read_name_numbers(names: pa.Array) -> NDArray[np.int64]:
    found = pc.struct_field(pc.extract_regex(names, r"(?:^|\D)(?P<number>\d{1,4})(?:\D|$)"), "number")
    numbers = pc.fill_null(found, "-1").cast(pa.int64()).to_numpy(zero_copy_only=False)
    return np.asarray(numbers, dtype=np.int64) + 1


def _respell(names: pa.Array) -> pa.Array:
    """Replace each word by its common spelling, word list against word list."""
    lists = pc.utf8_split_whitespace(pc.utf8_trim_whitespace(names))
    coded = lists.flatten().dictionary_encode()
    table = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    common = {other: row[0] for row in table["spellings"] for other in row[1:]}
    words = pa.array([common.get(word, word) for word in coded.dictionary.to_pylist()], pa.string())
    rebuilt = pa.ListArray.from_arrays(lists.offsets, words.take(coded.indices))
    return pc.binary_join(rebuilt, " ")


def _first_bytes(letters: pa.Array) -> NDArray[np.int64]:
    """Code of the first byte of each text, 0 where empty."""
    coded = letters.dictionary_encode()
    codes = np.array([ord(text[0]) if text else 0 for text in coded.dictionary.to_pylist()] or [0], np.int64)
    return np.asarray(codes[coded.indices.to_numpy(zero_copy_only=False)])
