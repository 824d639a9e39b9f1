"""Template tags and filters shared by all pages: words for numbers, region card, navigation."""

from dataclasses import dataclass

from django import template
from django.urls import NoReverseMatch, reverse

from kekiz.web import words
from kekiz.web.components.chain import Station
from kekiz.web.components.reasons import REASONS
from kekiz.web.region import RegionCard, get_region_card

register = template.Library()

register.filter("number", words.write_number)
register.filter("estimate", words.write_estimate)
register.filter("percent", words.write_percent)
register.filter("of_hundred", words.write_of_hundred)
register.filter("date_words", words.write_date)
register.filter("moment_words", words.write_moment)
register.filter("age_words", words.write_age)
register.filter("minutes_words", words.write_minutes)


@register.filter
def svg(value: float) -> str:
    """Write a coordinate for an SVG attribute: a point as decimal mark, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@register.filter
def reason_rows(station: Station) -> list[dict[str, object]]:
    """Turn a station's bars into one row per reason, with a value per group."""
    return [
        {"reason": reason, "values": [getattr(bar.split, reason.code) for bar in station.bars]}
        for reason in REASONS
    ]


@register.simple_tag
def age_span(age_from: int, age_to: int) -> str:
    """Write a span of ages in months as people say it."""
    return words.write_age_span(age_from, age_to)


@register.simple_tag
def region_card() -> RegionCard:
    """Give templates the region's name, operator and demo notice."""
    return get_region_card()


@dataclass(frozen=True)
class NavigationEntry:
    """One link of the main navigation."""

    label: str
    url: str
    is_current: bool
    is_exact: bool


def find_url(name: str) -> str:
    """Resolve a URL name; "" where that part of the site is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("kekiz_navigation.html", takes_context=True)
def main_navigation(context: template.Context) -> dict[str, object]:
    """Build the main navigation for the current visitor."""
    request = context.get("request")
    path = request.path if request else ""
    user = getattr(request, "user", None)
    is_signed_in = bool(user and user.is_authenticated)
    wanted = [("Angebote finden", "/"), ("Cockpit", find_url("desk:overview"))]
    if not is_signed_in:
        wanted.append(("Anmelden", find_url("account_login")))
    inner = [url for _, url in wanted if len(url) > 1]
    entries = []
    for label, url in wanted:
        if not url:
            continue
        here = path.startswith(url) if len(url) > 1 else not any(path.startswith(other) for other in inner)
        entries.append(NavigationEntry(label, url, here, path == url))
    return {
        "entries": entries,
        "logout_url": find_url("account_logout") if is_signed_in else "",
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }
