"""Offers as rows of a table: one row for each offer at each of its sites, with our list's columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from kekiz.register.exports.catalogue import Catalogue, Content
from kekiz.register.imports.own_columns import PROVIDER_COLUMNS, SITE_COLUMNS

Row = dict[str, Any]
_OF_OFFER = (
    "key", "title", "summary", "description", "plain_text", "fields", "age_from_months", "age_to_months",
    "places", "mode", "access", "hurdles", "cost", "cost_note", "languages", "service_area", "barrier_free",
    "system", "level", "evidence", "opening_hours", "funding", "website", "phone", "email", "assured_by",
    "is_invented",
)  # fmt: skip


def iterate_rows(catalogue: Catalogue) -> Iterator[Row]:
    """Rows by column name; an offer without a site has one row that names none."""
    for content in catalogue.offers():
        row = describe_offer_columns(content)
        if not content["sites"]:
            yield row
        for site in content["sites"]:
            yield row | {name: site[field] for name, field in SITE_COLUMNS.items()}


def describe_offer_columns(content: Content) -> Row:
    """The columns of an offer and its provider."""
    row: Row = {name: content[name] for name in _OF_OFFER}
    row |= {name: content["provider"][field] for name, field in PROVIDER_COLUMNS.items()}
    for name in ("until", "assured_on"):
        row[name] = dt.date.fromisoformat(content[name]) if content[name] else None
    return row
