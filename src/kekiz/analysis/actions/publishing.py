"""Make the figures of a run open data, and take that back: a step of its own each, the run stays as it is."""

from __future__ import annotations

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.analysis import rules
from kekiz.analysis.models import Publication, PublicationStep, Run
from kekiz.analysis.queries import latest_run, publications_of, table_names
from kekiz.analysis.queries.disclosure import find_betrayed
from kekiz.analysis.queries.publications import runs_ever_published
from kekiz.engine.published import HIDDEN
from kekiz.register.validation import clean_row


def publish_run(*, actor: Actor, run: Run, seen: int | None = None) -> Publication:
    """Make the figures of the newest run of a region open data, in place of what was public before.

    ``seen``: number of the newest step that the actor had before the eyes (0: none); None does not check.
    Raises ActionDenied, or InvalidInput if the run cannot be published or somebody else was quicker.
    """
    _require_publisher(actor, run.region_key)
    with transaction.atomic():
        steps = _lock_publications(run, seen)
        problem = _find_obstacle(run, steps)
        if problem:
            raise InvalidInput([problem])
        return _store_step(actor, run, PublicationStep.PUBLISHED)


def take_back_run(*, actor: Actor, run: Run, seen: int | None = None) -> Publication:
    """End the publication of a run; nothing of the analysis is open data then. Raises as ``publish_run``."""
    _require_publisher(actor, run.region_key)
    with transaction.atomic():
        steps = _lock_publications(run, seen)
        if not steps or steps[0].run_id != run.pk or steps[0].step != PublicationStep.PUBLISHED:
            raise InvalidInput([f"Lauf {run.pk} ist nicht veröffentlicht."])
        return _store_step(actor, run, PublicationStep.TAKEN_BACK)


def _require_publisher(actor: Actor, region_key: str) -> None:
    if not rules.can_publish_run(actor, region_key):
        raise ActionDenied(
            "Zahlen der Analyse veröffentlichen oder zurücknehmen darf nur die Koordination dieser Region."
        )


def _lock_publications(run: Run, seen: int | None) -> list[Publication]:
    """The steps of the region, newest first; two people who act at once come one after the other."""
    first = Run.objects.filter(region_key=run.region_key).order_by("pk")
    first.select_for_update().only("pk").first()
    steps = publications_of(run.region_key)
    if seen not in {None, steps[0].pk if steps else 0}:
        raise InvalidInput(
            [
                "Inzwischen hat jemand anderes hier etwas geändert. Bitte lesen Sie, was jetzt öffentlich "
                "ist, und entscheiden Sie dann noch einmal."
            ]
        )
    return steps


def _find_obstacle(run: Run, steps: list[Publication]) -> str:
    """Why the run cannot be published; "" if it can."""
    newest = latest_run(run.region_key)
    if newest is not None and newest.pk != run.pk:
        return f"Veröffentlicht wird immer die neueste Analyse. Das ist jetzt Lauf {newest.pk}."
    if steps and steps[0].run_id == run.pk and steps[0].step == PublicationStep.PUBLISHED:
        return f"Lauf {run.pk} ist schon veröffentlicht."
    if HIDDEN not in table_names(run):
        return (
            f"Lauf {run.pk} stammt aus der Zeit, bevor kleine Zahlen mit dem Lauf geschützt wurden. Bitte "
            "rechnen Sie die Analyse neu und veröffentlichen Sie den neuen Lauf."
        )
    betrayed = find_betrayed(run, runs_ever_published(run.region_key))
    if betrayed is None:
        return ""
    return (
        f"Lauf {run.pk} zeigt Zahlen, die in den Dateien von Lauf {betrayed.pk} geschützt sind. Bitte "
        "rechnen Sie die Analyse neu: Ein neuer Lauf schützt sie wieder."
    )


def _store_step(actor: Actor, run: Run, step: PublicationStep) -> Publication:
    row = Publication(
        region_key=run.region_key,
        run=run,
        step=step,
        created_by=actor if isinstance(actor, User) else None,
    )
    clean_row(row)
    row.save()
    write_log_entry(
        actor=actor,
        code=f"run.{step.value}",
        target_type="run",
        target_key=run.pk,
        target_label=str(run),
        area=run.region_key,
    )
    return row
