"""A published offer as schema.org data, so that search engines and guides can read it."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString

from kekiz.register import facets
from kekiz.register.opening_hours import Rule, read_hours

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# "<" would end the script element early; with the others old parsers see nothing of HTML either.
_ESCAPES = {
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def write_json_ld(content: dict[str, Any], url: str) -> SafeString:
    """The offer as JSON for ``<script type="application/ld+json">``; safe inside HTML."""
    text = json.dumps(_describe_service(content, url), ensure_ascii=False)
    return SafeString(text.translate(_ESCAPES))


def _describe_service(content: dict[str, Any], url: str) -> dict[str, Any]:
    service: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Service",
        "name": content["title"],
        "description": content["description"] or content["summary"],
        "url": url,
        "provider": _drop_empty(
            {
                "@type": "Organization",
                "name": content["provider"]["name"],
                "url": content["provider"]["website"],
            }
        ),
        "audience": _describe_audience(content["age_from_months"], content["age_to_months"]),
        "availableChannel": [_describe_channel(content, site) for site in content["sites"] or [None]],
        "hoursAvailable": _describe_hours(content["opening_hours"]),
    }
    if content["cost"] == facets.Cost.FREE:
        service["offers"] = {"@type": "Offer", "price": 0, "priceCurrency": "EUR"}
    return _drop_empty(service)


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
        channel["serviceLocation"] = {
            "@type": "Place",
            "name": site["name"],
            "address": _drop_empty(
                {
                    "@type": "PostalAddress",
                    "streetAddress": site["street"],
                    "postalCode": site["postcode"],
                    "addressLocality": site["town"],
                    "addressCountry": "DE",
                }
            ),
            "geo": {"@type": "GeoCoordinates", "latitude": site["lat"], "longitude": site["lon"]},
        }
    if channel["servicePhone"] == {"@type": "ContactPoint"}:
        del channel["servicePhone"]
    return _drop_empty(channel)


def _describe_hours(notation: str) -> list[dict[str, Any]]:
    """Plain weekly hours only: schema.org has no words for "every first Monday"."""
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [_DAYS[day] for day in rule.weekdays],
            "opens": opens,
            "closes": closes,
        }
        for rule in read_hours(notation) or []
        if _is_plain(rule)
        for opens, closes in rule.spans
        if closes and closes <= "24:00"
    ]


def _is_plain(rule: Rule) -> bool:
    return bool(rule.weekdays) and not (rule.nth or rule.months or rule.week or rule.holidays or rule.within)


def _drop_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}
