"""A question of a family, read from the form: what was asked, and how to ask it with one wish less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kekiz.register import queries
from kekiz.register.open_now import Opened
from kekiz.web.finder import ages, plain_words
from kekiz.web.finder.forms import FinderForm
from kekiz.web.finder.minutes import OPENED_BY_CODE, OPENED_WORDS, Trip, plan_trip, read_moment
from kekiz.web.finder.places import Location
from kekiz.web.languages import isolate

ADDRESS_ORDER = (
    "q", "ort", "nahe", "umkreis", "minuten", "mit", "alter", "thema", "sprache", "jetzt", "kostenlos",
    "barrierefrei",
)  # fmt: skip
# In which order a wish is given up when nothing is found: the least loss first.
GIVE_UP_ORDER = ("jetzt", "umkreis", "minuten", "sprache", "barrierefrei", "thema", "kostenlos", "q", "alter")


@dataclass(frozen=True)
class Wish:
    """One filter in force: its name in the address, its words, and the address without it."""

    name: str
    words: str
    query_without: str


@dataclass(frozen=True)
class Question:
    """What a family asks. ``address`` holds what is needed to ask it again, by name."""

    address: tuple[tuple[str, str], ...] = ()
    text: str = ""
    age: plain_words.AgeChoice | None = None
    topic: str = ""
    language: str = ""
    is_free: bool = False
    is_barrier_free: bool = False
    radius_km: float | None = None
    location: Location | None = None
    trip: Trip | None = None
    opened: Opened | None = None  # now: open (YES) or nobody knows (UNKNOWN)

    @property
    def reach_km(self) -> float | None:
        """The nearer of the two limits as the crow flies; None without any."""
        limits = [
            limit for limit in (self.radius_km, self.trip.km if self.trip else None) if limit is not None
        ]
        return min(limits, default=None)

    @property
    def query(self) -> str:
        """The question as the query part of an address."""
        return urlencode(self.address)

    def query_with(self, **changes: str) -> str:
        """The query part with some values set; an empty value drops the name."""
        values = dict(self.address) | changes
        return urlencode([(name, values[name]) for name in ADDRESS_ORDER if values.get(name)])

    @property
    def query_unknown_hours(self) -> str:
        """The query part that asks for the offers whose hours nobody knows."""
        return self.query_with(jetzt="unklar")

    def without(self, name: str) -> Question:
        """The same question with one wish less."""
        # A distance says nothing without a place.
        dropped = {name, *_DROPPED_WITH.get(name, ())}
        address = tuple(pair for pair in self.address if pair[0] not in dropped)
        return replace(self, address=address, **_EMPTY[name])

    def list_wishes(self) -> list[Wish]:
        """The filters in force, each with the address that leaves it out."""
        return [Wish(name, words, self.without(name).query) for name, words in self._name_wishes()]

    def _name_wishes(self) -> Iterator[tuple[str, str]]:
        if self.text:
            yield "q", _("„%(text)s“") % {"text": isolate(self.text)}
        if self.location:
            yield ("nahe" if "nahe" in dict(self.address) else "ort"), self.location.words
        if self.radius_km:
            yield "umkreis", _("höchstens %(km)g km weit") % {"km": self.radius_km}
        if self.trip:
            yield "minuten", self.trip.words
        if self.opened:
            yield "jetzt", str(OPENED_WORDS[self.opened])
        if self.age:
            yield "alter", self.age.words
        if self.topic:
            yield "thema", dict(plain_words.list_topics())[self.topic]
        if self.is_free:
            yield "kostenlos", _("kostenlos")
        if self.language:
            yield "sprache", _("auf %(language)s") % {"language": plain_words.name_language(self.language)}
        if self.is_barrier_free:
            yield "barrierefrei", _("barrierefrei")


_DROPPED_WITH = {
    "ort": ("umkreis", "minuten", "mit"),
    "nahe": ("umkreis", "minuten", "mit"),
    "minuten": ("mit",),
}
_EMPTY: dict[str, dict[str, Any]] = {
    "q": {"text": ""},
    "ort": {"location": None, "radius_km": None, "trip": None},
    "nahe": {"location": None, "radius_km": None, "trip": None},
    "minuten": {"trip": None},
    "jetzt": {"opened": None},
    "umkreis": {"radius_km": None},
    "alter": {"age": None},
    "thema": {"topic": ""},
    "sprache": {"language": ""},
    "kostenlos": {"is_free": False},
    "barrierefrei": {"is_barrier_free": False},
}


def read_question(form: FinderForm) -> Question:
    """The question of a checked form; fields with errors are left out, the rest still finds something."""
    cleaned = {} if form.is_valid() else dict.fromkeys(form.errors, None)
    cleaned = form.cleaned_data | cleaned
    location = cleaned["ort"] or cleaned["nahe"]
    radius = cleaned["umkreis"] if location else ""
    trip = plan_trip(cleaned["minuten"] or "", cleaned["mit"] or "", location)
    address = {
        "q": cleaned["q"],
        "ort": form["ort"].value() if cleaned["ort"] else "",
        "nahe": form["nahe"].value() if location and not cleaned["ort"] else "",
        "umkreis": radius,
        "minuten": cleaned["minuten"] if trip else "",
        "mit": trip.mode_code if trip else "",
        "alter": cleaned["alter"],
        "thema": cleaned["thema"],
        "sprache": cleaned["sprache"],
        "jetzt": cleaned["jetzt"],
        "kostenlos": "ja" if cleaned["kostenlos"] else "",
        "barrierefrei": "ja" if cleaned["barrierefrei"] else "",
    }
    return Question(
        address=tuple((name, value) for name, value in address.items() if value),
        text=cleaned["q"] or "",
        age=ages.read_age(cleaned["alter"] or ""),
        topic=cleaned["thema"] or "",
        language=cleaned["sprache"] or "",
        is_free=bool(cleaned["kostenlos"]),
        is_barrier_free=bool(cleaned["barrierefrei"]),
        radius_km=float(radius) if radius else None,
        location=location,
        trip=trip,
        opened=OPENED_BY_CODE.get(cleaned["jetzt"] or ""),
    )


def find_offers(question: Question) -> queries.FoundOffers:
    """The published offers that fit: nearest first where a place is given, else the best hits first."""
    return queries.offers_for_family(
        text=question.text,
        age_months=question.age.months if question.age else None,
        field=question.topic,
        language=question.language,
        free=question.is_free,
        barrier_free=question.is_barrier_free,
        near=question.location.position if question.location else None,
        radius_km=question.reach_km,
        moment=read_moment(question.location) if question.opened else None,
        opened=question.opened or Opened.YES,
        page=get_language() or "",
    )


def count_unknown_hours(question: Question) -> int:
    """How many offers fit but for their hours, which nobody knows."""
    return len(find_offers(replace(question, opened=Opened.UNKNOWN))) if question.opened is Opened.YES else 0
