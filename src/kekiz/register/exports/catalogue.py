"""What goes into every file: the published offers by key, with one truth for each site and provider."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from kekiz.register.hsds.identity import Identity
from kekiz.register.models import OfferVersion
from kekiz.register.queries import visible_versions

Content = dict[str, Any]
BATCH = 500
_LINE_ENDS = re.compile(r"\r\n?")
# Signs that no XML may hold, and with it no workbook.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Catalogue:
    """The offers that families see on a day. ``versions`` in the order of the offers' keys.

    A version holds its site as it was when it was approved. Where two of them differ, files say what the one
    approved last says: ``sites`` and ``providers`` by key.
    """

    identity: Identity
    day: dt.date
    versions: tuple[int, ...]
    sites: Mapping[str, Content]
    providers: Mapping[str, Content]

    def __len__(self) -> int:
        return len(self.versions)

    def offers(self) -> Iterator[Content]:
        """The contents (see content.describe_offer), some hundred in memory at a time."""
        for start in range(0, len(self.versions), BATCH):
            batch = self.versions[start : start + BATCH]
            contents = dict(OfferVersion.objects.filter(pk__in=batch).values_list("pk", "content"))
            yield from (self._settle(contents[pk]) for pk in batch if pk in contents)

    def _settle(self, content: Content) -> Content:
        settled: Content = clean_value(content)
        settled["title"] = settled["title"] or settled["key"]
        settled["provider"] = self.providers[content["provider"]["key"]]
        settled["sites"] = [self.sites[site["key"]] for site in content["sites"]]
        return settled


def open_catalogue(region: str, *, on: dt.date | None = None) -> Catalogue:
    """The catalogue of what is published now, as families see it on a day (today by default)."""
    day = on or timezone.localdate()
    visible = visible_versions(on=day)
    versions = sorted(visible.values_list("offer__key", "pk"))
    sites: dict[str, Content] = {}
    providers: dict[str, Content] = {}
    parts = visible.order_by("published_at", "pk").values_list(
        KeyTransform("provider", "content"), KeyTransform("sites", "content")
    )
    for provider, places in parts.iterator(chunk_size=BATCH):
        providers[provider["key"]] = clean_value(provider)
        sites |= {site["key"]: clean_value(site) for site in places}
    return Catalogue(Identity(region), day, tuple(pk for _, pk in versions), sites, providers)


def clean_value(value: Any) -> Any:
    """A JSON value with texts that every form can hold: one kind of line end, no control characters."""
    if isinstance(value, str):
        return _ILLEGAL.sub("", _LINE_ENDS.sub("\n", value)).strip()
    if isinstance(value, dict):
        return {name: clean_value(part) for name, part in value.items()}
    if isinstance(value, list):
        return [clean_value(part) for part in value]
    return value
