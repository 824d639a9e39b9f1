"""Which run of a region is open data now, and which ones have been."""

from __future__ import annotations

from kekiz.analysis.models import Publication, PublicationStep, Run


def publications_of(region_key: str) -> list[Publication]:
    """Every step of publishing and taking back, the newest first."""
    steps = Publication.objects.filter(region_key=region_key).select_related("run", "created_by")
    return list(steps.order_by("-pk"))


def publication_in_force(region_key: str) -> Publication | None:
    """The step that made the figures public which are public now; None if none are."""
    steps = Publication.objects.filter(region_key=region_key).select_related("run", "created_by")
    newest = steps.order_by("-pk").first()
    return newest if newest is not None and newest.step == PublicationStep.PUBLISHED else None


def runs_ever_published(region_key: str) -> list[Run]:
    """Every run whose figures have been public, newest first: copies of its files are in other hands."""
    published = Publication.objects.filter(region_key=region_key).values("run")
    return list(Run.objects.filter(pk__in=published).order_by("-pk"))
