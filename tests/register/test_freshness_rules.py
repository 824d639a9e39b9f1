"""When an offer is due, who is reminded when, what coordination sees, what families read."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from hypothesis import given
from hypothesis import strategies as st
from tests.register.reminding import DAY, LATELY, NOON, Timer, forget_address, load_due_world
from tests.register.world import get_offer

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import LogEntry
from kekiz.register import actions
from kekiz.register.duplicate_queries import register_log_position
from kekiz.register.freshness import Spans, Standing, add_months, find_due_date, is_unconfirmed
from kekiz.register.freshness_queries import list_freshness, share_by_area, share_by_provider
from kekiz.register.models import AssuranceLink, OfferVersion, ReminderMail
from kekiz.register.queries import offers_for_family, published_offer

SPANS = Spans(permanent_months=12, project_months=6, remind_days=14, unconfirmed_days=60, link_days=30)
days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))


@given(days, st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + dt.timedelta(1)).day == 1)


@given(days, st.booleans(), st.integers(-100, 1000))
def test_families_are_told_exactly_from_sixty_days_after_the_due_date(day, permanent, passed):
    due = find_due_date(day, permanent=permanent, spans=SPANS)
    today = due + dt.timedelta(days=passed)
    assert is_unconfirmed(day, permanent=permanent, today=today, spans=SPANS) == (passed >= 60)


def test_a_project_is_due_sooner_than_a_permanent_offer():
    assert find_due_date(dt.date(2025, 8, 31), permanent=True, spans=SPANS) == dt.date(2026, 8, 31)
    assert find_due_date(dt.date(2025, 8, 31), permanent=False, spans=SPANS) == dt.date(2026, 2, 28)


def standing_of(key, days=0):
    listed = {one.key: one for one in list_freshness(on=DAY + dt.timedelta(days=days))}
    return listed[key].standing if key in listed else None


def test_two_quiet_reminders_then_the_coordinators_list(db):
    load_due_world({"hebamme": LATELY})
    timer = Timer()
    assert standing_of("elterncafe") == Standing.DUE
    timer.run()
    assert standing_of("elterncafe") == Standing.ONCE
    assert timer.run(13).mails == 0
    timer.run(14)
    assert standing_of("elterncafe", 14) == Standing.TWICE
    assert standing_of("elterncafe", 28) == Standing.UNANSWERED
    assert timer.run(28).mails == timer.run(90).mails == 0  # never a third one
    assert standing_of("hebamme", 90) == Standing.CURRENT


def test_one_mail_per_provider_holds_all_its_due_offers(db):
    load_due_world({"hebamme": LATELY})
    sent = Timer().run()
    assert (sent.mails, sent.offers) == (2, 5)
    to_lemgo = next(message for message in mail.outbox if message.to == ["lemgo@example.org"])
    assert to_lemgo.subject == "Stimmen Ihre 3 Angebote noch? (Kreis Lippe)"
    for title in ("Elterncafé", "Lesepaten", "Sorgentelefon"):
        assert title in to_lemgo.body
    assert "Hebammensprechstunde" not in to_lemgo.body
    assert to_lemgo.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "erinnerungen.localhost" in to_lemgo.extra_headers["List-Id"]
    assert "mailto:" in to_lemgo.extra_headers["List-Unsubscribe"]
    assert to_lemgo.alternatives[0][1] == "text/html"
    assert len(set(to_lemgo.message().get_all("Message-ID"))) == 1


def test_an_offer_that_falls_due_later_waits_for_the_next_mail(db):
    load_due_world({"hebamme": DAY - dt.timedelta(days=360)})
    timer = Timer()
    timer.run()
    assert timer.run(6).mails == 0  # the midwife is due now, her provider was written to six days ago
    mail.outbox.clear()
    timer.run(14)
    assert "Hebammensprechstunde" in next(m for m in mail.outbox if m.to == ["lemgo@example.org"]).body


def test_twice_a_day_sends_nothing_twice(db):
    load_due_world()
    timer = Timer()
    assert timer.run().mails == 2
    assert timer.run().mails == 0
    assert len(mail.outbox) == 2


class Killed(BaseException):
    """The program ends, as a signal ends it."""


@pytest.mark.parametrize("is_sent", [False, True], ids=["before sending", "after sending"])
def test_killed_in_the_middle_sends_nothing_twice(transactional_db, monkeypatch, is_sent):
    load_due_world()
    send = EmailBackend.send_messages

    def die(backend, messages):
        if is_sent:
            send(backend, messages)
        raise Killed

    monkeypatch.setattr(EmailBackend, "send_messages", die)
    with pytest.raises(Killed):
        Timer().run()
    monkeypatch.undo()
    assert ReminderMail.objects.filter(sent_at__isnull=True).count() == 1
    assert Timer().run().mails == 1  # the other provider; the one in the middle is left in peace
    assert len(mail.outbox) == 1 + is_sent
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox)
    assert Timer().run(14).mails == 2  # the second reminder comes as usual


def test_a_mail_that_the_server_refuses_goes_out_next_time(db, monkeypatch):
    load_due_world()

    def refuse(backend, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"unknown")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert Timer().run().refused == 2
    monkeypatch.undo()
    assert not AssuranceLink.objects.exists()
    assert Timer().run().mails == 2


def test_without_a_mail_server_nothing_is_stored(db, monkeypatch):
    load_due_world()
    monkeypatch.setattr(EmailBackend, "open", lambda backend: (_ for _ in ()).throw(ConnectionRefusedError))
    with pytest.raises(InvalidInput, match="KEKIZ_MAIL_URL"):
        Timer().run()
    assert not ReminderMail.objects.exists()


def test_without_an_address_coordination_is_asked_at_once(db):
    load_due_world()
    forget_address("familienbuende-lemgo")
    sent = Timer().run()
    assert (sent.mails, sent.without_contact) == (1, 4)
    assert standing_of("elterncafe") == Standing.UNANSWERED


def test_no_log_entry_holds_an_address(db, caplog):
    load_due_world()
    Timer().run()
    entries = LogEntry.objects.filter(code="reminder.sent")
    assert entries.count() == 2
    assert all("@" not in f"{entry.target_key} {entry.target_label} {entry.changes}" for entry in entries)
    assert "@" not in caplog.text


def test_only_coordination_and_the_timer_remind(people):
    load_due_world()
    for name in ("bert", "cem", "dora", "eva", "frido"):
        with pytest.raises(ActionDenied):
            actions.send_reminders(actor=people[name], at=NOON, write_link=str)
    assert actions.send_reminders(actor=people["alina"], at=NOON, write_link=str).mails == 2


def test_bert_confirms_by_telephone_and_families_see_it_at_once(people):
    load_due_world()
    position = register_log_position()
    version = actions.assure_offer(actor=people["bert"], offer=get_offer("elterncafe"), on=DAY)
    assert published_offer("elterncafe").content["assured_on"] == DAY.isoformat()
    assert version.content["assured_by"] == "Koordination"
    assert standing_of("elterncafe") == Standing.CURRENT
    assert LogEntry.objects.filter(code="offer.assured", target_key="elterncafe").count() == 1
    assert register_log_position() == position  # the queue of duplicates need not be searched anew
    assert any(found.key == "elterncafe" for found in offers_for_family(text="Elterncafé"))


def test_whoever_may_not_change_an_offer_may_not_confirm_it(people):
    load_due_world()
    for name in ("cem", "eva", "frido"):
        with pytest.raises(ActionDenied):
            actions.assure_offer(actor=people[name], offer=get_offer("elterncafe"), on=DAY)
    assert (
        actions.assure_offer(actor=people["dora"], offer=get_offer("elterncafe")).content["assured_by"]
        == "Träger"
    )


def test_a_confirmation_leaves_a_waiting_change_alone(people):
    load_due_world()
    offer = actions.change_offer(actor=people["dora"], offer=get_offer("elterncafe"), title="Elterncafé neu")
    actions.submit_for_review(actor=people["dora"], offer=offer)
    actions.assure_offer(actor=SYSTEM, offer=offer, on=DAY)
    seen = published_offer("elterncafe").content
    assert (seen["title"], seen["assured_on"]) == ("Elterncafé", DAY.isoformat())
    now = get_offer("elterncafe")
    assert (now.title, now.state) == ("Elterncafé neu", "in_review")
    actions.publish_offer(actor=SYSTEM, offer=now)
    assert published_offer("elterncafe").content["assured_on"] == DAY.isoformat()


def test_confirming_twice_on_a_day_writes_one_version(db):
    load_due_world()
    for _ in range(2):
        actions.assure_offer(actor=SYSTEM, offer=get_offer("turnen"), on=DAY)
    assert OfferVersion.objects.filter(offer__key="turnen").count() == 2


def test_what_nobody_ever_confirmed_is_due_and_said_to_be_unconfirmed(db):
    load_due_world({"turnen": None})
    one = next(one for one in list_freshness() if one.key == "turnen")
    assert (one.standing, one.is_unconfirmed, one.assured_on) == (Standing.DUE, True, None)


def test_shares_count_due_offers_per_municipality_and_provider(db):
    load_due_world({"hebamme": LATELY, "turnen": LATELY})
    listed = list_freshness(on=DAY)
    assert {one.key: (one.offers, one.stale) for one in share_by_provider(listed)} == {
        "familienbuende-lemgo": (4, 3),
        "stadt-detmold": (2, 1),
    }
    assert {one.key: one.share for one in share_by_area(listed)} == {
        "05766": 1.0,
        "05766020": 0.5,
        "05766044": pytest.approx(2 / 3),
    }
