"""The content of register rows as JSON: to notice later changes, and to put former content back exactly."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import models

from kekiz.register.models import Offer, Provider, Site

# Not part of what a person would call the content of a row.
_ASIDE = frozenset({"id", "changed_at", "created_at", "state", "published", "assurance_before"})


def describe_row(row: models.Model) -> dict[str, Any]:
    """Every column of a row as a JSON value, by its attribute name."""
    return {field.attname: as_plain(field.value_from_object(row)) for field in row._meta.concrete_fields}


def as_plain(value: Any) -> Any:
    """A value as JSON holds it; dates and times to the microsecond, tuples as lists."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def describe_with_sites(offer: Offer, site_keys: Iterable[str]) -> dict[str, Any]:
    """An offer with the keys of its sites."""
    return {**describe_row(offer), "site_keys": sorted(site_keys)}


def digest_content(content: dict[str, Any]) -> str:
    """SHA-256 of a described row without its number, its times, its state and its published version."""
    kept = {name: value for name, value in content.items() if name.removesuffix("_id") not in _ASIDE}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def restore_values(model: type[models.Model], former: dict[str, Any]) -> dict[str, Any]:
    """Former content as values for an update, each turned back into what its column holds."""
    return {
        field.attname: field.to_python(former[field.attname])
        for field in model._meta.concrete_fields
        if field.attname in former and not field.primary_key
    }


def pack_file(content: bytes) -> bytes:
    """A sent file as it is kept: packed, except what is packed already (workbooks, archives)."""
    return content if content.startswith(b"PK") else gzip.compress(content, compresslevel=1, mtime=0)


def unpack_file(kept: bytes) -> bytes:
    """A kept file as it was sent. No list begins like a packed file, so older ones are told apart."""
    return gzip.decompress(kept) if kept.startswith(b"\x1f\x8b") else kept


MODELS: dict[str, type[models.Model]] = {"provider": Provider, "site": Site, "offer": Offer}
