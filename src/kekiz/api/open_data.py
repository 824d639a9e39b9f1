"""Open data for programs: the files of all published offers, and their description for data portals."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from kekiz.api.middleware import SECONDS_FRESH
from kekiz.api.problems import answer_problem
from kekiz.api.region import read_region_key
from kekiz.evidence.queries import regions
from kekiz.register.exports import dcat
from kekiz.register.exports.files import BusyError, find_last_change, find_written, make_etag, open_export
from kekiz.register.exports.formats import BY_FILE_NAME, FORMATS
from kekiz.register.exports.licences import read_licence

# The words that portals show; the page for people has its own, in seven languages.
TITLES = {
    "xlsx": "Angebote als Excel-Mappe", "csv": "Angebote als CSV",
    "hsds-json": "Angebote als HSDS 3.1 (JSON)", "hsds-csv": "Angebote als HSDS 3.1 (CSV-Paket)",
    "geojson": "Orte der Angebote als GeoJSON", "parquet": "Angebote als Parquet",
}  # fmt: skip
CATALOGUES: dict[str, tuple[str, Callable[[dcat.JsonLd], bytes]]] = {
    "katalog.jsonld": ("application/ld+json", dcat.write_json_ld),
    "katalog.ttl": ("text/turtle", dcat.write_turtle),
}


@require_safe
def send_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the files, or the description of all."""
    if name in CATALOGUES:
        return _send_catalogue(request, name)
    if name not in BY_FILE_NAME:
        raise Http404("unknown file")
    form = BY_FILE_NAME[name]
    try:
        stored = open_export(form, read_region_key(), read_licence())
    except BusyError:
        busy = answer_problem(503, "The file is being written. Please ask again in half a minute.")
        busy["Retry-After"] = "30"
        return busy
    unchanged = get_conditional_response(request, etag=stored.etag)
    if unchanged is not None:
        return _mark(unchanged, stored.etag)
    is_text = form.media_type.startswith("text/")
    content_type = f"{form.media_type}; charset=utf-8" if is_text else form.media_type
    response = FileResponse(
        stored.path.open("rb"), as_attachment=True, filename=name, content_type=content_type
    )
    return _mark(response, stored.etag)


def _send_catalogue(request: HttpRequest, name: str) -> HttpResponseBase:
    media_type, write = CATALOGUES[name]
    # The description names addresses and sizes, so both belong to its ETag.
    described = describe_open_data(request)
    etag = make_etag(read_region_key(), read_licence(), f"{name} {dcat.write_json_ld(described)!r}")
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _mark(unchanged, etag)
    response = HttpResponse(write(described), content_type=f"{media_type}; charset=utf-8")
    return _mark(response, etag)


def _mark(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=SECONDS_FRESH)
    return response


def describe_open_data(request: HttpRequest) -> dcat.JsonLd:
    """The catalogue with this installation's addresses."""
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
    distributions = []
    for form in FORMATS.values():
        written = find_written(form, region, licence)
        distributions.append(
            dcat.Distribution(
                form.key,
                TITLES[form.key],
                request.build_absolute_uri(reverse("open_data_file", args=[form.file_name])),
                form.media_type,
                form.conforms_to,
                written.size if written else None,
            )
        )
    offers = dcat.Dataset(
        key="angebote",
        title=f"Angebote für Kinder und Familien: {portal.area_name}",
        description="Alle veröffentlichten Angebote mit Alter, Kosten, Zugang, Zeiten, Orten und Kontakt, "
        "wie Familien sie auf den Seiten sehen. Entwürfe und Ansprechpersonen sind nicht enthalten.",
        distributions=distributions,
        modified=find_last_change(),
        keywords=("Frühe Hilfen", "Präventionskette", "Familie", "Kinder", "Beratung", "HSDS"),
    )
    return dcat.describe_catalogue(portal, [offers], licence)
