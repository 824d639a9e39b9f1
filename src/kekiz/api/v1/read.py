"""Read endpoints of HSDS 3.1; thin, register.hsds does the work."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from kekiz.api.problems import NotFound, Problem
from kekiz.api.region import open_directory, read_region_key
from kekiz.api.v1.paging import Page, PagingQuery, make_page
from kekiz.register.hsds import queries, taxonomies
from kekiz.register.hsds.identity import Identity
from kekiz.register.hsds.queries import ServiceFilters

Json = dict[str, Any]
FAULTS = {404: Problem, 422: Problem}
# Latitude to ±90, longitude to ±180, and if wanted a distance from 1 to 999 km.
_DIGITS = r"(\.[0-9]{1,9})?"
_LAT, _LON = rf"([0-8]?[0-9]{_DIGITS}|90)", rf"((1[0-7][0-9]|[0-9]?[0-9]){_DIGITS}|180)"
POSITION = rf"^-?{_LAT},-?{_LON}(,[1-9][0-9]{{0,2}}(\.[0-9]{{1,3}})?)?$"
POSITION_WORDS = "latitude,longitude or latitude,longitude,kilometres, such as 51.94,8.88,10"
router = Router(tags=["HSDS 3.1"])


class Wanted(Schema):
    """Filters that lists share."""

    search: Annotated[str, Field("", max_length=200, description="Words, as families type them")]
    taxonomy_term_id: Annotated[
        UUID | None, Field(None, description="Only with this term (field of need, phase)")
    ]
    taxonomy_id: Annotated[UUID | None, Field(None, description="Only with a term of this taxonomy")]
    organization_id: Annotated[UUID | None, Field(None, description="Only of this organization")]
    modified_after: Annotated[
        dt.datetime | None, Field(None, description="Only approved after this moment (RFC 3339)")
    ]
    format: Annotated[Literal["json"], Field("json", description="Only json; for other forms see exports")]

    def read(self, **more: Any) -> ServiceFilters:
        """As the register asks for it."""
        moment = self.modified_after
        return ServiceFilters(
            search=self.search,
            taxonomy_term_id=str(self.taxonomy_term_id or ""),
            taxonomy_id=str(self.taxonomy_id or ""),
            organization_id=str(self.organization_id or ""),
            modified_after=moment.replace(tzinfo=dt.UTC) if moment and not moment.tzinfo else moment,
            **more,
        )


WantedQuery = Annotated[Wanted, Query(...)]
Full = Annotated[bool, Query(False, description="Everything that belongs to it, nested")]


@router.get("/services", response={200: Page, 422: Problem}, summary="List published offers")
def list_services(
    request: HttpRequest, wanted: WantedQuery, paging: PagingQuery, full: Full, minimal: bool = False
) -> Json:
    """Services by key, or the best answers first if words are asked."""
    directory = open_directory()
    names = queries.find_services(directory, wanted.read())
    return make_page(
        names, paging, lambda page: queries.write_services(directory, page, full=full, minimal=minimal)
    )


@router.get("/services/{uuid:service_id}", response={200: Json, **FAULTS}, summary="One offer")
def read_service(request: HttpRequest, service_id: UUID) -> Json:
    """A service with everything that belongs to it."""
    service = queries.read_service(open_directory(), str(service_id))
    if service is None:
        raise NotFound("service")
    return service


@router.get("/organizations", response={200: Page, 422: Problem}, summary="List providers")
def list_organizations(
    request: HttpRequest, wanted: WantedQuery, paging: PagingQuery, full: Full, full_service: bool = False
) -> Json:
    """Organizations that have a published offer that fits."""
    directory = open_directory()
    names = queries.find_organizations(directory, wanted.read())
    return make_page(
        names,
        paging,
        lambda page: queries.write_organizations(directory, page, full=full, services=full_service),
    )


@router.get("/organizations/{uuid:organization_id}", response={200: Json, **FAULTS}, summary="One provider")
def read_organization(request: HttpRequest, organization_id: UUID, full_service: bool = False) -> Json:
    """An organization, with its offers if asked."""
    found = queries.read_organization(open_directory(), str(organization_id), services=full_service)
    if found is None:
        raise NotFound("organization")
    return found


@router.get(
    "/service_at_locations", response={200: Page, 422: Problem}, summary="List offers at their places"
)
def list_places(
    request: HttpRequest,
    wanted: WantedQuery,
    paging: PagingQuery,
    full: Full,
    postcode: Annotated[str, Query("", max_length=10)],
    proximity: Annotated[str | None, Query(None, pattern=POSITION, description=POSITION_WORDS)],
) -> Json:
    """Services at their places, the nearest first if a position is given."""
    directory = open_directory()
    near, within_km = _read_proximity(proximity)
    names = queries.find_places(directory, wanted.read(postcode=postcode, near=near, within_km=within_km))
    return make_page(names, paging, lambda page: queries.write_places(directory, page, full=full))


def _read_proximity(text: str | None) -> tuple[tuple[float, float] | None, float | None]:
    if not text:
        return None, None
    lat, lon, *rest = (float(part) for part in text.split(","))
    return (lat, lon), rest[0] if rest else None


@router.get(
    "/service_at_locations/{uuid:place_id}", response={200: Json, **FAULTS}, summary="One offer at one place"
)
def read_place(request: HttpRequest, place_id: UUID) -> Json:
    """A service at one of its places, with everything."""
    found = queries.read_place(open_directory(), str(place_id))
    if found is None:
        raise NotFound("service_at_location")
    return found


@router.get("/taxonomies", response={200: Page, 422: Problem}, summary="List taxonomies")
def list_taxonomies(
    request: HttpRequest, paging: PagingQuery, search: Annotated[str, Query("", max_length=200)]
) -> Json:
    """Fields of need, life phases, facets."""
    identity = Identity(read_region_key())
    rows = [taxonomies.describe_taxonomy(identity, name) for name in taxonomies.TAXONOMIES]
    found = [row for row in rows if search.lower() in f"{row['name']} {row['description']}".lower()]
    return _page_rows(found, paging)


@router.get("/taxonomies/{uuid:taxonomy_id}", response={200: Json, **FAULTS}, summary="One taxonomy")
def read_taxonomy(request: HttpRequest, taxonomy_id: UUID) -> Json:
    """A taxonomy."""
    identity = Identity(read_region_key())
    for name in taxonomies.TAXONOMIES:
        if identity.name("taxonomy", name) == str(taxonomy_id):
            return taxonomies.describe_taxonomy(identity, name)
    raise NotFound("taxonomy")


@router.get("/taxonomy_terms", response={200: Page, 422: Problem}, summary="List terms")
def list_terms(
    request: HttpRequest,
    paging: PagingQuery,
    search: Annotated[str, Query("", max_length=200)],
    taxonomy_id: UUID | None = None,
    top_only: bool = False,
    parent_id: UUID | None = None,
) -> Json:
    """Terms of all taxonomies or of one; none of them has a parent."""
    identity = Identity(read_region_key())
    rows = [taxonomies.describe_term(identity, term) for term in taxonomies.list_terms()]
    found = [
        row
        for row in rows
        if parent_id is None
        and (taxonomy_id is None or row["taxonomy_id"] == str(taxonomy_id))
        and search.lower() in f"{row['code']} {row['name']}".lower()
    ]
    return _page_rows(found, paging)


@router.get("/taxonomy_terms/{uuid:term_id}", response={200: Json, **FAULTS}, summary="One term")
def read_term(request: HttpRequest, term_id: UUID) -> Json:
    """A term with its taxonomy."""
    identity = Identity(read_region_key())
    for term in taxonomies.list_terms():
        if identity.name("term", term.taxonomy, term.code) == str(term_id):
            return taxonomies.describe_term(identity, term, full=True)
    raise NotFound("taxonomy_term")


def _page_rows(rows: list[taxonomies.Json], paging: PagingQuery) -> Json:
    by_id = {str(row["id"]): row for row in rows}
    return make_page(list(by_id), paging, lambda page: [by_id[name] for name in page])
