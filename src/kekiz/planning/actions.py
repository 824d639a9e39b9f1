"""Load practices, ask for a proposal, compute it. Every write checks its rule and is logged."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.analysis.models import Run
from kekiz.analysis.queries import stored_inputs
from kekiz.engine.compute import digest_code
from kekiz.engine.norms import Level
from kekiz.engine.plan.funding import list_rules, load_rule
from kekiz.engine.plan.practices import Catalogue, read_practice_sources, read_practices
from kekiz.engine.plan.proposal import propose_plan
from kekiz.engine.plan.written import write_plan
from kekiz.engine.problems import InputError
from kekiz.engine.scheme import OFFER_MODES, Scheme
from kekiz.evidence.queries import municipality_names, shipped_scheme
from kekiz.planning import queries, rules
from kekiz.planning.models import ASSUMPTION, ChangePrice, Practice, Proposal, ProposalResult
from kekiz.planning.tasks import compute_in_background
from kekiz.register.validation import clean_row

HIGHEST_BUDGET_EUR = 100_000_000
HIGHEST_EQUITY = 100
FAILED = (
    "Beim Rechnen ist ein Fehler aufgetreten. Der Vorschlag wurde nicht erstellt; die Verwaltung des Servers "
    "findet die Ursache in dessen Protokoll."
)


def load_practices(*, actor: Actor, region_key: str, path: Path) -> int:
    """Replace the practices and prices of the region by those of a practices.toml (docs/cli.md).

    Returns how many practices there are now. Raises ActionDenied, or InvalidInput with every fault.
    """
    if not rules.can_load_practices(actor, region_key):
        raise ActionDenied("Praxen einlesen darf nur die Koordination dieser Region.")
    scheme = shipped_scheme()
    try:
        catalogue, sources = read_practices(path, scheme), read_practice_sources(path)
    except InputError as error:
        raise InvalidInput(str(error).splitlines()) from error
    with transaction.atomic():
        Practice.objects.filter(region_key=region_key).delete()
        ChangePrice.objects.filter(region_key=region_key).delete()
        rows = [
            *_build_practices(region_key, catalogue, sources, scheme),
            *_build_prices(region_key, catalogue),
        ]
        for row in rows:
            clean_row(row)
            row.save()
        write_log_entry(
            actor=actor,
            code="practices.loaded",
            target_type="practices",
            target_key=region_key,
            target_label=f"{len(catalogue.practices)} Praxen",
            area=region_key,
        )
    return len(catalogue.practices)


def _build_practices(
    region_key: str, catalogue: Catalogue, sources: dict[str, tuple[str, str]], scheme: Scheme
) -> list[Practice]:
    rows = []
    for position, one in enumerate(catalogue.practices):
        source, note = sources.get(one.key, ("", ""))
        rows.append(
            Practice(
                region_key=region_key,
                position=position,
                key=one.key,
                name=one.name,
                kind=one.kind,
                fields=[code for bit, code in enumerate(scheme.field_codes) if one.fields >> bit & 1],
                age_from_months=one.age_from,
                age_to_months=one.age_to,
                units=list(one.units),
                places=one.places,
                staff_eur=one.staff_eur,
                material_eur=one.material_eur,
                fixed_eur=one.fixed_eur,
                mode=OFFER_MODES[one.mode],
                guided_share=one.guided_share,
                site_kind=one.site_kind,
                variant_of=one.variant_of,
                excludes=list(one.excludes),
                source=source or ASSUMPTION,
                note=note,
            )
        )
    return rows


def _build_prices(region_key: str, catalogue: Catalogue) -> list[ChangePrice]:
    prices: list[dict[str, Any]] = []
    if catalogue.eur_per_place is not None:
        prices.append(
            {"kind": "places", "eur_per_place": catalogue.eur_per_place, "share": catalogue.share_more}
        )
    prices += [
        {"kind": "hurdle", "hurdle": one.hurdle, "eur_per_place": one.eur_per_place}
        for one in catalogue.hurdles
    ]
    return [
        ChangePrice(region_key=region_key, position=position, source=ASSUMPTION, **price)
        for position, price in enumerate(prices)
    ]


def request_proposal(
    *,
    actor: Actor,
    run: Run,
    budget_eur: float,
    rule_key: str,
    equity: float = 1.0,
    kinds: Collection[str] = (),
    ags: Collection[str] = (),
) -> Proposal:
    """Store what is asked and let it be computed in the background.

    ``budget_eur``: the region's own money a year; ``equity``: how many times a child of a family with little
    money counts; ``kinds`` (CANDIDATE_KINDS) and ``ags`` (municipalities) limit what is weighed, empty: all.
    Raises ActionDenied, or InvalidInput with every fault.
    """
    if not rules.can_request_proposal(actor, run.region_key):
        raise ActionDenied("Einen Vorschlag rechnen lassen darf nur die Koordination dieser Region.")
    faults = _find_faults(run, budget_eur, rule_key, equity, kinds, ags)
    if faults:
        raise InvalidInput(faults)
    proposal = Proposal(
        run=run,
        budget_eur=budget_eur,
        rule_key=rule_key,
        equity=equity,
        kinds=sorted(set(kinds), key=queries.CANDIDATE_KINDS.index),
        ags=sorted(set(ags)),
        asked_by=actor if isinstance(actor, User) else None,
    )
    with transaction.atomic():
        clean_row(proposal)
        proposal.save()
        write_log_entry(
            actor=actor,
            code="proposal.requested",
            target_type="proposal",
            target_key=proposal.pk,
            target_label=str(proposal),
            area=run.region_key,
        )
    compute_in_background.enqueue(proposal_id=proposal.pk)
    return proposal


def _find_faults(
    run: Run, budget_eur: float, rule_key: str, equity: float, kinds: Collection[str], ags: Collection[str]
) -> list[str]:
    faults = []
    if not (math.isfinite(budget_eur) and 0 <= budget_eur <= HIGHEST_BUDGET_EUR):
        faults.append("Das Budget ist ein Betrag in Euro von 0 bis 100 Millionen, etwa 60000.")
    if rule_key not in list_rules():
        faults.append(f"Die Förderregel „{rule_key}“ gibt es nicht.")
    if not (math.isfinite(equity) and 0 < equity <= HIGHEST_EQUITY):
        faults.append(f"Das Gewicht ist eine Zahl über 0 bis {HIGHEST_EQUITY}, etwa 2.")
    unknown_kinds = sorted(set(kinds) - set(queries.CANDIDATE_KINDS))
    faults += [f"Die Art „{kind}“ gibt es nicht." for kind in unknown_kinds]
    unknown_ags = sorted(set(ags) - set(municipality_names(run.region_key)))
    faults += [f"„{key}“ ist keine Kommune dieser Region." for key in unknown_ags]
    if not queries.has_practices(run.region_key):
        faults.append("Für diese Region sind keine Praxen eingelesen: Es gibt nichts vorzuschlagen.")
    return faults


def compute_proposal(*, proposal_id: int) -> ProposalResult | None:
    """Compute a proposal that was asked for and store the result; None if it has one already.

    Called by the background task: who may ask was checked when it was asked. A failure is stored in words, so
    that nobody waits for it, and raised again for the log of the worker.
    """
    proposal = Proposal.objects.select_related("run").get(pk=proposal_id)
    if ProposalResult.objects.filter(proposal=proposal).exists():
        return None
    started = time.perf_counter()
    catalogue = queries.catalogue_of(proposal.run.region_key)
    try:
        content = _plan(proposal, catalogue)
    except Exception as error:
        text = "\n".join(str(error).splitlines()) if isinstance(error, InputError) else FAILED
        _store_result(proposal, catalogue, time.perf_counter() - started, problem=text)
        logging.getLogger(__name__).exception("Proposal %s could not be computed", proposal.pk)
        raise
    return _store_result(proposal, catalogue, time.perf_counter() - started, content=content)


def _plan(proposal: Proposal, catalogue: Catalogue) -> dict[str, Any]:
    run, rule = proposal.run, load_rule(proposal.rule_key)
    inputs = stored_inputs(run)
    candidates = queries.candidates_of(run, catalogue, proposal.kinds, proposal.ags)
    plan = propose_plan(
        inputs,
        candidates,
        rule,
        proposal.budget_eur,
        equity=proposal.equity,
        level=cast(Level, run.level),
        clock=time.thread_time,
    )
    return write_plan(
        plan, inputs, rule, proposal.budget_eur, proposal.equity, municipality_names(run.region_key)
    )


def _store_result(
    proposal: Proposal,
    catalogue: Catalogue,
    seconds: float,
    *,
    content: dict[str, Any] | None = None,
    problem: str = "",
) -> ProposalResult:
    result = ProposalResult(
        proposal=proposal,
        content=content,
        practices_digest=queries.digest_catalogue(catalogue),
        code_digest=digest_code(),
        problem=problem,
        seconds=seconds,
    )
    with transaction.atomic():
        clean_row(result)
        result.save()
    return result
