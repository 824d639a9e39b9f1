"""The open data for people: what each file is, its licence, its date and size."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from kekiz.analysis.exports import files as figure_files
from kekiz.analysis.exports.columns import COLUMNS
from kekiz.analysis.exports.dossier import write_sources
from kekiz.analysis.exports.files import FigureFormat
from kekiz.analysis.queries import publication_in_force
from kekiz.api.region import read_region_key
from kekiz.register.exports.files import find_last_change, find_size
from kekiz.register.exports.formats import FORMATS, Format, Licence
from kekiz.register.exports.licences import read_licence
from kekiz.web.words import write_date, write_number

_WORDS = {
    "xlsx": (
        gettext_noop("Excel-Mappe"),
        gettext_noop("Zum Lesen und Bearbeiten im Tabellenprogramm."),
    ),
    "csv": (gettext_noop("CSV-Tabelle"), gettext_noop("Dieselbe Tabelle als Text, mit Semikolon getrennt.")),
    "hsds-json": (
        gettext_noop("HSDS als JSON"),
        gettext_noop("Für Programme, nach dem internationalen Standard für soziale Angebote."),
    ),
    "hsds-csv": (
        gettext_noop("HSDS als CSV-Paket"),
        gettext_noop("Derselbe Standard als verknüpfte Tabellen in einem Zip-Archiv."),
    ),
    "geojson": (
        "GeoJSON",
        gettext_noop("Für Karten: ein Punkt für jedes Angebot an jedem Ort. Angebote ohne Ort fehlen darin."),
    ),
    "parquet": ("Parquet", gettext_noop("Für Auswertungen mit Programmen.")),
}


_FIGURE_WORDS = {
    "csv": (
        gettext_noop("CSV-Tabelle"),
        gettext_noop(
            "Eine Zeile für jeden Bedarf, mit Semikolon getrennt. Ein Punkt heißt: geschützte Zahl."
        ),
    ),
    "parquet": ("Parquet", gettext_noop("Für Auswertungen mit Programmen.")),
    "geojson": (
        "GeoJSON",
        gettext_noop("Für Karten: jede Kommune mit ihrer Grenze und den Zahlen aller Lebensphasen zusammen."),
    ),
}


@dataclass(frozen=True)
class FileLine:
    """One file as the page shows it; ``size`` is "" while nobody has asked for the file."""

    title: str
    words: str
    file_name: str
    url: str
    size: str


@dataclass(frozen=True)
class FigureSection:
    """What the page says of the published analysis."""

    lines: list[FileLine]
    reference_date: str
    published: str
    is_estimated: bool
    is_invented: bool
    sources: list[str]
    columns: list[tuple[str, str, str]]  # header in CSV, name for programs, meaning


@require_safe
def show_open_data(request: HttpRequest) -> HttpResponse:
    """All files; none of them is written for this page."""
    changed, region, licence = find_last_change(), read_region_key(), read_licence()
    lines = [
        _describe_line(form, _WORDS[form.key], find_size(form, region, licence)) for form in FORMATS.values()
    ]
    context = {
        "lines": lines,
        "figures": _describe_figures(region, licence),
        "licence": licence,
        "today": write_date(timezone.localdate()),
        "changed": write_date(timezone.localtime(changed).date()) if changed else "",
    }
    return render(request, "family/open_data.html", context)


def _describe_figures(region: str, licence: Licence) -> FigureSection | None:
    """The section of the published run; None while nothing is public."""
    publication = publication_in_force(region)
    if publication is None:
        return None
    run = publication.run
    return FigureSection(
        lines=[
            _describe_line(form, _FIGURE_WORDS[form.key], figure_files.find_size(form, run, licence))
            for form in figure_files.FORMATS.values()
        ],
        reference_date=write_date(run.reference_date),
        published=write_date(timezone.localtime(publication.created_at).date()),
        is_estimated=run.is_synthetic,
        is_invented=run.has_invented_offers,
        sources=write_sources(run),
        columns=[(column.header, column.name, gettext(column.meaning)) for column in COLUMNS],
    )


def _describe_line(form: Format | FigureFormat, words: tuple[str, str], size: int | None) -> FileLine:
    return FileLine(
        title=gettext(words[0]),
        words=gettext(words[1]),
        file_name=form.file_name,
        url=reverse("open_data_file", args=[form.file_name]),
        size=_write_size(size),
    )


def _write_size(size: int | None) -> str:
    if size is None:
        return ""
    if size < 1_000_000:
        return f"{write_number(max(size / 1000, 1))} kB"
    return f"{write_number(size / 1_000_000, 1)} MB"
