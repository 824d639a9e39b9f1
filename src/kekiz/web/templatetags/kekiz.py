"""Template tags and filters shared by all pages: words for numbers, region card, navigation."""

from datetime import datetime

from django import template
from django.utils.timezone import localtime

from kekiz.accounts.rules import can_see_some_cockpit, provider_keys_of
from kekiz.analysis.wording import say_ways
from kekiz.register.facets import HURDLE_CHOICES
from kekiz.register.rules import can_import, can_resolve_duplicates, can_review
from kekiz.register.wording import describe_ages
from kekiz.web import languages, words
from kekiz.web.components.chain import GroupBar, Station
from kekiz.web.components.reasons import REASONS
from kekiz.web.navigation import find_url, list_entries
from kekiz.web.region import RegionCard, get_region_card

register = template.Library()

register.filter("number", words.write_number)
register.filter("estimate", words.write_estimate)
register.filter("euro", words.write_euro)
register.filter("percent", words.write_percent)
register.filter("of_hundred", words.write_of_hundred)
register.filter("of_thousand", words.write_of_thousand)
register.filter("date_words", words.write_date)
register.filter("moment_words", words.write_moment)
register.filter("minutes_words", words.write_minutes)
register.filter("ways_words", say_ways)
register.filter("isolate", languages.isolate)
register.filter("may_resolve_duplicates", can_resolve_duplicates)
register.filter("may_review", can_review)


@register.filter
def moment_local(value: datetime) -> str:
    """Write a stored moment in the time of the region."""
    return words.write_moment(localtime(value))


@register.filter
def seconds_words(seconds: float) -> str:
    """Write a computing time: "unter 1 Sekunde", "1 Sekunde", "12 Sekunden"."""
    whole = round(seconds)
    return "unter 1 Sekunde" if whole < 1 else "1 Sekunde" if whole == 1 else f"{whole} Sekunden"


@register.filter
def hurdle_words(code: str) -> str:
    """Name a hurdle as the register does."""
    return dict(HURDLE_CHOICES).get(code, code)


@register.filter
def svg(value: float) -> str:
    """Write a coordinate for an SVG attribute: a point as decimal mark, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def read_part(bar: GroupBar, code: str) -> str:
    """Write one part of a bar; a dot where the need is too small to show."""
    return words.SUPPRESSED_SIGN if bar.is_hidden else words.write_number(getattr(bar.reasons, code))


@register.filter
def reason_rows(station: Station) -> list[dict[str, object]]:
    """Turn a station's bars into one row per reason, with a value per group."""
    return [
        {"reason": reason, "values": [read_part(bar, reason.code) for bar in station.bars]}
        for reason in REASONS
    ]


@register.simple_tag
def age_span(age_from: int, age_to: int) -> str:
    """Write a span of ages in months as people say it."""
    return describe_ages(age_from, age_to)


@register.simple_tag(takes_context=True)
def may_import(context: template.Context) -> bool:
    """Does the current person take lists over?"""
    request = context.get("request")
    return request is not None and can_import(request.user)


register.simple_tag(languages.mark_german, name="in_german")
register.simple_tag(languages.write_page_attributes, name="page_attributes")


@register.simple_tag(takes_context=True)
def page_language(context: template.Context) -> dict[str, object]:
    """Give the frame the tag and direction of the page's language and this page in all languages."""
    request = context.get("request")
    return {
        "tag": languages.tag_of(languages.current_language()),
        "direction": languages.direction(),
        "is_german": languages.is_german(),
        "is_plain": languages.is_plain(),
        "links": languages.list_language_links(request),
        "site": request.build_absolute_uri("/")[:-1] if request else "",
    }


@register.simple_tag
def region_card() -> RegionCard:
    """Give templates the region's name and demo notice."""
    return get_region_card()


@register.inclusion_tag("kekiz_navigation.html", takes_context=True)
def main_navigation(context: template.Context) -> dict[str, object]:
    """Build the main navigation for the current visitor."""
    request = context.get("request")
    user = getattr(request, "user", None)
    is_signed_in = bool(user and user.is_authenticated)
    is_provider = bool(user and provider_keys_of(user))
    return {
        "entries": list_entries(
            request.path if request else "",
            is_signed_in,
            is_provider=is_provider,
            sees_cockpit=not user or not is_provider or can_see_some_cockpit(user),
        ),
        "logout_url": find_url("account_logout") if is_signed_in else "",
        "csrf_token": context.get("csrf_token"),
    }
