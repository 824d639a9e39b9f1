"""The forms there are: names, media types, and who writes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.utils.translation import override

from kekiz.register.exports.catalogue import Catalogue
from kekiz.register.exports.delimited import write_csv
from kekiz.register.exports.geojson import write_geojson
from kekiz.register.exports.hsds_json import write_hsds_json
from kekiz.register.exports.hsds_package import write_hsds_package
from kekiz.register.exports.parquet import write_parquet
from kekiz.register.exports.workbook import write_workbook


@dataclass(frozen=True)
class Licence:
    """Under which terms the data may be used, who publishes them, and the DCAT-AP.de name of the terms."""

    name: str
    url: str
    publisher: str
    catalogue_url: str = ""


@dataclass(frozen=True)
class Format:
    """One form: its key, the file's name, its media type, the standard it follows."""

    key: str
    file_name: str
    media_type: str
    write: Callable[[Catalogue, IO[bytes], Licence], None]
    conforms_to: str = ""


FORMATS = {
    form.key: form
    for form in (
        Format(
            "xlsx", "angebote.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda catalogue, stream, licence: write_workbook(catalogue, stream, licence.url),
        ),
        Format("csv", "angebote.csv", "text/csv", lambda catalogue, stream, _: write_csv(catalogue, stream)),
        Format(
            "hsds-json", "angebote-hsds.json", "application/json",
            lambda catalogue, stream, _: write_hsds_json(catalogue, stream), "https://docs.openreferral.org",
        ),
        Format(
            "hsds-csv", "angebote-hsds.zip", "application/zip",
            lambda catalogue, stream, licence: write_hsds_package(catalogue, stream, licence.url),
            "https://docs.openreferral.org",
        ),
        Format(
            "geojson", "angebote.geojson", "application/geo+json",
            lambda catalogue, stream, _: write_geojson(catalogue, stream),
            "https://www.rfc-editor.org/rfc/rfc7946",
        ),
        Format(
            "parquet", "angebote.parquet", "application/vnd.apache.parquet",
            lambda catalogue, stream, licence: write_parquet(catalogue, stream, licence.url),
        ),
    )
}  # fmt: skip
BY_FILE_NAME = {form.file_name: form for form in FORMATS.values()}


def write_export(form: Format, catalogue: Catalogue, stream: IO[bytes], licence: Licence) -> None:
    """Write all offers of a catalogue in one form. The words are German, whoever asks."""
    with override("de"):
        form.write(catalogue, stream, licence)
