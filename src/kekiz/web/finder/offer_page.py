"""The page of one offer: everything a family needs to know, in the words of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kekiz.register import facets
from kekiz.register.queries import FoundOffer
from kekiz.register.wording import describe_ages
from kekiz.web.finder.cards import describe_area
from kekiz.web.finder.freshness import Freshness, judge_content
from kekiz.web.finder.opening_hours import HoursLine, are_dates_over, describe_hours
from kekiz.web.finder.plain_words import list_topics, name_language
from kekiz.web.languages import translate
from kekiz.web.words import join_words, write_date

NOT_SAID = gettext_noop("Dazu liegt keine Angabe vor – bitte fragen Sie nach.")
_ACCESS_SENTENCES = {
    facets.Access.WALK_IN: gettext_noop("Sie können einfach hingehen. Eine Anmeldung ist nicht nötig."),
    facets.Access.REGISTRATION: gettext_noop("Bitte melden Sie sich vorher an."),
    facets.Access.REFERRAL: gettext_noop(
        "Sie brauchen eine Überweisung oder Zuweisung. "
        "Fragen Sie in der Praxis, in der Kita, in der Schule oder beim Jugendamt."
    ),
    facets.Access.OUTREACH: gettext_noop("Eine Fachkraft kommt zu Ihnen. Rufen Sie an oder schreiben Sie."),
    facets.Access.ONLINE: gettext_noop("Sie erreichen das Angebot online oder am Telefon."),
    facets.Access.UNKNOWN: NOT_SAID,
}
_COST_SENTENCES = {
    facets.Cost.FREE: gettext_noop("Kostenlos."),
    facets.Cost.REDUCED: gettext_noop(
        "Für Familien mit wenig Geld kostet es weniger oder nichts, zum Beispiel über Bildung und Teilhabe."
    ),
    facets.Cost.PAID: gettext_noop("Das Angebot kostet Geld."),
    facets.Cost.UNKNOWN: NOT_SAID,
}
_HURDLE_SENTENCES = {
    "waiting_list": gettext_noop("Oft gibt es eine Warteliste."),
    "application": gettext_noop("Sie müssen einen Antrag stellen."),
    "language": gettext_noop("Das Angebot gibt es nur auf Deutsch."),
}
_LEVEL_SENTENCES = {
    facets.Level.SELECTIVE: gettext_noop("Besonders für Familien, die gerade Unterstützung brauchen."),
    facets.Level.INDICATED: gettext_noop("Für Familien, bei denen ein Bedarf festgestellt wurde."),
}
_BARRIER_WORDS = {
    facets.BarrierFree.YES: gettext_noop("barrierefrei"),
    facets.BarrierFree.PARTLY: gettext_noop("teilweise barrierefrei"),
    facets.BarrierFree.NO: gettext_noop("nicht barrierefrei"),
}


@dataclass(frozen=True)
class SiteLine:
    """One site with its address in lines and a note on access without barriers."""

    name: str
    lines: tuple[str, ...]
    barrier_note: str


@dataclass(frozen=True)
class OfferPage:
    """What the template shows of an offer."""

    key: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    plain_paragraphs: tuple[str, ...]
    provider: str
    provider_url: str
    ages: str
    for_whom: tuple[str, ...]
    cost: tuple[str, ...]
    is_free: bool
    access: tuple[str, ...]
    hours: tuple[HoursLine, ...]
    hours_as_written: str
    are_dates_over: bool
    where: str
    sites: tuple[SiteLine, ...]
    barrier_note: str
    languages: str
    phone: str
    phone_url: str
    email: str
    website: str
    website_name: str
    ends: str
    topics: tuple[tuple[str, str], ...]
    freshness: Freshness
    is_invented: bool


def make_offer_page(offer: FoundOffer, *, area_names: Mapping[str, str], today: dt.date) -> OfferPage:
    """Turn a published offer into the words of its page. ``area_names`` is AGS -> name."""
    content = offer.content
    hours = tuple(describe_hours(content["opening_hours"], today))
    is_over = are_dates_over(content["opening_hours"], today)
    website = safe_web_address(content["website"])
    provider = content["provider"]
    return OfferPage(
        key=offer.key,
        title=content["title"],
        summary=content["summary"],
        paragraphs=split_paragraphs(content["description"]),
        plain_paragraphs=split_paragraphs(content["plain_text"]),
        provider=provider["name"],
        provider_url=safe_web_address(provider["website"]),
        ages=describe_ages(content["age_from_months"], content["age_to_months"]),
        for_whom=_list_for_whom(content, area_names),
        cost=_list_cost(content["cost"], content["cost_note"]),
        is_free=content["cost"] == facets.Cost.FREE,
        access=_list_access(content),
        hours=hours,
        hours_as_written="" if hours or is_over else content["opening_hours"],
        are_dates_over=is_over,
        where=_describe_mode(content["mode"]),
        sites=tuple(_make_site(site) for site in content["sites"]),
        barrier_note=_describe_barriers(content),
        languages=join_words([name_language(code) for code in content["languages"]]),
        phone=content["phone"],
        phone_url=make_phone_url(content["phone"]),
        email=content["email"],
        website=website,
        website_name=urlsplit(website).netloc.removeprefix("www.") if website else "",
        ends=_describe_end(content["until"]),
        topics=tuple((code, words) for code, words in list_topics() if code in content["fields"]),
        freshness=judge_content(content, today),
        is_invented=content["is_invented"],
    )


def split_paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def safe_web_address(address: str) -> str:
    """The address if it is a web address, else "": nothing else becomes a link."""
    return address if address.startswith(("https://", "http://")) else ""


def make_phone_url(phone: str) -> str:
    """ "05231 / 62-0" -> "tel:+495231620"; "" where there is no number."""
    digits = "".join(sign for sign in phone.replace("(0)", "") if sign.isdigit())
    if not digits:
        return ""
    if phone.strip().startswith("+"):
        return f"tel:+{digits}"
    return (
        f"tel:+49{digits[1:]}" if digits.startswith("0") and not digits.startswith("00") else f"tel:{digits}"
    )


def _list_for_whom(content: dict[str, Any], area_names: Mapping[str, str]) -> tuple[str, ...]:
    area = describe_area(content["service_area"], area_names)
    return _drop_blank(translate(_LEVEL_SENTENCES.get(content["level"])), _as_sentence(area) if area else "")


def _list_cost(cost: str, note: str) -> tuple[str, ...]:
    """The sentence of the cost and the provider's own note, where it says more."""
    german = _COST_SENTENCES[facets.Cost(cost)]
    sentence = translate(german)
    is_repeated = note.strip(" .").casefold() == german.strip(" .").casefold()
    return (sentence,) if is_repeated or not note else (sentence, _as_sentence(note))


def _as_sentence(text: str) -> str:
    sentence = text[:1].upper() + text[1:]
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _list_access(content: dict[str, Any]) -> tuple[str, ...]:
    hurdles = [translate(_HURDLE_SENTENCES.get(code)) for code in content["hurdles"]]
    return _drop_blank(translate(_ACCESS_SENTENCES[content["access"]]), *hurdles)


def _describe_barriers(content: dict[str, Any]) -> str:
    """Of the offer as a whole; where neither it nor a site says anything, that nobody has said it."""
    words = translate(_BARRIER_WORDS.get(content["barrier_free"]))
    is_said = words or any(site["barrier_free"] in _BARRIER_WORDS for site in content["sites"])
    return words if is_said or content["mode"] != facets.Mode.VISIT else translate(NOT_SAID)


def _describe_mode(mode: str) -> str:
    if mode == facets.Mode.OUTREACH:
        return _("Bei Ihnen zu Hause.")
    return _("Online oder am Telefon.") if mode == facets.Mode.ONLINE else ""


def _describe_end(until: str | None) -> str:
    if not until:
        return ""
    return _("Dieses Angebot läuft bis zum %(date)s.") % {"date": write_date(dt.date.fromisoformat(until))}


def _make_site(site: dict[str, Any]) -> SiteLine:
    town = f"{site['postcode']} {site['town']}".strip()
    return SiteLine(
        name=site["name"],
        lines=_drop_blank(site["street"], town),
        barrier_note=translate(_BARRIER_WORDS.get(site["barrier_free"])),
    )


def _drop_blank(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
