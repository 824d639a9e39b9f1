"""Which area a page of the cockpit is about that needs no analysis run: read from the address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from kekiz.evidence.models import Area
from kekiz.evidence.queries import areas_of, areas_of_region, region_of
from kekiz.web.desk.choice import find_own_area


@dataclass(frozen=True)
class AreaChoice:
    """The chosen area and those to choose from; stands in for `Choice` in the frame of the cockpit."""

    area: Area
    areas: list[Area]

    @property
    def query(self) -> str:
        """The choice as the query of an address, "?" included."""
        return f"?{urlencode({'gebiet': self.area.key})}"

    @property
    def ags(self) -> tuple[str, ...]:
        """The prefixes of the area; none for the whole region, which also holds what has no place."""
        return () if self.area.kind == Area.Kind.REGION else tuple(self.area.ags)

    def areas_by_kind(self) -> list[tuple[str, list[Area]]]:
        """The areas of the choice, under the name of their kind."""
        kinds = [
            (label, [area for area in self.areas if area.kind == kind]) for kind, label in Area.Kind.choices
        ]
        return [(label, areas) for label, areas in kinds if areas]


def read_area_choice(request: HttpRequest) -> AreaChoice:
    """Read the area from the address, else the person's own.

    Raises PermissionDenied without a role in any region, Http404 for an unknown area.
    """
    areas = areas_of(request.user)
    if not areas:
        raise PermissionDenied("no role in a region of this installation")
    wanted = request.GET.get("gebiet", "")
    chosen = {area.key: area for area in areas}
    if wanted and wanted not in chosen:
        raise Http404("unknown area")
    area = chosen[wanted] if wanted else find_own_area(request.user, areas)
    return AreaChoice(area, areas_of_region(region_of(area).key))
