"""Every read of the planning: practices, rules, candidates, proposals. Nothing here writes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from typing import Any, cast

from django.utils import timezone

from kekiz.analysis.models import Run
from kekiz.analysis.queries import stored_inputs
from kekiz.engine.cells import gather_cells
from kekiz.engine.plan.candidates import Candidate
from kekiz.engine.plan.candidates import Practice as EnginePractice
from kekiz.engine.plan.funding import Rule, list_rules, load_rule
from kekiz.engine.plan.practices import Catalogue, HurdlePrice, build_candidates, select_candidates
from kekiz.engine.scheme import OFFER_MODES
from kekiz.evidence.queries import municipality_names, shipped_scheme
from kekiz.planning.models import ChangePrice, Practice, Proposal

CANDIDATE_KINDS = ("offer", "guide", "places", "hurdle")
LONGEST_WAIT = dt.timedelta(minutes=10)


def practices_of(region_key: str) -> list[Practice]:
    """The practices of a region in the order of their file."""
    return list(Practice.objects.filter(region_key=region_key).order_by("position"))


def change_prices_of(region_key: str) -> list[ChangePrice]:
    """What changes at existing offers cost in a region."""
    return list(ChangePrice.objects.filter(region_key=region_key).order_by("position"))


def has_practices(region_key: str) -> bool:
    """Is there anything that could be proposed?"""
    return (
        Practice.objects.filter(region_key=region_key).exists()
        or ChangePrice.objects.filter(region_key=region_key).exists()
    )


def catalogue_of(region_key: str) -> Catalogue:
    """The practices and prices as the engine takes them."""
    prices = change_prices_of(region_key)
    more = next((price for price in prices if price.kind == "places"), None)
    return Catalogue(
        practices=tuple(_build_practice(practice) for practice in practices_of(region_key)),
        eur_per_place=more.eur_per_place if more else None,
        share_more=more.share if more else 0.0,
        hurdles=tuple(
            HurdlePrice(price.hurdle, price.eur_per_place) for price in prices if price.kind == "hurdle"
        ),
    )


def _build_practice(stored: Practice) -> EnginePractice:
    codes = shipped_scheme().field_codes
    return EnginePractice(
        key=stored.key,
        name=stored.name,
        kind=stored.kind,
        fields=sum(1 << codes.index(code) for code in stored.fields),
        age_from=stored.age_from_months,
        age_to=stored.age_to_months,
        units=tuple(stored.units),
        places=stored.places,
        staff_eur=stored.staff_eur,
        material_eur=stored.material_eur,
        fixed_eur=stored.fixed_eur,
        mode=OFFER_MODES.index(stored.mode),
        guided_share=stored.guided_share,
        site_kind=stored.site_kind,
        variant_of=stored.variant_of,
        excludes=tuple(stored.excludes),
    )


def digest_catalogue(catalogue: Catalogue) -> str:
    """SHA-256 of practices and prices: other figures are another catalogue."""
    return hashlib.sha256(repr(catalogue).encode()).hexdigest()


def candidates_of(
    run: Run, catalogue: Catalogue, kinds: Collection[str] = (), ags: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """What could be done in the region of the run, limited to kinds and municipalities (empty: all)."""
    inputs = stored_inputs(run)
    cells = gather_cells(inputs.children, inputs.scheme)
    names = municipality_names(run.region_key)
    return select_candidates(build_candidates(catalogue, cells, inputs.offers, names), kinds, ags)


def funding_rules() -> tuple[Rule, ...]:
    """The funding rules that ship with kekiz, own money first."""
    return tuple(load_rule(key) for key in list_rules())


def proposals_of(region_key: str) -> list[Proposal]:
    """All proposals of a region, newest first."""
    found = Proposal.objects.filter(run__region_key=region_key).select_related("result", "run", "asked_by")
    return list(found.order_by("-pk"))


def find_proposal(region_key: str, number: int) -> Proposal | None:
    """One proposal of the region, or None."""
    found = Proposal.objects.filter(run__region_key=region_key, pk=number)
    return found.select_related("result", "run", "asked_by").first()


def plan_of(proposal: Proposal) -> dict[str, Any]:
    """The plan of a proposal whose state is ``ready``, as ``engine.plan.written`` writes it."""
    content = proposal.result.content
    if content is None:
        raise ValueError(f"Proposal {proposal.pk} has no plan: ask state_of first.")
    return cast(dict[str, Any], content)


def state_of(proposal: Proposal) -> str:
    """``waiting``, ``stuck`` (waiting longer than any proposal takes), ``failed`` or ``ready``."""
    result = getattr(proposal, "result", None)
    if result is None:
        return "stuck" if timezone.now() - proposal.asked_at > LONGEST_WAIT else "waiting"
    return "ready" if result.content is not None else "failed"
