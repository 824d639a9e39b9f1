"""Lists from other servers: a paged HSDS API, and positions of addresses from Nominatim or Photon."""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from typing import Any
from urllib.parse import urlsplit

from .files import ReadFile
from .gazetteer import Geocoder
from .hsds import read_services
from .objects import find_services
from .outgoing import RefusedRequest, fetch_json
from .own_hsds import read_own_services
from .refusals import RefusedList
from .sheets import HIGHEST_ROWS

PAGE_SIZE = 100
MOST_PAGES = 1000
SECONDS_IN_ALL = 600.0
GEOCODER_TIMEOUT = 8.0
Progress = Callable[[int, int], None]


def read_hsds_api(
    url: str, *, hosts: Collection[str], progress: Progress = lambda done, of: None
) -> ReadFile:
    """All services of an HSDS API (3.x), page by page; ``url`` is its base or its ``/services``.

    The list gives ids; where an entry says nothing about its locations, the service itself is asked for.
    Raises RefusedList (also: an API that never ends or repeats its pages).
    """
    base = url.rstrip("/").removesuffix("/services")
    started = time.monotonic()
    services = _Kept()
    seen: set[str] = set()
    page, pages = 1, 1
    while page <= pages:
        entries, pages = _read_page(_fetch_page(base, page, hosts))
        if pages > MOST_PAGES:
            raise RefusedRequest(
                f"Die Schnittstelle nennt {pages} Seiten; gelesen werden höchstens {MOST_PAGES}."
            )
        fresh = [one for one in entries if str(one.get("id")) not in seen]
        if entries and not fresh:
            raise RefusedRequest(f"Die Schnittstelle wiederholt auf Seite {page} frühere Angebote.")
        seen |= {str(one.get("id")) for one in fresh}
        for entry in fresh:
            full = _complete(base, entry, hosts)
            for service in find_services(full) or [full]:
                services.add(service)
            if len(services) > HIGHEST_ROWS or time.monotonic() - started > SECONDS_IN_ALL:
                raise RefusedRequest("Die Schnittstelle liefert mehr, als in einem Zug gelesen wird.")
        progress(page, pages)
        page += 1
    if not len(services):
        raise RefusedList("Die Schnittstelle führt keine Angebote (services).")
    host = urlsplit(url).hostname or "HSDS"
    sheet = read_own_services(host, services) or read_services(host, services)
    return ReadFile(url, "hsds", services.digest, (sheet,))


class _Kept:
    """Services on their way into a sheet, packed: as objects ten thousand would take half a gigabyte."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._digest = hashlib.sha256()

    def add(self, service: dict[str, Any]) -> None:
        """Keep one more."""
        text = json.dumps(service, sort_keys=True).encode()
        self._digest.update(text + b"\n")
        self._packed.append(zlib.compress(text, 1))

    @property
    def digest(self) -> str:
        """SHA-256 of all of them."""
        return self._digest.hexdigest()

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (json.loads(zlib.decompress(packed)) for packed in self._packed)


def _fetch_page(base: str, page: int, hosts: Collection[str]) -> Any:
    """A page with everything in it (``full``, HSDS 3.x), or without where a server does not know that."""
    parameters = {"page": str(page), "per_page": str(PAGE_SIZE)}
    try:
        return fetch_json(f"{base}/services", hosts=hosts, parameters={**parameters, "full": "true"})
    except RefusedRequest as refused:
        if refused.status not in {400, 422}:
            raise
    return fetch_json(f"{base}/services", hosts=hosts, parameters=parameters)


def _read_page(answer: Any) -> tuple[list[dict[str, Any]], int]:
    """Entries and number of pages; an API without paging answers with a plain list."""
    if isinstance(answer, list):
        return [one for one in answer if isinstance(one, dict)], 1
    if not isinstance(answer, dict) or not isinstance(answer.get("contents"), list):
        raise RefusedRequest("Die Antwort ist keine HSDS-Seite: „contents“ fehlt.")
    pages = answer.get("total_pages")
    count = pages if isinstance(pages, int) and not isinstance(pages, bool) and pages >= 0 else 1
    return [one for one in answer["contents"] if isinstance(one, dict)], count


def _complete(base: str, entry: dict[str, Any], hosts: Collection[str]) -> dict[str, Any]:
    if "service_at_locations" in entry or not entry.get("id"):
        return entry
    identity = str(entry["id"])
    if not all(sign.isalnum() or sign in "-_." for sign in identity) or len(identity) > 100:
        return entry
    try:
        full = fetch_json(f"{base}/services/{identity}", hosts=hosts)
    except RefusedRequest:
        return entry
    return full if isinstance(full, dict) else entry


def build_geocoder(url: str) -> Geocoder | None:
    """A function that asks the address service of the settings; None without one.

    ``url`` ends with ``/search`` (Nominatim) or ``/api`` (Photon). After three failures in a row it asks
    no more.
    """
    if not url:
        return None
    parts = urlsplit(url)
    hosts = {f"{(parts.hostname or '').lower()}:{parts.port or (443 if parts.scheme == 'https' else 80)}"}
    is_photon = not parts.path.rstrip("/").endswith("/search")
    failures = 0

    def geocode(address: str) -> tuple[float, float] | None:
        nonlocal failures
        if failures >= 3:
            return None
        parameters = (
            {"q": address, "limit": "1"}
            if is_photon
            else {"q": address, "format": "jsonv2", "limit": "1", "countrycodes": "de"}
        )
        try:
            answer = fetch_json(url, hosts=hosts, parameters=parameters, timeout=GEOCODER_TIMEOUT)
        except RefusedRequest:
            failures += 1
            return None
        failures = 0
        return _read_point(answer)

    return geocode


def _read_point(answer: Any) -> tuple[float, float] | None:
    try:
        if isinstance(answer, dict):
            lon, lat = answer["features"][0]["geometry"]["coordinates"][:2]
        else:
            lat, lon = answer[0]["lat"], answer[0]["lon"]
        return float(lat), float(lon)
    except (KeyError, IndexError, TypeError, ValueError):
        return None
