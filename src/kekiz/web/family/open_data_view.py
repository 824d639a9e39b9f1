"""The open data for people: what each file is, its licence, its date and size."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from kekiz.api.region import read_region_key
from kekiz.register.exports.files import find_last_change, find_size
from kekiz.register.exports.formats import FORMATS
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


@dataclass(frozen=True)
class FileLine:
    """One file as the page shows it; ``size`` is "" while nobody has asked for the file."""

    title: str
    words: str
    file_name: str
    url: str
    size: str


@require_safe
def show_open_data(request: HttpRequest) -> HttpResponse:
    """All files; none of them is written for this page."""
    changed = find_last_change()
    lines = [
        FileLine(
            title=gettext(_WORDS[form.key][0]),
            words=gettext(_WORDS[form.key][1]),
            file_name=form.file_name,
            url=reverse("open_data_file", args=[form.file_name]),
            size=_write_size(find_size(form, read_region_key(), read_licence())),
        )
        for form in FORMATS.values()
    ]
    context = {
        "lines": lines,
        "licence": read_licence(),
        "today": write_date(timezone.localdate()),
        "changed": write_date(timezone.localtime(changed).date()) if changed else "",
    }
    return render(request, "family/open_data.html", context)


def _write_size(size: int | None) -> str:
    if size is None:
        return ""
    if size < 1_000_000:
        return f"{write_number(max(size / 1000, 1))} kB"
    return f"{write_number(size / 1_000_000, 1)} MB"
