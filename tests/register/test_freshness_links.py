"""The link of a reminder: works once, expires, cannot be guessed or altered; three answers."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.register.reminding import DAY, NOON, Timer, load_due_world, read_tokens
from tests.register.world import get_offer

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.models import LogEntry
from kekiz.register import actions
from kekiz.register.actions import DeadLinkError
from kekiz.register.content import mark_working_copy
from kekiz.register.freshness import Standing
from kekiz.register.freshness_queries import find_link, list_freshness
from kekiz.register.models import AssuranceLink
from kekiz.register.queries import published_offer
from kekiz.register.validation import InvalidFields

LATER = NOON + dt.timedelta(days=1)


@pytest.fixture
def token(db):
    """The link about the Elterncafé, as its provider finds it in the mail."""
    load_due_world()
    Timer().run()
    return read_tokens("Elterncafé")[0]


def count_confirmations():
    return LogEntry.objects.filter(code="offer.assured").count()


def test_a_link_confirms_once(token):
    actions.confirm_by_link(token=token, at=LATER)
    assert published_offer("elterncafe").content["assured_on"] == LATER.date().isoformat()
    assert published_offer("elterncafe").content["assured_by"] == "Träger"
    for _ in range(2):
        with pytest.raises(DeadLinkError):
            actions.confirm_by_link(token=token, at=LATER)
    assert count_confirmations() == 1


def test_a_link_expires(token):
    end = NOON + dt.timedelta(days=30)
    assert find_link(token, at=end - dt.timedelta(seconds=1))
    assert find_link(token, at=end) is None
    with pytest.raises(DeadLinkError):
        actions.confirm_by_link(token=token, at=end)


def test_the_token_is_nowhere_in_the_database(token):
    stored = AssuranceLink.objects.filter(offer_key="elterncafe").values().get()
    assert len(token) >= 43
    assert token not in str(stored)
    assert stored["digest"] not in token


@pytest.mark.parametrize(
    "alter",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.swapcase(),
        lambda token: token[::-1],
        lambda token: "",
        lambda token: " " + token,
        lambda token: token + "\x00",
        lambda token: "ä" * 43,
        lambda token: "A" * 100_000,
        lambda token: "%27 OR 1=1 --",
    ],
)
def test_an_altered_token_is_nobodys(token, alter):
    with pytest.raises(DeadLinkError):
        actions.confirm_by_link(token=alter(token), at=LATER)
    assert count_confirmations() == 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=st.integers(0, 42), letter=st.sampled_from("ABCxyz019-_"))
def test_no_single_other_letter_fits(token, position, letter):
    altered = token[:position] + letter + token[position + 1 :]
    assert (find_link(altered, at=LATER) is not None) == (altered == token)


def test_another_secret_key_makes_old_links_void(token, settings):
    settings.SECRET_KEY = "another-" + "y" * 60
    assert find_link(token, at=LATER) is None


def test_a_row_copied_to_another_offer_does_not_move_the_link(token):
    mine = AssuranceLink.objects.get(offer_key="elterncafe")
    AssuranceLink.objects.filter(offer_key="turnen").update(digest=mine.digest)
    assert find_link(token, at=LATER).offer_key == "elterncafe"


def test_the_answer_to_one_mail_voids_the_link_of_the_other(token):
    Timer().run(14)
    first, second = read_tokens("Elterncafé")
    actions.confirm_by_link(token=second, at=NOON + dt.timedelta(days=15))
    with pytest.raises(DeadLinkError):
        actions.report_gone_by_link(token=first, at=NOON + dt.timedelta(days=15))
    assert published_offer("elterncafe") is not None


def test_a_change_goes_to_review_and_families_keep_the_approved_version(token):
    values = {"phone": "05261 999", "cost": "paid", "cost_note": "2 Euro", "opening_hours": "", "until": None}
    actions.propose_by_link(token=token, at=LATER, values=values, note="Neue  Nummer")
    now = get_offer("elterncafe")
    assert (now.state, now.phone, now.cost) == ("in_review", "05261 999", "paid")
    assert published_offer("elterncafe").content["phone"] == ""
    listed = next(one for one in list_freshness(on=DAY) if one.key == "elterncafe")
    assert (listed.standing, listed.note) == (Standing.CHANGE_WAITS, "Neue Nummer")
    assert Timer().run(20).offers == 5  # nobody is reminded of an offer whose change waits
    actions.publish_offer(actor=SYSTEM, offer=now)
    assert published_offer("elterncafe").content["assured_on"] == LATER.date().isoformat()


def test_a_change_by_link_that_comes_back_leaves_the_old_word(token):
    before = (get_offer("elterncafe").assured_on, get_offer("elterncafe").assured_by)
    values = {"phone": "05261 999", "cost": "free", "cost_note": "", "opening_hours": "", "until": None}
    actions.propose_by_link(token=token, at=LATER, values=values)
    now = get_offer("elterncafe")
    assert (now.assured_on, now.assured_by) == (LATER.date(), "Träger")
    seen = mark_working_copy(now, now.sites.all())
    actions.return_offer(actor=SYSTEM, offer=now, reason="Welche Vorwahl?", seen=seen)
    now = get_offer("elterncafe")
    assert (now.assured_on, now.assured_by) == before
    listed = next(one for one in list_freshness(on=DAY) if one.key == "elterncafe")
    assert listed.standing != Standing.CHANGE_WAITS


def test_a_form_without_a_difference_is_a_confirmation(token):
    values = {"phone": "", "cost": "free", "cost_note": "", "opening_hours": "", "until": ""}
    assert actions.propose_by_link(token=token, at=LATER, values=values) == "confirmed"
    assert get_offer("elterncafe").state == "published"


def test_a_faulty_form_leaves_the_link_usable_and_the_offer_as_it_was(token):
    with pytest.raises(InvalidFields):
        actions.propose_by_link(token=token, at=LATER, values={"cost": "teuer"})
    assert get_offer("elterncafe").state == "published"
    actions.confirm_by_link(token=token, at=LATER)


def test_a_link_changes_nothing_else(token):
    with pytest.raises(TypeError):
        actions.propose_by_link(token=token, at=LATER, values={"title": "Übernommen"})


def test_gone_hides_the_offer_and_leaves_the_end_to_people(token):
    actions.report_gone_by_link(token=token, at=LATER)
    assert published_offer("elterncafe") is None
    assert get_offer("elterncafe").state == "paused"
    listed = next(one for one in list_freshness(on=DAY) if one.key == "elterncafe")
    assert listed.standing == Standing.SAID_GONE
    actions.publish_offer(actor=SYSTEM, offer=get_offer("elterncafe"))  # it was a mistake
    assert published_offer("elterncafe") is not None


def test_an_offer_that_ended_meanwhile_makes_its_link_dead(token):
    actions.end_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    with pytest.raises(DeadLinkError):
        actions.confirm_by_link(token=token, at=LATER)


def test_of_two_clicks_at_once_one_counts(transactional_db):
    if connection.vendor == "sqlite":
        pytest.skip("the test's SQLite lives in memory and knows one writer at a time; runs on PostgreSQL")
    load_due_world()
    Timer().run()
    token = read_tokens("Elterncafé")[0]
    outcomes, together = [], threading.Barrier(2)

    def click():
        together.wait()
        try:
            actions.confirm_by_link(token=token, at=LATER)
            outcomes.append("confirmed")
        except DeadLinkError:
            outcomes.append("dead")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["confirmed", "dead"]
    assert count_confirmations() == 1


class LinkLife(RuleBasedStateMachine):
    """Days pass, the timer runs, old and new links are clicked in any order.

    However it goes: every token answers at most once, a used or expired one never again, and at most two
    reminders go out per assurance.
    """

    @initialize()
    def begin(self):
        load_due_world()
        self.timer, self.day, self.issued_on, self.answered = Timer(), 0, {}, set()

    @rule(days=st.integers(0, 40))
    def wait(self, days):
        self.day += days

    @rule()
    def remind(self):
        known = len(self.timer.tokens)
        self.timer.run(self.day)
        self.issued_on |= dict.fromkeys(self.timer.tokens[known:], self.day)

    @rule(pick=st.integers(0, 10_000))
    def click(self, pick):
        if not self.timer.tokens:
            return
        token = self.timer.tokens[pick % len(self.timer.tokens)]
        before = count_confirmations()
        try:
            actions.confirm_by_link(token=token, at=NOON + dt.timedelta(days=self.day))
        except DeadLinkError:
            assert count_confirmations() == before
        else:
            assert token not in self.answered
            assert self.day < self.issued_on[token] + 30
            assert count_confirmations() == before + 1
            self.answered.add(token)

    @invariant()
    def never_a_third_reminder(self):
        numbers = AssuranceLink.objects.values_list("number", flat=True)
        assert set(numbers) <= {1, 2}

    @invariant()
    def answered_offers_have_no_open_link(self):
        answered = AssuranceLink.objects.exclude(answer="").values("offer_key", "since")
        for row in answered:
            assert not AssuranceLink.objects.filter(**row, answered_at__isnull=True).exists()


@pytest.mark.django_db
def test_the_life_of_links():
    """Each run in a transaction of its own that is taken back at its end."""
    from django.db import transaction
    from hypothesis.stateful import run_state_machine_as_test

    class Isolated(LinkLife):
        def __init__(self):
            super().__init__()
            self.atomic = transaction.atomic()
            self.atomic.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    run_state_machine_as_test(
        Isolated, settings=settings(max_examples=8, stateful_step_count=10, deadline=None)
    )
