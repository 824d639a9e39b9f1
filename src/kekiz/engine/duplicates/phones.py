"""Phone numbers as E.164 digits in one whole number, so that 05231/62-0 and +49 5231 620 are equal."""

from __future__ import annotations

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

CALLED_PHONE = r"(?i)^\s*(?:tel|telefon|fon|phone)\b[\s.:]*"
REGULAR_GERMAN = r"^0[1-9]\d{5,11}$"


def normalise_phones(phones: pa.Array, country: str = "DE") -> NDArray[np.int64]:
    """E.164 digits as int64 (at most 15 digits fit); 0 where there is no number.

    Plain German numbers are rewritten column-wise; everything else is read by the library phonenumbers.
    """
    text = pc.replace_substring_regex(pc.fill_null(phones, ""), r"\(0\)", "")
    text = pc.replace_substring_regex(text, CALLED_PHONE, "")
    text = pc.replace_substring_regex(text, r"^\s*(?:\+|00)\s*49[\s/().-]*0?", "0")
    text = pc.replace_substring_regex(text, r"[\s/().–-]+", "")
    numbers = np.zeros(len(phones), dtype=np.int64)
    is_regular = np.array(pc.match_substring_regex(text, REGULAR_GERMAN), dtype=bool) & (country == "DE")
    plain = pc.utf8_slice_codeunits(text.filter(pa.array(is_regular)), 1)
    numbers[is_regular] = pc.binary_join_element_wise("49", plain, "").cast(pa.int64()).to_numpy()
    is_odd = ~is_regular & (np.array(pc.utf8_length(text)) > 0)
    coded = phones.filter(pa.array(is_odd)).dictionary_encode()
    values = np.array(
        [_read_phone(phone, country) for phone in coded.dictionary.to_pylist()] or [0], np.int64
    )
    numbers[is_odd] = values[coded.indices.to_numpy(zero_copy_only=False)]
    return numbers


def _read_phone(phone: str, country: str) -> int:
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        digits = "".join(letter for letter in phone if letter.isdecimal())
        return int(digits[:15]) if len(digits) >= 5 else 0
    return int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")[:15])
