"""All that the files of a published run tell: its figures by area, where they come from, its terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kekiz.accounts.areas import is_covered
from kekiz.analysis.models import Run
from kekiz.analysis.queries.reasons import Reasons, link_cube, shown_total
from kekiz.engine.published import ALL, name_links
from kekiz.evidence.models import Area
from kekiz.evidence.queries import areas_of_region, shipped_scheme
from kekiz.register.exports.formats import Licence

KINDS = (Area.Kind.REGION, Area.Kind.YOUTH_OFFICE, Area.Kind.MUNICIPALITY)
ESTIMATED = "Die Kinderzahlen sind nach Annahmen auf Orte, Alter und Gruppen verteilt, nicht gezählt."
INVENTED = "Die Angebote sind erfunden. Die Zahlen zeigen, was kekiz kann, nicht wie es in der Region ist."
MODELLED = (
    "Bedarf und Gründe sind mit einem Modell berechnet, nicht gezählt; viele seiner Kennwerte sind Annahmen."
)
PROTECTED = (
    "Kleine Zahlen, und weitere, aus denen man sie ausrechnen könnte, sind geschützt und fehlen: in CSV ein "
    "Punkt, sonst leer mit is_hidden."
)


@dataclass(frozen=True)
class FigureArea:
    """An area of the files: official key or short name, the name, its kind, its municipalities in the run."""

    key: str
    name: str
    kind: str
    ags: tuple[str, ...]
    boundary: dict[str, Any] | None = None
    source: str = ""


@dataclass(frozen=True)
class Figure:
    """The need of one area × phase × field × group with its reasons; "" is all of them."""

    area: FigureArea
    phase: str
    field: str
    group: str
    reasons: Reasons


@dataclass(frozen=True)
class Dossier:
    """A published run as its files tell it. ``areas``: the region, youth welfare offices, municipalities."""

    run: Run
    areas: tuple[FigureArea, ...]
    licence: Licence

    @property
    def municipalities(self) -> tuple[FigureArea, ...]:
        """The municipalities by key."""
        return tuple(area for area in self.areas if area.kind == Area.Kind.MUNICIPALITY)

    def figures(self) -> Iterator[Figure]:
        """Every area × (link, then phase, then the whole chain) × (group, then all children)."""
        scheme = shipped_scheme()
        for area in self.areas:
            for phase, field in name_links(scheme):
                for group in (*scheme.group_codes, ALL):
                    yield Figure(area, phase, field, group, self.read(area, phase, field, group))

    def read(self, area: FigureArea, phase: str = ALL, field: str = ALL, group: str = ALL) -> Reasons:
        """One figure as pages show it: hidden where they do not."""
        cube = link_cube(self.run)
        return shown_total(self.run, cube, ags=list(area.ags), phase=phase, field=field, group=group)

    def write_notes(self) -> list[str]:
        """What everybody has to know who uses the figures, a sentence each."""
        notes = [MODELLED]
        notes += [ESTIMATED] if self.run.is_synthetic else []
        notes += [INVENTED] if self.run.has_invented_offers else []
        return [*notes, PROTECTED]


def open_dossier(run: Run, licence: Licence, *, with_boundaries: bool = False) -> Dossier:
    """The run with the areas of today, in a fixed order; areas without children are left out."""
    towns = link_cube(run).ags
    areas_of_today = areas_of_region(run.region_key, with_boundaries=with_boundaries)
    known = [area for area in areas_of_today if area.kind in KINDS]
    areas = [
        FigureArea(
            key=area.key,
            name=area.name,
            kind=area.kind,
            ags=towns if area.kind == Area.Kind.REGION else _pick(towns, area),
            boundary=area.boundary if with_boundaries else None,
            source=area.source,
        )
        for area in known
    ]
    named = {area.key for area in areas}
    areas += [FigureArea(ags, ags, Area.Kind.MUNICIPALITY, (ags,)) for ags in towns if ags not in named]
    order = {kind: position for position, kind in enumerate(KINDS)}
    kept = (area for area in areas if area.ags)
    return Dossier(
        run, tuple(sorted(kept, key=lambda area: (order[Area.Kind(area.kind)], area.key))), licence
    )


def write_sources(run: Run) -> list[str]:
    """Where the run's children and its assumptions come from, in German, some sentences each."""
    return [_write_source(source) for source in run.sources]


def _pick(towns: tuple[str, ...], area: Area) -> tuple[str, ...]:
    return tuple(ags for ags in towns if is_covered(ags, area.ags))


def _write_source(source: dict[str, Any]) -> str:
    name, year = source.get("name", ""), source.get("year")
    told = [f"{name}, {year}" if year else name]
    if source.get("source"):
        licence = f" ({source['licence']})" if source.get("licence") else ""
        told.append(f"Quelle: {source['source']}{licence}")
    told += [source.get("method", ""), source.get("note", "")]
    return " ".join(part if part.endswith((".", "!")) else f"{part}." for part in told if part)
