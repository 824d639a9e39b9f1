"""Alina invites, the person accepts: once, in time, unaltered; nobody learns who has an account."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.conftest import make_person
from tests.web.conftest import open_browser

from kekiz.accounts.actions import erase_user, revoke_role
from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.invitation_actions import MOST_PER_HOUR
from kekiz.accounts.models import Invitation, LogEntry, User

PAGE = "/cockpit/einladungen/"
FORM = {"traeger": "familienbuende-lemgo", "email": "Gerda@Example.org", "name": "Gerda Neu"}
GOOD = {"name": "Gerda Neu", "password": "vier-zufällige-Wörter", "again": "vier-zufällige-Wörter"}


@pytest.fixture
def alina_browser(region):
    return open_browser("alina")


def invite(browser, **values):
    answer = browser.post(PAGE, FORM | values)
    assert answer.status_code == 302, answer.content.decode()
    return find_link(mail.outbox[-1])


def find_link(message):
    return re.search(r"http://testserver(/einladung/\S+)", message.body)[1]


def test_invited_accepted_and_at_the_own_desk(alina_browser):
    link = invite(alina_browser)
    assert mail.outbox[0].to == ["gerda@example.org"]
    visitor = Client()
    assert "Familienbünde Lemgo" in visitor.get(link).content.decode()
    assert not User.objects.filter(email="gerda@example.org").exists()  # opening the page does nothing
    assert visitor.post(link, GOOD).url.startswith("/konto/login/")
    gerda = User.objects.get(email="gerda@example.org")
    assert [(role.role, role.area) for role in gerda.roles.all()] == [("provider", "familienbuende-lemgo")]
    assert visitor.login(request=None, email="gerda@example.org", password=GOOD["password"])
    assert "Elterncafé" in visitor.get("/traeger/").content.decode()
    assert visitor.get("/traeger/angebot/turnen/").status_code == 404
    assert list(LogEntry.objects.filter(code__startswith="invitation").values_list("code", flat=True)) == [
        "invitation.accepted",
        "invitation.sent",
    ]


def test_a_link_works_once_and_the_address_is_forgotten(alina_browser):
    link = invite(alina_browser)
    Client().post(link, GOOD)
    assert Client().get(link).status_code == 404
    assert Client().post(link, GOOD).status_code == 404
    assert Invitation.objects.get().email == ""


def test_a_link_expires_and_cannot_be_altered(alina_browser):
    link = invite(alina_browser)
    assert Client().get(link[:-3] + "AA/").status_code == 404
    assert Client().get("/einladung/1/").status_code == 404
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    assert Client().post(link, GOOD).status_code == 404
    assert not User.objects.filter(email="gerda@example.org").exists()


def test_sent_again_the_earlier_link_ends(alina_browser):
    first = invite(alina_browser)
    alina_browser.post(PAGE, {"aktion": f"erneut:{Invitation.objects.get().pk}"})
    second = find_link(mail.outbox[-1])
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    third = invite(alina_browser)  # inviting the same person anew is sending again
    assert Invitation.objects.count() == 1
    assert Client().get(second).status_code == 404
    assert Client().get(third).status_code == 200


def test_withdrawn(alina_browser):
    link = invite(alina_browser)
    alina_browser.post(PAGE, {"aktion": f"zurueckziehen:{Invitation.objects.get().pk}"})
    assert Client().get(link).status_code == 404
    assert Invitation.objects.get().email == ""
    assert "gerda@" not in alina_browser.get(PAGE).content.decode()


def test_the_form_does_not_tell_who_has_an_account(alina_browser):
    make_person("frido")
    known = alina_browser.post(PAGE, FORM | {"email": "frido@example.org"}, follow=True)
    unknown = alina_browser.post(PAGE, FORM | {"email": "niemand@example.org"}, follow=True)
    assert [str(one) for one in known.context["messages"]] == [
        str(one) for one in unknown.context["messages"]
    ]
    assert mail.outbox[0].body.partition("http")[0] == mail.outbox[1].body.partition("http")[0]


def test_who_has_an_account_signs_in_and_accepts(alina_browser):
    frido = make_person("frido")
    link = invite(alina_browser, email="frido@example.org")
    assert "schon ein Konto" in Client().get(link).content.decode()
    Client().post(link, GOOD)
    stranger = Client()
    stranger.force_login(make_person("eva"))
    stranger.post(link)
    assert not frido.roles.exists()
    assert frido.check_password("nur-fuer-tests-geheim")
    own = Client()
    own.force_login(frido)
    assert own.post(link).url == "/traeger/"
    assert frido.roles.get().area == "familienbuende-lemgo"


def test_faults_of_the_form_next_to_the_fields(alina_browser):
    link = invite(alina_browser)
    text = Client().post(link, {"name": "", "password": "kurz", "again": "anders"}).content.decode()
    assert "Bitte geben Sie Ihren Namen an." in text
    assert "nicht gleich" in text
    text = Client().post(link, {"name": "Gerda", "password": "kurz", "again": "kurz"}).content.decode()
    assert "feld-password_error" in text
    assert not User.objects.filter(email="gerda@example.org").exists()
    for wrong in ({"email": "keine"}, {"traeger": "gibt-es-nicht"}):
        assert alina_browser.post(PAGE, FORM | wrong).status_code == 200


@pytest.mark.parametrize("name", ["bert", "cem", "dora", "eva", "frido"])
def test_only_coordination_invites(region, name):
    assert open_browser(name).post(PAGE, FORM).status_code == 403
    assert mail.outbox == []


def test_an_inviter_who_left_opens_no_door(region):
    alina = make_person("alina")
    browser = Client()
    browser.force_login(alina)
    link = invite(browser)
    revoke_role(actor=SYSTEM, role=alina.roles.get())
    assert "gilt nicht mehr" in Client().post(link, GOOD).content.decode()
    assert not User.objects.filter(email="gerda@example.org").exists()


def test_a_flood_is_stopped(alina_browser):
    for number in range(MOST_PER_HOUR):
        invite(alina_browser, email=f"person{number}@example.org")
    answer = alina_browser.post(PAGE, FORM)
    assert "Bitte warten Sie" in answer.content.decode()
    assert len(mail.outbox) == MOST_PER_HOUR


def test_an_erased_account_leaves_no_invitation(alina_browser):
    frido = make_person("frido")
    invite(alina_browser, email="frido@example.org")
    erase_user(actor=SYSTEM, user=frido)
    assert not Invitation.objects.exists()


def test_without_a_mail_server_the_invitation_waits(alina_browser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    assert "ging nicht hinaus" in alina_browser.post(PAGE, FORM).content.decode()
    assert Invitation.objects.get().sent_at is None
