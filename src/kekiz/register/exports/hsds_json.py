"""Complete services as one JSON array, a line for each (HSDS 3.1).

Nested as the standard's own examples are: a part does not repeat the ids of what it stands in or holds
(``service_id`` in a phone, ``taxonomy_term_id`` beside the term), which tables need and objects do not.
"""

from __future__ import annotations

import json
from typing import IO, Any

from kekiz.register.exports.catalogue import Catalogue
from kekiz.register.hsds.write import Json, Published, describe_service

# The columns by which tables refer to each other.
REFERENCES = frozenset(
    {"service_id", "location_id", "organization_id", "link_id", "taxonomy_term_id", "taxonomy_id"}
)


def write_hsds_json(catalogue: Catalogue, stream: IO[bytes]) -> None:
    """Write the services one after the other."""
    lead = b"[\n"
    for content in catalogue.offers():
        service = nest(describe_service(Published(content), catalogue.identity))
        stream.write(lead + json.dumps(service, ensure_ascii=False, separators=(",", ":")).encode())
        lead = b",\n"
    stream.write(b"\n]\n" if lead != b"[\n" else b"[]\n")


def nest(row: Json) -> Json:
    """The same without references that nesting already tells."""
    return {name: _nest_part(value) for name, value in row.items() if name not in REFERENCES}


def _nest_part(value: Any) -> Any:
    if isinstance(value, dict):
        return nest(value)
    return [_nest_part(part) for part in value] if isinstance(value, list) else value
