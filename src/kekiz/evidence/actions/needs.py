"""Needs that families report: taken in, cleaned of personal data, decided by the coordination."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.evidence import rules
from kekiz.evidence.models import ReportedNeed
from kekiz.evidence.personal_marks import find_personal_marks, remove_personal_marks
from kekiz.evidence.queries import shipped_scheme
from kekiz.register.validation import clean_row

LONGEST_TEXT = 1000
SHORTEST_TEXT = 10
_DENIED = "Über gemeldete Bedarfe entscheidet nur die Koordination der Region."


def report_need(
    *, actor: Actor, text: str, received_on: dt.date, typed_place: str = "", ags: str = ""
) -> ReportedNeed:
    """Store what a family misses, in any language. Nobody sees it but the coordination.

    The log holds its number only. Raises ActionDenied, or InvalidInput with every fault.
    """
    if not rules.can_report_need(actor):
        raise ActionDenied("Einen Bedarf melden dürfen alle.")
    text = text.strip()
    faults = []
    if len(text) < SHORTEST_TEXT:
        faults.append("Bitte schreiben Sie in einem Satz, was fehlt.")
    if len(text) > LONGEST_TEXT:
        faults.append(f"Der Text ist zu lang ({len(text)} Zeichen). Möglich sind {LONGEST_TEXT} Zeichen.")
    if faults:
        raise InvalidInput(faults)
    need = ReportedNeed(
        text=text,
        typed_place=typed_place,
        ags=ags,
        received_on=received_on,
        has_personal_marks=bool(find_personal_marks(f"{text} {typed_place}")),
    )
    with transaction.atomic():
        clean_row(need)
        need.save()
        _log(actor, "need.reported", need)
    return need


def redact_need(*, actor: Actor, region_key: str, need: ReportedNeed) -> ReportedNeed:
    """Replace what looks like personal data by […]; it cannot be brought back. Raises ActionDenied."""
    _require_triage(actor, region_key, need)
    with transaction.atomic():
        current = ReportedNeed.objects.select_for_update().get(pk=need.pk)
        current.text = remove_personal_marks(current.text)
        current.typed_place = remove_personal_marks(current.typed_place)
        current.has_personal_marks = False
        clean_row(current)
        current.save()
        _log(actor, "need.redacted", current)
    return current


def decide_need(
    *,
    actor: Actor,
    region_key: str,
    need: ReportedNeed,
    state: str,
    reason: str,
    decided_on: dt.date,
    phase: str = "",
    field: str = "",
    ags: str = "",
) -> ReportedNeed:
    """Say to which link (phase × field) and area a need belongs and what becomes of it, with a reason.

    Raises ActionDenied, or InvalidInput with every fault.
    """
    _require_triage(actor, region_key, need)
    faults = _find_faults(region_key, state, reason, phase, field, ags)
    if faults:
        raise InvalidInput(faults)
    with transaction.atomic():
        current = ReportedNeed.objects.select_for_update().get(pk=need.pk)
        before = current.state
        current.state, current.reason = state, reason.strip()
        current.phase, current.field, current.ags = phase, field, ags
        current.decided_on = decided_on
        current.decided_by = actor if isinstance(actor, User) else None
        clean_row(current)
        current.save()
        _log(actor, "need.decided", current, {"state": [before, state]})
    return current


def _find_faults(region_key: str, state: str, reason: str, phase: str, field: str, ags: str) -> list[str]:
    scheme = shipped_scheme()
    faults = []
    if state not in ReportedNeed.State.values:
        faults.append("Bitte wählen Sie eine Entscheidung aus der Liste.")
    if state != ReportedNeed.State.NEW and not reason.strip():
        faults.append("Bitte begründen Sie die Entscheidung in einem Satz.")
    if phase and phase not in scheme.phase_codes:
        faults.append(f"Die Lebensphase „{phase[:20]}“ gibt es nicht.")
    if field and field not in scheme.field_codes:
        faults.append(f"Das Bedarfsfeld „{field[:20]}“ gibt es nicht.")
    if ags and not ags.startswith(region_key):
        faults.append("Dieses Gebiet gehört nicht zur Region.")
    if state == ReportedNeed.State.REACT and not (phase and field):
        faults.append(
            "Wer reagieren will, nennt Lebensphase und Bedarfsfeld: Dort zeigt das Cockpit die Lücke."
        )
    return faults


def _require_triage(actor: Actor, region_key: str, need: ReportedNeed) -> None:
    is_of_region = not need.ags or need.ags.startswith(region_key)
    if not is_of_region or not rules.can_triage_needs(actor, region_key):
        raise ActionDenied(_DENIED)


def _log(actor: Actor, code: str, need: ReportedNeed, changes: dict[str, list[str]] | None = None) -> None:
    write_log_entry(
        actor=actor,
        code=code,
        target_type="need",
        target_key=need.pk,
        target_label=str(need),
        area=need.ags,
        changes=changes,
    )
