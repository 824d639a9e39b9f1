"""What goes into every file: the published offers by key, with one truth for each site and provider."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from kekiz.register.hsds.identity import Identity
from kekiz.register.models import OfferVersion
from kekiz.register.queries import visible_versions

Content = dict[str, Any]
Progress = Callable[[int, int], None]
BATCH = 500
DIGITS = 7  # of a degree
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
    progress: Progress = lambda done, of: None

    def __len__(self) -> int:
        return len(self.versions)

    def offers(self) -> Iterator[Content]:
        """The contents (see content.describe_offer), some hundred in memory at a time."""
        for start in range(0, len(self.versions), BATCH):
            batch = self.versions[start : start + BATCH]
            contents = dict(OfferVersion.objects.filter(pk__in=batch).values_list("pk", "content"))
            yield from (self._settle(contents[pk]) for pk in batch if pk in contents)
            self.progress(min(start + BATCH, len(self)), len(self))

    def _settle(self, content: Content) -> Content:
        settled = _clean_named(content, "title")
        settled["provider"] = self.providers[content["provider"]["key"]]
        settled["sites"] = [self.sites[site["key"]] for site in content["sites"]]
        return settled


def open_catalogue(
    region: str, *, on: dt.date | None = None, progress: Progress = lambda done, of: None
) -> Catalogue:
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
        providers[provider["key"]] = _clean_named(provider, "name")
        sites |= {site["key"]: _clean_site(site) for site in places}
    return Catalogue(Identity(region), day, tuple(pk for _, pk in versions), sites, providers, progress)


def _clean_named(content: Content, name: str) -> Content:
    """Cleaned; where nothing is left of the name, the key stands for it."""
    cleaned: Content = clean_value(content)
    return {**cleaned, name: cleaned[name] or cleaned["key"]}


def _clean_site(site: Content) -> Content:
    """Positions to the centimetre: spreadsheets keep no more than fifteen digits."""
    position = {axis: round(float(site[axis]), DIGITS) for axis in ("lat", "lon")}
    return _clean_named(site, "name") | position


def clean_value(value: Any) -> Any:
    """A JSON value with texts that every form can hold: one kind of line end, no control characters."""
    if isinstance(value, str):
        return _ILLEGAL.sub("", _LINE_ENDS.sub("\n", value)).strip()
    if isinstance(value, dict):
        return {name: clean_value(part) for name, part in value.items()}
    if isinstance(value, list):
        return [clean_value(part) for part in value]
    return value
