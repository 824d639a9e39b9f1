"""A provider's program: read own offers, create, change with ETag, hand in; nobody else's."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone
from tests.conftest import make_person
from tests.register.world import get_offer

from kekiz.accounts.actions import deactivate_user, grant_role, revoke_role
from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.models import ApiToken, LogEntry
from kekiz.accounts.token_actions import create_token, revoke_token
from kekiz.register import actions
from kekiz.register.facets import OfferState
from kekiz.register.models import Offer

NEW = {
    "title": "Babytreff",
    "age_from_months": 0,
    "age_to_months": 12,
    "fields": ["S1"],
    "sites": ["lemgo-haus"],
}
OWN = "/api/v1/provider/offers"


class Program:
    """Dora's program with its token."""

    def __init__(self, token):
        self.browser = Client()
        self.headers = {"authorization": f"Bearer {token}"}

    def send(self, method, path, body=None, **headers):
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.generic(
            method,
            path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=self.headers | more,
        )


@pytest.fixture
def dora(region):
    return make_person("dora")


@pytest.fixture
def token(dora):
    return create_token(actor=dora, provider_key="familienbuende-lemgo", label="Kurse", days=90)


@pytest.fixture
def program(token):
    return Program(token[1])


def test_own_offers_only_and_drafts_too(program):
    created = program.send("POST", OWN, NEW)
    assert created.status_code == 201
    assert created["Location"] == f"{OWN}/babytreff"
    keys = [one["key"] for one in program.send("GET", OWN).json()["contents"]]
    assert "babytreff" in keys
    assert "turnen" not in keys
    for method, path in (("GET", ""), ("PUT", ""), ("PATCH", ""), ("POST", "/submit")):
        body = NEW if method in {"PUT", "PATCH"} else None
        assert program.send(method, f"{OWN}/turnen{path}", body, if_match="*").status_code == 404
    assert get_offer("turnen").title == "Eltern-Kind-Turnen"


def test_a_proposal_waits_for_a_person(program):
    first = program.send("GET", f"{OWN}/elterncafe")
    changed = program.send("PATCH", f"{OWN}/elterncafe", {"places": 24}, if_match=first["ETag"])
    assert changed.status_code == 200, changed.content
    assert (changed.json()["state"], changed.json()["places"]) == ("draft", 24)
    assert get_offer("elterncafe").published.content["places"] == 30
    handed = program.send("POST", f"{OWN}/elterncafe/submit")
    assert handed.json()["state"] == "in_review"
    again = program.send("POST", f"{OWN}/elterncafe/submit")
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")


def test_a_change_names_what_it_builds_on(program):
    old = program.send("GET", f"{OWN}/elterncafe")["ETag"]
    assert program.send("PATCH", f"{OWN}/elterncafe", {"places": 24}).status_code == 422
    assert program.send("PATCH", f"{OWN}/elterncafe", {"places": 24}, if_match=old).status_code == 200
    late = program.send("PATCH", f"{OWN}/elterncafe", {"places": 8}, if_match=old)
    assert late.status_code == 412
    assert get_offer("elterncafe").places == 24


def test_put_sets_what_is_left_out_to_its_default(program):
    etag = program.send("GET", f"{OWN}/elterncafe")["ETag"]
    answer = program.send("PUT", f"{OWN}/elterncafe", NEW, if_match=etag).json()
    assert (answer["title"], answer["summary"], answer["places"]) == ("Babytreff", "", None)


def test_all_faults_at_once(program):
    wrong = NEW | {"fields": ["X9"], "places": "24", "extra": 1, "mode": "fly"}
    answer = program.send("POST", OWN, wrong)
    assert answer.status_code == 422
    assert {fault["where"] for fault in answer.json()["errors"]} == {
        "body/fields/0",
        "body/places",
        "body/extra",
        "body/mode",
    }
    contradicting = NEW | {"title": "", "age_to_months": 0, "hurdles": ["paid"], "sites": ["nowhere"]}
    answer = program.send("POST", OWN, contradicting)
    assert {fault["where"] for fault in answer.json()["errors"]} == {
        "body/title",
        "body/age_to_months",
        "body/hurdles",
        "body/sites",
    }
    assert not Offer.objects.filter(title="Babytreff").exists()
    assert program.send("POST", OWN, ["no object"]).status_code == 422
    broken = program.browser.generic(
        "POST", OWN, "{", content_type="application/json", headers=program.headers
    )
    assert (broken.status_code, broken["Content-Type"]) == (400, "application/problem+json")


def test_no_token_no_entry(region, dora, token):
    record, secret = token
    for value in ("", "Bearer ", "Bearer kekiz_00000000_guess", f"Basic {secret}", f"Bearer {secret}x"):
        answer = Client().get(OWN, headers={"authorization": value})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    signed_in = Client()
    signed_in.force_login(dora)
    assert signed_in.get(OWN).status_code == 401  # a cookie of the pages opens nothing here
    program = Program(secret)
    assert program.send("GET", OWN).status_code == 200
    revoke_token(actor=dora, token=record)
    assert program.send("GET", OWN).status_code == 401


def test_a_token_ends_by_date_role_and_account(region, dora):
    def make():
        return create_token(actor=dora, provider_key="familienbuende-lemgo", label="Kurse", days=30)

    old, secret = make()
    ApiToken.objects.filter(pk=old.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert Program(secret).send("GET", OWN).status_code == 401
    _, secret = make()
    revoke_role(actor=SYSTEM, role=dora.roles.get())
    assert Program(secret).send("GET", OWN).status_code == 401


def test_a_closed_account_closes_its_tokens(program, dora):
    deactivate_user(actor=SYSTEM, user=dora)
    assert program.send("GET", OWN).status_code == 401


def test_a_token_holds_nothing_but_its_provider(region):
    alina = make_person("alina")
    grant_role(actor=SYSTEM, user=alina, role="provider", area="familienbuende-lemgo")
    _, secret = create_token(actor=alina, provider_key="familienbuende-lemgo", label="Kurse", days=30)
    program = Program(secret)
    assert program.send("GET", f"{OWN}/turnen").status_code == 404  # Alina herself may edit it
    assert program.send("GET", f"{OWN}/elterncafe").status_code == 200


def test_the_log_names_the_token_and_nobody_stores_it(program, token):
    record, secret = token
    program.send("POST", OWN, NEW)
    entry = LogEntry.objects.get(code="offer.created", target_key="babytreff")
    assert entry.via == record.prefix
    assert secret.startswith(record.prefix)
    record.refresh_from_db()
    assert record.last_used_on == timezone.localdate()
    assert secret not in json.dumps(list(ApiToken.objects.values()), default=str)
    assert secret not in json.dumps(list(LogEntry.objects.values()), default=str)


def test_own_answers_are_private_and_no_other_site_reads_them_with_cookies(program):
    answer = program.send("GET", f"{OWN}/elterncafe", origin="https://other.example.org")
    assert answer["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Credentials" not in answer
    asked = program.browser.options(
        OWN, headers={"origin": "https://other.example.org", "access-control-request-method": "POST"}
    )
    assert "POST" not in asked["Access-Control-Allow-Methods"]


def test_sites_are_found_by_words(program):
    assert [site["key"] for site in program.send("GET", "/api/v1/provider/sites").json()] == ["lemgo-haus"]
    found = program.send("GET", "/api/v1/provider/sites?search=Treff").json()
    assert {site["key"] for site in found} == {"detmold-mitte", "detmold-nord"}


def test_a_paused_offer_comes_back_through_review(program, dora):
    actions.pause_offer(actor=dora, offer=get_offer("elterncafe"))
    assert program.send("POST", f"{OWN}/elterncafe/submit").json()["state"] == OfferState.IN_REVIEW
