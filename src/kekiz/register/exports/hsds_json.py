"""Complete services as one JSON array, a line for each (HSDS 3.1)."""

from __future__ import annotations

import json
from typing import IO

from kekiz.register.exports.catalogue import Catalogue
from kekiz.register.hsds.write import Published, describe_service


def write_hsds_json(catalogue: Catalogue, stream: IO[bytes]) -> None:
    """Write the services one after the other."""
    lead = b"[\n"
    for content in catalogue.offers():
        service = describe_service(Published(content), catalogue.identity)
        stream.write(lead + json.dumps(service, ensure_ascii=False).encode())
        lead = b",\n"
    stream.write(b"\n]\n" if lead != b"[\n" else b"[]\n")
