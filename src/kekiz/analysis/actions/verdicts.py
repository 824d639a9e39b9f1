"""Give verdicts: what people say of an item that a run lists."""

from __future__ import annotations

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.analysis import rules
from kekiz.analysis.models import Run, Verdict
from kekiz.analysis.queries.items import Item
from kekiz.analysis.standing import digest_evidence
from kekiz.register.validation import clean_row

STALE_SEEN = (
    "Inzwischen hat jemand anderes hier geantwortet, oder es gibt eine neue Analyse. Bitte lesen Sie, was "
    "jetzt hier steht, und senden Sie Ihre Antwort dann noch einmal."
)


def give_verdict(
    *,
    actor: Actor,
    run: Run,
    item: Item,
    verdict: str,
    reason: str = "",
    seen_run: int | None = None,
    seen_verdict: int | None = None,
) -> Verdict:
    """Say what people think of an item of the run; the newest verdict counts, the older ones stay.

    ``seen_run`` and ``seen_verdict`` (0: none) are what the actor had before the eyes; None does not check.
    Raises ActionDenied, InvalidFields, and InvalidInput if run or verdict are no longer the newest.
    """
    if not rules.can_judge(actor, run.region_key, item.ags):
        raise ActionDenied(
            "Antworten darf hier nur die Koordination der Region oder das Jugendamt, in dessen Gebiet "
            "alles liegt."
        )
    row = Verdict(
        region_key=run.region_key,
        kind=item.kind,
        item_key=item.key,
        title=item.title[:300],
        area=" ".join(item.ags) or run.region_key,
        verdict=verdict,
        reason=reason.strip(),
        run=run,
        evidence=item.evidence,
        evidence_digest=digest_evidence(item.evidence),
        created_by=actor if isinstance(actor, User) else None,
    )
    with transaction.atomic():
        before = _lock_verdicts(run, item)
        if seen_run not in {None, run.pk} or seen_verdict not in {None, before.pk if before else 0}:
            raise InvalidInput([STALE_SEEN])
        clean_row(row)
        row.save()
        write_log_entry(
            actor=actor,
            code="verdict.given",
            target_type="verdict",
            target_key=row.pk,
            target_label=f"{item.title[:150]}: {row.get_verdict_display()}",
            area=row.area,
            changes={"verdict": [before.verdict if before else None, row.verdict]},
        )
    return row


def _lock_verdicts(run: Run, item: Item) -> Verdict | None:
    """The newest verdict of the item; two people who judge at once come one after the other."""
    Run.objects.select_for_update().only("pk").get(pk=run.pk)
    given = Verdict.objects.filter(region_key=run.region_key, kind=item.kind, item_key=item.key)
    return given.order_by("-pk").first()
