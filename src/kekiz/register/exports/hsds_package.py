"""The services as an HSDS CSV package: a table for each kind of thing and a datapackage.json, zipped."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from typing import IO, Any

from kekiz.register.exports.catalogue import Catalogue
from kekiz.register.exports.fixed_zip import add_part
from kekiz.register.exports.hsds_tables import TABLES, describe_package, list_columns
from kekiz.register.hsds.taxonomies import TAXONOMIES, describe_taxonomy, describe_term, list_terms
from kekiz.register.hsds.write import Json, Published, describe_service
from kekiz.register.imports.own_columns import shield

# Parts of a service and the table their rows go to.
_PARTS = {
    "phones": "phones", "schedules": "schedules", "service_areas": "service_areas", "languages": "languages",
    "funding": "funding", "cost_options": "cost_options", "attributes": "attributes",
}  # fmt: skip
_KEPT_IN_MEMORY = 1 << 20


def write_hsds_package(catalogue: Catalogue, stream: IO[bytes], licence_url: str) -> None:
    """Write the zip; each table lies in a file of its own until all offers were read."""
    with ExitStack() as stack:
        tables = {name: stack.enter_context(_Table(name)) for name in TABLES}
        writer = _PackageWriter(tables)
        writer.add_taxonomies(catalogue)
        for content in catalogue.offers():
            writer.add_service(describe_service(Published(content), catalogue.identity))
        with zipfile.ZipFile(stream, "w") as archive:
            package = json.dumps(describe_package(licence_url), ensure_ascii=False, indent=2).encode()
            add_part(archive, "datapackage.json", io.BytesIO(package))
            for name, table in tables.items():
                add_part(archive, f"{name}.csv", table.close_text())


class _Table:
    """One CSV in the making; things that several services share are written once."""

    def __init__(self, name: str) -> None:
        self.columns = list_columns(name)
        self._seen: set[str] = set()
        self._file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - closed on exit
        self._text = io.TextIOWrapper(self._file, encoding="utf-8", newline="")
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._writer.writerow(self.columns)

    def __enter__(self) -> _Table:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, row: Mapping[str, Any], *, is_shared: bool = False) -> bool:
        """Write a row; False where it is there already."""
        if is_shared:
            if row["id"] in self._seen:
                return False
            self._seen.add(row["id"])
        self._writer.writerow([_write_cell(row.get(column)) for column in self.columns])
        return True

    def close_text(self) -> IO[bytes]:
        """All bytes from the beginning."""
        self._text.flush()
        self._text.detach()
        self._file.seek(0)
        return self._file


class _PackageWriter:
    """Takes services apart into rows."""

    def __init__(self, tables: dict[str, _Table]) -> None:
        self.tables = tables

    def add_taxonomies(self, catalogue: Catalogue) -> None:
        for taxonomy in TAXONOMIES:
            self.tables["taxonomies"].add(describe_taxonomy(catalogue.identity, taxonomy))
        for term in list_terms():
            self.tables["taxonomy_terms"].add(describe_term(catalogue.identity, term))

    def add_service(self, service: Json) -> None:
        self.tables["services"].add(service)
        for part, table in _PARTS.items():
            self._add_all(table, service.get(part, ()))
        organization = service["organization"]
        if self.tables["organizations"].add(organization, is_shared=True):
            self._add_all("attributes", organization["attributes"])
        for capacity in service.get("capacities", ()):
            self.tables["units"].add(capacity["unit"], is_shared=True)
            self.tables["service_capacity"].add({**capacity, "unit_id": capacity["unit"]["id"]})
        for place in service.get("service_at_locations", ()):
            self.tables["service_at_location"].add(place)
            self._add_location(place["location"])

    def _add_location(self, location: Json) -> None:
        if self.tables["locations"].add(location, is_shared=True):
            for table in ("addresses", "accessibility", "attributes"):
                self._add_all(table, location.get(table, ()))

    def _add_all(self, table: str, rows: Any) -> None:
        for row in rows:
            self.tables[table].add(row)


def _write_cell(value: Any) -> Any:
    return shield(value) if isinstance(value, str) else value
