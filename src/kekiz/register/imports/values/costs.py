"""What an offer costs: free, reduced, or paid, with the words it was said in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .reading import Reading, as_text, fold_dashes, is_nothing, shorten

FREE, REDUCED, PAID = "free", "reduced", "paid"
NOTE_LENGTH = 200


@dataclass(frozen=True)
class Cost:
    """``code`` is free, reduced or paid; ``note`` what else the cell said."""

    code: str
    note: str = ""


_AMOUNT = r"\d+(?:[.,]\d{1,2}|,-|,–)?"
_PRICE = re.compile(rf"(?:{_AMOUNT}\s*(?:€|eur\b|euro\b|cent\b)|(?:€|eur|\$|£)\s*{_AMOUNT})")
_ZERO = re.compile(
    r"(?<![\d.,])0+(?:[.,]0{1,2}|,-)?\s*(?:€|eur\b|euro\b)|(?:€|\$|£)\s*0+(?:[.,]00)?(?![\d.,])"
)
_FREE = re.compile(
    r"(?:gebühren|kosten|beitrags|entgelt)frei\w*|kostenlos\w*|gratis|umsonst|unentgeltlich|"
    r"\bfrei\b|eintritt frei|ohne (?:gebühr|kosten|entgelt)\w*|keine? (?:kosten|gebühr|beitrag|entgelt)\w*|"
    r"no (?:cost|charge|fee)s?\b|\bfree\b|auf spendenbasis|\bspenden?\b|\bdonations?\b|\bnone\b"
)
_NOT_FREE = re.compile(r"nicht (?:kostenlos|kostenfrei|gebührenfrei)|not free")
_REDUCED = re.compile(
    r"\bbut\b|b\s?\+\s?t\b|bildung(?:s)?(?:-| und )?\s*(?:u\.|und|&)?\s*teilhabe|bildungspaket|"
    r"teilhabepaket|ermäßig\w*|"
    r"sozialtarif|geschwisterrabatt|einkommensabhängig\w*|nach einkommen|gestaffelt\w*|sliding (?:scale|fee)|"
    r"reduced|familienpass|lippe-?pass|sozialpass|zuschuss\w*"
)
_PAID = re.compile(
    r"kostenpflichtig\w*|gebührenpflichtig\w*|(?:kurs|teilnahme|mitglieds|eltern|eigen|material|unkosten)?"
    r"(?:gebühr\w*|beitr[aä]g\w*|anteil\w*|kosten\b|entgelt\w*)|\bfees?\b|\bcharges?\b|\bpaid\b|\bpay\b|preis\w*|"
    r"eintritt|kasse\b|krankenkasse\w*|\d\s*(?:per|pro)\b"
)
_YES, _NO = {"ja", "yes", "j"}, {"nein", "no", "n", "keine", "keiner"}


def read_cost(cell: object) -> Reading[Cost]:  # noqa: PLR0911 - one kind of input after the other
    """The cost of an offer; a number alone is euros, "ja" means it costs money."""
    original = as_text(cell)
    if is_nothing(original):
        return Reading()
    if isinstance(cell, bool):
        return Reading(Cost(PAID if cell else FREE))
    text = fold_dashes(original)
    note = " ".join(original.split())[:NOTE_LENGTH]
    if text in _YES | _NO:
        return Reading(Cost(PAID if text in _YES else FREE))
    number = re.fullmatch(r"(\d{1,5})(?:[.,](\d{1,2}))?", text)
    if number:
        is_zero = not int(number[1]) and not int(number[2] or 0)
        return Reading(Cost(FREE) if is_zero else Cost(PAID, f"{note} €"))
    is_free = bool((_FREE.search(text) or _ZERO.search(text)) and not _NOT_FREE.search(text))
    is_reduced = bool(_REDUCED.search(text))
    bare = _FREE.sub(" ", _ZERO.sub(" ", text))
    has_price = bool(_PRICE.search(bare))
    if is_free and not has_price:
        return Reading(Cost(FREE, "" if not re.search(r"\w", bare) else note))
    if is_reduced:
        return Reading(Cost(REDUCED, note))
    if is_free or has_price or _PAID.search(bare) or _NOT_FREE.search(text):
        assumed = (
            ("Kosten: teils kostenfrei, teils mit Preis – als „kostet Geld“ übernommen.",) if is_free else ()
        )
        return Reading(Cost(PAID, note), assumed)
    return Reading(missed=(f"Kosten „{shorten(original)}“ nicht verstanden.",))
