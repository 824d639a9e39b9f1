"""Published offers as schema.org data, so that search engines and guides can read them.

An offer is a Service (of a public provider a GovernmentService), each single date to come an Event about it,
the list an ItemList. Only what is known is said: an amount where it costs nothing, no amount elsewhere.
Vocabulary: https://schema.org; tests/web/test_schema_org.py checks every property against it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.safestring import SafeString

from kekiz.register import facets
from kekiz.register.opening_hours import Rule, list_rule_dates, read_hours

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CONTEXT = "https://schema.org"
MOST_EVENTS = 20
# "<" would end the script element early; with the others old parsers see nothing of HTML either.
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def write_json_ld(
    content: dict[str, Any], url: str, *, area_names: Mapping[str, str], today: dt.date
) -> SafeString:
    """The offer as JSON for ``<script type="application/ld+json">``; safe inside HTML.

    ``area_names`` is AGS -> name; dates before ``today`` are left out.
    """
    service = _describe_service(content, url, area_names)
    events = _describe_events(content, url, today)
    return _write({"@context": _CONTEXT, **service, **({"subjectOf": events} if events else {})})


def write_list_json_ld(entries: Iterable[tuple[int, str, str]], count: int) -> SafeString:
    """A page of the list: number, title and address of each entry; ``count`` of the whole list."""
    items = [
        {"@type": "ListItem", "position": number, "name": title, "url": url} for number, title, url in entries
    ]
    return _write(
        {"@context": _CONTEXT, "@type": "ItemList", "numberOfItems": count, "itemListElement": items}
    )


def _write(entry: dict[str, Any]) -> SafeString:
    return SafeString(json.dumps(entry, ensure_ascii=False).translate(_ESCAPES))


def _describe_service(content: dict[str, Any], url: str, area_names: Mapping[str, str]) -> dict[str, Any]:
    is_public = content["provider"]["kind"] == facets.ProviderKind.PUBLIC
    return _drop_empty(
        {
            "@type": "GovernmentService" if is_public else "Service",
            "name": content["title"],
            "description": content["description"] or content["summary"],
            "url": url,
            "provider": _describe_provider(content),
            "audience": _describe_audience(content["age_from_months"], content["age_to_months"]),
            "areaServed": [
                {"@type": "AdministrativeArea", "name": area_names.get(code, code), "identifier": code}
                for code in content["service_area"]
            ],
            "availableChannel": [_describe_channel(content, site) for site in content["sites"] or [None]],
            "hoursAvailable": _describe_hours(content["opening_hours"]),
            "offers": _describe_price(content),
        }
    )


def _describe_provider(content: dict[str, Any]) -> dict[str, Any]:
    provider = content["provider"]
    return _drop_empty({"@type": "Organization", "name": provider["name"], "url": provider["website"]})


def _describe_price(content: dict[str, Any]) -> dict[str, Any]:
    """Zero where it costs nothing; nothing at all where an amount is not known."""
    if content["cost"] != facets.Cost.FREE:
        return {}
    return {"@type": "Offer", "price": 0, "priceCurrency": "EUR"}


def _describe_events(content: dict[str, Any], url: str, today: dt.date) -> list[dict[str, Any]]:
    """Each single date to come, at most MOST_EVENTS of them."""
    last = content["until"] or "9999-12-31"
    occasions = sorted(
        (day, span)
        for rule in read_hours(content["opening_hours"]) or []
        if rule.dates and not rule.is_closed
        for day in list_rule_dates(rule)
        if day >= today and day.isoformat() <= last
        for span in rule.spans
    )
    place = (
        _describe_place(content["sites"][0]) if content["sites"] else {"@type": "VirtualLocation", "url": url}
    )
    mode = "Offline" if content["sites"] else "Online"
    shared = _drop_empty(
        {
            "@type": "Event",
            "name": content["title"],
            "url": url,
            "eventStatus": f"{_CONTEXT}/EventScheduled",
            "eventAttendanceMode": f"{_CONTEXT}/{mode}EventAttendanceMode",
            "location": place,
            "organizer": _describe_provider(content),
            "offers": _describe_price(content),
        }
    )
    if content["cost"] == facets.Cost.FREE:
        shared["isAccessibleForFree"] = True
    return [shared | _write_span(day, span) for day, span in occasions[:MOST_EVENTS]]


def _write_span(day: dt.date, span: tuple[str, str]) -> dict[str, str]:
    """From when to when; an end on the clock before the start is on the next day, an open end is not said."""
    opens, closes = span
    if not closes:
        return {"startDate": _write_moment(day, opens)}
    next_day = day + dt.timedelta(days=1) if closes <= opens else day
    return {"startDate": _write_moment(day, opens), "endDate": _write_moment(next_day, closes)}


def _write_moment(day: dt.date, clock: str) -> str:
    hours, minutes = (int(part) for part in clock.split(":"))
    moment = dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=hours, minutes=minutes)
    return moment.replace(tzinfo=ZoneInfo(settings.TIME_ZONE)).isoformat()


def _describe_audience(age_from_months: int, age_to_months: int) -> dict[str, Any]:
    return {
        "@type": "PeopleAudience",
        "suggestedAge": {
            "@type": "QuantitativeValue",
            "minValue": max(age_from_months, 0),
            "maxValue": max(age_to_months, 0),
            "unitCode": "MON",
        },
    }


def _describe_channel(content: dict[str, Any], site: dict[str, Any] | None) -> dict[str, Any]:
    channel = {
        "@type": "ServiceChannel",
        "availableLanguage": content["languages"],
        "serviceUrl": content["website"],
        "servicePhone": _drop_empty(
            {"@type": "ContactPoint", "telephone": content["phone"], "email": content["email"]}
        ),
    }
    if site:
        channel["serviceLocation"] = _describe_place(site)
    if channel["servicePhone"] == {"@type": "ContactPoint"}:
        del channel["servicePhone"]
    return _drop_empty(channel)


def _describe_place(site: dict[str, Any]) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": site["street"],
        "postalCode": site["postcode"],
        "addressLocality": site["town"],
        "addressCountry": "DE",
    }
    knows_barriers = site["barrier_free"] in {facets.BarrierFree.YES, facets.BarrierFree.NO}
    feature = {
        "@type": "LocationFeatureSpecification",
        "name": "Barrierefrei",
        "value": site["barrier_free"] == facets.BarrierFree.YES,
    }
    return _drop_empty(
        {
            "@type": "Place",
            "name": site["name"],
            "address": _drop_empty(address),
            "geo": {"@type": "GeoCoordinates", "latitude": site["lat"], "longitude": site["lon"]},
            "amenityFeature": feature if knows_barriers else {},
        }
    )


def _describe_hours(notation: str) -> list[dict[str, Any]]:
    """Plain weekly hours, and those of a stretch of dates: there are no words for "every first Monday"."""
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [_DAYS[day] for day in rule.weekdays or range(7)],
            "opens": opens,
            "closes": closes,
            **limits,
        }
        for rule in read_hours(notation) or []
        if _is_plain(rule)
        for opens, closes in rule.spans
        if closes and closes <= "24:00"
        for limits in _list_limits(rule)
    ]


def _list_limits(rule: Rule) -> list[dict[str, str]]:
    """From when to when hours hold; once without limits for those that come back every week."""
    if not rule.dates:
        return [{}]
    return [{"validFrom": first.isoformat(), "validThrough": last.isoformat()} for first, last in rule.dates]


def _is_plain(rule: Rule) -> bool:
    is_special = rule.nth or rule.months or rule.week or rule.holidays or rule.within
    return bool(rule.weekdays or rule.dates) and not is_special


def _drop_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}
