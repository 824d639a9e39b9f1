"""An offer as programs of its provider read and write it: the register's own words, strict types."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from kekiz.register import facets
from kekiz.register.models import Offer

# No control characters but tab and line breaks: databases and readers stumble over them.
_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
KEY = r"^[a-z0-9][a-z0-9-]{0,79}$"
Line = Annotated[str, StringConstraints(max_length=200, pattern=_TEXT)]
Long = Annotated[str, StringConstraints(max_length=8000, pattern=_TEXT)]
Address = Annotated[str, StringConstraints(max_length=300, pattern=_TEXT)]
Key = Annotated[str, StringConstraints(pattern=KEY)]
Area = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,8}$")]


def _take_whole(value: Any) -> Any:
    """JSON knows one kind of number: 24.0 is a whole one, as JSON Schema says."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Age = Annotated[
    StrictInt,
    Field(ge=facets.AGE_MIN_MONTHS, le=facets.AGE_MAX_MONTHS, description="In months; −9 to 0 is pregnancy"),
    BeforeValidator(_take_whole),
]
Places = Annotated[StrictInt, Field(ge=0, le=1_000_000), BeforeValidator(_take_whole)]
FieldCode = Literal["M1", "M2", "S1", "S2", "K1", "K2", "G1", "G2"]
Mode = Literal["visit", "outreach", "online"]
Access = Literal["walk_in", "registration", "referral", "outreach", "online", "unknown"]
Hurdle = Literal["paid", "registration", "referral", "language", "waiting_list", "application"]
Cost = Literal["free", "reduced", "paid", "unknown"]
Barrier = Literal["yes", "partly", "no", "unknown"]
Level = Literal["universal", "selective", "indicated"]
Evidence = Literal["not_listed", "1", "2", "3"]
System = Literal[
    "", "health", "early_education", "school", "youth_welfare", "family_education", "social_security",
    "integration", "culture_sport", "work",
]  # fmt: skip
State = Literal["draft", "in_review", "published", "paused", "ended"]
Language = Annotated[str, StringConstraints(pattern=f"^({'|'.join(facets.LANGUAGE_NAMES)})$")]
STRICT = ConfigDict(extra="forbid", strict=True)


class OfferBase(Schema):
    """What can be written without a default of its own kind."""

    summary: Annotated[str, StringConstraints(max_length=300, pattern=_TEXT)] = ""
    description: Long = ""
    plain_text: Annotated[Long, Field(description="In Leichte Sprache")] = ""
    places: Annotated[Places | None, Field(description="Children in a year; null is unknown")] = None
    mode: Mode = "visit"
    access: Access = "unknown"
    service_area: Annotated[
        list[Area], Field(default_factory=list, max_length=40, description="AGS or its start; empty: all")
    ]
    hurdles: Annotated[list[Hurdle], Field(default_factory=list, max_length=6)]
    cost: Cost = "unknown"
    cost_note: Line = ""
    languages: Annotated[list[Language], Field(default_factory=list, max_length=30)]
    barrier_free: Barrier = "unknown"
    system: System = ""
    level: Level = "universal"
    permanent: StrictBool = True
    until: Annotated[dt.date | None, Field(strict=False, description="Last day, if not permanent")] = None
    funding: Line = ""
    opening_hours: Annotated[
        str,
        StringConstraints(max_length=400, pattern=_TEXT),
        Field(description="OpenStreetMap's notation, local time"),
    ] = ""
    evidence: Evidence = "not_listed"
    website: Address = ""
    phone: Annotated[str, StringConstraints(max_length=60, pattern=_TEXT)] = ""
    email: Annotated[str, StringConstraints(max_length=254, pattern=_TEXT)] = ""
    sites: Annotated[
        list[Key], Field(default_factory=list, max_length=60, description="Keys; see /provider/sites")
    ]


class OfferIn(OfferBase):
    """A whole offer; what is left out takes its default."""

    model_config = STRICT
    title: Line
    age_from_months: Age
    age_to_months: Age
    fields: Annotated[list[FieldCode], Field(min_length=1, max_length=8)]


def _drop_defaults(schema: dict[str, Any]) -> None:
    """In a change, what is left out stays: it has no default."""
    for described in schema["properties"].values():
        described.pop("default", None)


class OfferPatch(OfferIn):
    """A change; what is left out stays."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_drop_defaults)
    title: Line = ""
    age_from_months: Age = 0
    age_to_months: Age = 0
    fields: Annotated[list[FieldCode], Field(default_factory=list, min_length=1, max_length=8)]


class OfferOut(OfferBase):
    """An offer as its provider wrote it, with its state."""

    key: str
    provider: str
    title: str
    age_from_months: int
    age_to_months: int
    fields: list[str]
    state: State
    published_at: Annotated[dt.datetime | None, Field(description="When what families see was approved")]
    return_note: Annotated[str, Field(description="Why the last proposal came back")]
    changed_at: dt.datetime
    etag: Annotated[str, Field(description="Send it as If-Match with a change")]


class OfferPage(Schema):
    """A page of own offers."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[OfferOut]


class SiteOut(Schema):
    """A place that offers can name."""

    key: str
    name: str
    street: str
    postcode: str
    town: str
    ags: str


WRITTEN = tuple(name for name in OfferIn.model_fields if name != "sites")


def describe_own(offer: Offer, etag: str) -> dict[str, Any]:
    """A working copy for its provider."""
    return {
        **{name: getattr(offer, name) for name in WRITTEN},
        "sites": sorted(site.key for site in offer.sites.all()),
        "key": offer.key,
        "provider": offer.provider.key,
        "state": offer.state,
        "published_at": offer.published.published_at if offer.published else None,
        "return_note": offer.return_note,
        "changed_at": offer.changed_at,
        "etag": etag,
    }
