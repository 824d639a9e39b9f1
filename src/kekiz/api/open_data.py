"""Open data for programs: files of offers and of the published analysis, their description for portals."""

from __future__ import annotations

from collections.abc import Callable

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from kekiz.analysis.exports import files as figure_files
from kekiz.analysis.queries import publication_in_force
from kekiz.api.middleware import SECONDS_FRESH
from kekiz.api.open_data_description import describe_open_data
from kekiz.api.problems import answer_problem
from kekiz.api.region import read_region_key
from kekiz.register.exports import dcat
from kekiz.register.exports.files import make_etag, open_export
from kekiz.register.exports.formats import BY_FILE_NAME
from kekiz.register.exports.licences import read_licence
from kekiz.register.exports.stored_files import BusyError, StoredFile

CATALOGUES: dict[str, tuple[str, Callable[[dcat.JsonLd], bytes]]] = {
    "katalog.jsonld": ("application/ld+json", dcat.write_json_ld),
    "katalog.ttl": ("text/turtle", dcat.write_turtle),
}


@require_safe
def send_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the files, or the description of all."""
    if name in CATALOGUES:
        return _send_catalogue(request, name)
    try:
        stored, media_type = _open_file(name)
    except BusyError:
        busy = answer_problem(503, "The file is being written. Please ask again in half a minute.")
        busy["Retry-After"] = "30"
        return busy
    unchanged = get_conditional_response(request, etag=stored.etag)
    if unchanged is not None:
        return _mark(unchanged, stored.etag)
    is_text = media_type.startswith("text/")
    content_type = f"{media_type}; charset=utf-8" if is_text else media_type
    response = FileResponse(
        stored.path.open("rb"), as_attachment=True, filename=name, content_type=content_type
    )
    return _mark(response, stored.etag)


def _open_file(name: str) -> tuple[StoredFile, str]:
    """A file of the register, or of the published analysis, and its media type. Raises Http404, BusyError."""
    region, licence = read_region_key(), read_licence()
    if name in BY_FILE_NAME:
        form = BY_FILE_NAME[name]
        return open_export(form, region, licence), form.media_type
    publication = publication_in_force(region)
    if name not in figure_files.BY_FILE_NAME or publication is None:
        raise Http404("unknown file")
    figures = figure_files.BY_FILE_NAME[name]
    return figure_files.open_figures(figures, publication.run, licence), figures.media_type


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
