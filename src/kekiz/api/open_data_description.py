"""The description of the open data with this installation's addresses: offers, and the published analysis."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from kekiz.analysis.exports import files as figure_files
from kekiz.analysis.exports.dossier import open_dossier, write_sources
from kekiz.analysis.exports.files import FigureFormat
from kekiz.analysis.models import Publication
from kekiz.analysis.queries import publication_in_force
from kekiz.api.region import read_region_key
from kekiz.evidence.queries import regions
from kekiz.register.exports import dcat
from kekiz.register.exports.files import find_last_change, find_written
from kekiz.register.exports.formats import FORMATS, Format, Licence
from kekiz.register.exports.licences import read_licence
from kekiz.register.exports.stored_files import StoredFile

# The words that portals show; the page for people has its own, in seven languages.
OFFER_TITLES = {
    "xlsx": "Angebote als Excel-Mappe", "csv": "Angebote als CSV",
    "hsds-json": "Angebote als HSDS 3.1 (JSON)", "hsds-csv": "Angebote als HSDS 3.1 (CSV-Paket)",
    "geojson": "Orte der Angebote als GeoJSON", "parquet": "Angebote als Parquet",
}  # fmt: skip
FIGURE_TITLES = {
    "csv": "Bedarf und Gründe als CSV", "parquet": "Bedarf und Gründe als Parquet",
    "geojson": "Kommunen mit Grenze und Bedarf als GeoJSON",
}  # fmt: skip


def describe_open_data(request: HttpRequest) -> dcat.JsonLd:
    """The catalogue with its datasets."""
    region, licence = read_region_key(), read_licence()
    loaded = regions()
    portal = dcat.Portal(
        page_url=request.build_absolute_uri(reverse("family:open_data")),
        api_url=request.build_absolute_uri(reverse("api:api-root")),
        openapi_url=request.build_absolute_uri(reverse("api:openapi-json")),
        site_url=request.build_absolute_uri("/"),
        area_key=region,
        area_name=loaded[0].name if loaded else settings.KEKIZ_REGION_NAME,
        contact_email=settings.KEKIZ_CONTACT_EMAIL,
    )
    datasets = [_describe_offers(request, portal, licence)]
    publication = publication_in_force(region)
    if publication is not None:
        datasets.append(_describe_figures(request, portal, licence, publication))
    return dcat.describe_catalogue(portal, datasets, licence)


def _describe_offers(request: HttpRequest, portal: dcat.Portal, licence: Licence) -> dcat.Dataset:
    written = {form.key: find_written(form, portal.area_key, licence) for form in FORMATS.values()}
    return dcat.Dataset(
        key="angebote",
        title=f"Angebote für Kinder und Familien: {portal.area_name}",
        description="Alle veröffentlichten Angebote mit Alter, Kosten, Zugang, Zeiten, Orten und Kontakt, "
        "wie Familien sie auf den Seiten sehen. Entwürfe und Ansprechpersonen sind nicht enthalten.",
        distributions=_list_files(request, FORMATS.values(), OFFER_TITLES, written),
        modified=find_last_change(),
        keywords=("Frühe Hilfen", "Präventionskette", "Familie", "Kinder", "Beratung", "HSDS"),
    )


def _describe_figures(
    request: HttpRequest, portal: dcat.Portal, licence: Licence, publication: Publication
) -> dcat.Dataset:
    run, forms = publication.run, figure_files.FORMATS.values()
    written = {form.key: figure_files.find_written(form, run, licence) for form in forms}
    dossier = open_dossier(run, licence)
    return dcat.Dataset(
        key="analyse",
        title=f"Was Kinder brauchen und was sie nicht finden: {portal.area_name}",
        description="Kinder im Jahr, die einen Platz brauchen, die einen finden, und Gründe, warum andere "
        "keinen finden; nach Kommune, Jugendamt, Lebensphase, Bedarfsfeld und Gruppe. "
        f"Stichtag {run.reference_date:%d.%m.%Y}. {' '.join(dossier.write_notes())}",
        distributions=_list_files(request, forms, FIGURE_TITLES, written),
        modified=publication.created_at,
        keywords=("Präventionskette", "Kinder", "Bedarf", "Familie", "Kinderarmut", "Sozialplanung"),
        frequency="IRREG",
        provenance=" ".join(write_sources(run)),
    )


def _list_files(
    request: HttpRequest,
    forms: Iterable[Format | FigureFormat],
    titles: dict[str, str],
    written: dict[str, StoredFile | None],
) -> list[dcat.Distribution]:
    """The files as the description lists them; sizes only of those that are there already."""
    distributions = []
    for form in forms:
        stored = written[form.key]
        distributions.append(
            dcat.Distribution(
                form.key,
                titles[form.key],
                request.build_absolute_uri(reverse("open_data_file", args=[form.file_name])),
                form.media_type,
                form.conforms_to,
                stored.size if stored else None,
            )
        )
    return distributions
