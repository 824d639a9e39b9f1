"""Which area and group a cockpit page is about: read from the address, checked against the person's roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kekiz.accounts.actors import Actor
from kekiz.accounts.rules import roles_of
from kekiz.analysis.models import Run
from kekiz.analysis.queries import latest_run
from kekiz.engine.scheme import Group
from kekiz.evidence.models import Area
from kekiz.evidence.queries import areas_of, areas_of_region, region_of, shipped_scheme

OWN_AREA_ROLES = ("youth_office", "municipality")
Extra = ParamSpec("Extra")


@dataclass(frozen=True)
class Choice:
    """What a cockpit page shows: a run, an area of its region, and a group ("" = all children)."""

    run: Run
    area: Area
    areas: list[Area]
    group: str

    @property
    def region_area(self) -> Area | None:
        """The area as the queries take it: None for the whole region."""
        return None if self.area.kind == Area.Kind.REGION else self.area

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that can be chosen."""
        return shipped_scheme().groups

    @property
    def group_name(self) -> str:
        """The group in words; empty for all children."""
        return next((group.name for group in self.groups if group.code == self.group), "")

    @property
    def place_words(self) -> str:
        """The area as it stands in a sentence: "in Lemgo", "im Kreis Lippe", "im Gebiet Jugendamt Lage"."""
        if self.area.kind == Area.Kind.YOUTH_OFFICE:
            return f"im Gebiet {self.area.name}"
        return f"im {self.area.name}" if self.area.name.startswith("Kreis") else f"in {self.area.name}"

    @property
    def query(self) -> str:
        """The choice as the query of an address, "?" included."""
        return self.query_for(self.area.key)

    def query_for(self, area_key: str) -> str:
        """The query for another area and the same group."""
        parts = {"gebiet": area_key, "gruppe": self.group}
        return f"?{urlencode({name: value for name, value in parts.items() if value})}"

    def link(self, name: str, *args: str) -> str:
        """The address of a cockpit page with the same choice."""
        return reverse(f"desk:{name}", args=args) + self.query

    def areas_by_kind(self) -> list[tuple[str, list[Area]]]:
        """The areas of the choice, under the name of their kind."""
        kinds = [
            (label, [area for area in self.areas if area.kind == kind]) for kind, label in Area.Kind.choices
        ]
        return [(label, areas) for label, areas in kinds if areas]


def find_own_area(actor: Actor, areas: list[Area]) -> Area:
    """The area a person starts with: the own youth welfare office or municipality, else the region."""
    for role in roles_of(actor):
        if role.role not in OWN_AREA_ROLES:
            continue
        held = set(role.ags_prefixes)
        matching = [area for area in areas if set(area.ags) == held and area.kind == role.role]
        matching += [area for area in areas if set(area.ags) == held]
        if matching:
            return matching[0]
    return areas[0]


def read_choice(request: HttpRequest) -> Choice | None:
    """Read area and group from the address; None while there is no run yet.

    Raises PermissionDenied without a role in any region, Http404 for an unknown area or group.
    """
    areas = areas_of(request.user)
    if not areas:
        raise PermissionDenied("no role in a region of this installation")
    wanted = request.GET.get("gebiet", "")
    chosen = {area.key: area for area in areas}
    if wanted and wanted not in chosen:
        raise Http404("unknown area")
    area = chosen[wanted] if wanted else find_own_area(request.user, areas)
    group = request.GET.get("gruppe", "")
    if group and group not in shipped_scheme().group_codes:
        raise Http404("unknown group")
    region = region_of(area)
    run = latest_run(region.key)
    if run is None:
        return None
    return Choice(run=run, area=area, areas=areas_of_region(region.key), group=group)


def show_for_choice(
    view: Callable[Concatenate[HttpRequest, Choice, Extra], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Extra], HttpResponse]:
    """Give a cockpit view its choice; asks for a login, and shows what to do first while there is no run."""

    @login_required
    @wraps(view)
    def show(request: HttpRequest, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponse:
        choice = read_choice(request)
        if choice is None:
            return render(request, "desk/no_run.html")
        return view(request, choice, *args, **kwargs)

    return show
