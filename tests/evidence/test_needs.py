"""Needs that families report: everybody writes, the coordination decides, nobody else reads."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from tests.conftest import LEMGO, LIPPE, make_person

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import LogEntry
from kekiz.evidence import actions, queries
from kekiz.evidence.models import ReportedNeed

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 25)
TEXT = "Es fehlt eine Hebamme, die Arabisch spricht."
NAMES = ("bert", "cem", "dora", "eva", "frido")


def report(text: str = TEXT, ags: str = LEMGO) -> ReportedNeed:
    return actions.report_need(actor=AnonymousUser(), text=text, received_on=DAY, ags=ags)


def decide(actor, need, **values) -> ReportedNeed:
    given = {"state": "react", "reason": "Wir fragen die Klinik.", "phase": "P2", "field": "G1", "ags": LEMGO}
    return actions.decide_need(actor=actor, region_key=LIPPE, need=need, decided_on=DAY, **(given | values))


def test_a_mother_without_account_reports_and_the_log_keeps_no_word_of_it():
    need = report()
    assert (need.state, need.has_personal_marks) == ("new", False)
    entry = LogEntry.objects.get(code="need.reported")
    assert (entry.target_key, entry.actor, entry.changes) == (str(need.pk), None, {})
    assert "Hebamme" not in entry.target_label


def test_a_text_too_short_or_too_long_is_refused():
    for text in ("", "   ", "Hilfe", "x" * 1001):
        with pytest.raises(InvalidInput):
            report(text)
    assert not ReportedNeed.objects.exists()


def test_only_the_coordination_reads_and_decides(alina):
    need = report()
    assert queries.needs_for_triage(alina, region_key=LIPPE) == [need]
    for name in NAMES:
        person = make_person(name)
        assert queries.needs_for_triage(person, region_key=LIPPE) == []
        assert queries.find_need(person, region_key=LIPPE, number=need.pk) is None
        with pytest.raises(ActionDenied):
            decide(person, need)
        with pytest.raises(ActionDenied):
            actions.redact_need(actor=person, region_key=LIPPE, need=need)
    assert queries.needs_for_triage(AnonymousUser(), region_key=LIPPE) == []
    need.refresh_from_db()
    assert need.state == "new"


def test_alina_decides_with_link_and_reason(alina):
    decided = decide(alina, report())
    assert (decided.state, decided.phase, decided.field, decided.decided_by) == ("react", "P2", "G1", alina)
    assert LogEntry.objects.get(code="need.decided").changes == {"state": ["new", "react"]}


def test_every_fault_of_a_decision_is_named_at_once(alina):
    with pytest.raises(InvalidInput) as caught:
        decide(alina, report(), state="react", reason=" ", phase="P9", field="", ags="09162000")
    assert len(caught.value.messages) == 4
    with pytest.raises(InvalidInput):
        decide(alina, report(), state="maybe")


def test_another_region_is_out_of_reach(alina):
    need = report(ags="09162000")
    assert queries.needs_for_triage(alina, region_key=LIPPE) == []
    with pytest.raises(ActionDenied):
        decide(alina, need)


def test_personal_data_is_marked_and_can_be_removed_for_good(alina):
    need = report("Bitte rufen Sie an: 05261 123456. Es fehlt eine Kita.")
    assert need.has_personal_marks
    cleaned = actions.redact_need(actor=alina, region_key=LIPPE, need=need)
    assert cleaned.text == "Bitte rufen Sie an: […]. Es fehlt eine Kita."
    assert not cleaned.has_personal_marks


def test_the_database_refuses_a_decision_without_reason():
    need = report()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportedNeed.objects.filter(pk=need.pk).update(state="not_now")


def test_the_installation_itself_may_triage():
    need = report()
    assert queries.needs_for_triage(SYSTEM, region_key=LIPPE) == [need]
