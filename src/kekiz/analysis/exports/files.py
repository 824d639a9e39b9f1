"""The files of the published run: their names and forms, written when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.utils.translation import override

from kekiz.analysis.exports.delimited import write_csv
from kekiz.analysis.exports.dossier import KINDS, Dossier, open_dossier
from kekiz.analysis.exports.geojson import write_geojson
from kekiz.analysis.exports.parquet import write_parquet
from kekiz.analysis.models import Run, RunTable
from kekiz.evidence.queries import areas_of_region
from kekiz.register.exports import stored_files
from kekiz.register.exports.formats import Licence
from kekiz.register.exports.stored_files import StoredFile

# Another way of writing makes another file: raise it with every change of a form.
WRITING = 1


@dataclass(frozen=True)
class FigureFormat:
    """One form: its key, the file's name, its media type, the standard it follows."""

    key: str
    file_name: str
    media_type: str
    write: Callable[[Dossier, IO[bytes]], None]
    conforms_to: str = ""
    has_boundaries: bool = False


FORMATS = {
    form.key: form
    for form in (
        FigureFormat("csv", "analyse.csv", "text/csv", write_csv),
        FigureFormat("parquet", "analyse.parquet", "application/vnd.apache.parquet", write_parquet),
        FigureFormat(
            "geojson", "analyse.geojson", "application/geo+json", write_geojson,
            "https://www.rfc-editor.org/rfc/rfc7946", has_boundaries=True,
        ),
    )
}  # fmt: skip
BY_FILE_NAME = {form.file_name: form for form in FORMATS.values()}


def open_figures(form: FigureFormat, run: Run, licence: Licence) -> StoredFile:
    """The file of a published run; written if it is not there yet, one at a time. Raises BusyError."""

    def write(stream: IO[bytes]) -> None:
        write_figures(form, run, stream, licence)

    return stored_files.open_stored(_digest(form, run, licence), form.file_name, write)


def write_figures(form: FigureFormat, run: Run, stream: IO[bytes], licence: Licence) -> None:
    """Write the figures of a published run in one form. The words are German, whoever asks."""
    with override("de"):
        form.write(open_dossier(run, licence, with_boundaries=form.has_boundaries), stream)


def find_written(form: FigureFormat, run: Run, licence: Licence) -> StoredFile | None:
    """The same file, only if it is there already."""
    return stored_files.find_stored(_digest(form, run, licence), form.file_name)


def find_size(form: FigureFormat, run: Run, licence: Licence) -> int | None:
    """How large the file is, or was when it was last written; None if nobody has asked for it yet."""
    return stored_files.find_size(_digest(form, run, licence), form.file_name)


def _digest(form: FigureFormat, run: Run, licence: Licence) -> str:
    """All that a file follows from: figures and dots, what is said of the run, areas, terms."""
    tables = RunTable.objects.filter(run=run, name__in=("links", "hidden")).order_by("name")
    columns = ("key", "name", "kind", "ags", "source", *(("boundary",) if form.has_boundaries else ()))
    areas = [
        [getattr(area, name) for name in columns]
        for area in areas_of_region(run.region_key, with_boundaries=form.has_boundaries)
        if area.kind in KINDS
    ]
    said = (run.reference_date, run.sources, run.is_synthetic, run.has_invented_offers)
    figures = list(tables.values_list("name", "digest"))
    return stored_files.digest((WRITING, form.key, figures, said, areas, licence))
