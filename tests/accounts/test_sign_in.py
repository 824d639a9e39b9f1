"""Sign-in in the browser's eyes: by e-mail, closed to strangers, slowed down for guessers."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from tests.conftest import PASSWORD

from kekiz.accounts.actions import create_user, deactivate_user
from kekiz.accounts.actors import SYSTEM

LOGIN = "/konto/login/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Rate limits count in the cache."""
    cache.clear()


def sign_in(client, login, password):
    return client.post(LOGIN, {"login": login, "password": password})


def test_signing_in_by_e_mail_whatever_its_case(client, alina):
    answer = sign_in(client, "ALINA@example.org", PASSWORD)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(alina.pk)


def test_a_wrong_password_and_an_unknown_address_sound_the_same(client, alina):
    wrong, unknown = (
        re.findall(
            r'kern-alert__body">.*?</div>', sign_in(client, login, "falsch").content.decode(), re.DOTALL
        )
        for login in ("alina@example.org", "niemand@example.org")
    )
    assert wrong == unknown
    assert len(wrong) == 1
    assert "_auth_user_id" not in client.session


def test_a_closed_account_gets_no_session(client, bert):
    deactivate_user(actor=SYSTEM, user=bert)
    sign_in(client, "bert@example.org", PASSWORD)
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down(client, alina):
    for _ in range(10):
        sign_in(client, "alina@example.org", "falsch")
    assert sign_in(client, "alina@example.org", PASSWORD).status_code != 302
    assert "_auth_user_id" not in client.session


def test_nobody_registers_alone(client, db):
    page = client.get("/konto/signup/")
    assert "richtet die Koordination ein" in page.content.decode()
    client.post("/konto/signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_a_new_person_sets_the_password_by_mail(client, db):
    create_user(actor=SYSTEM, email="greta@example.org", display_name="Greta Neu")
    client.post("/konto/password/reset/", {"email": "greta@example.org"})
    link = re.search(r"http://[^\s]+(/konto/password/reset/key/\S+)", mail.outbox[0].body)
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(client, "greta@example.org", PASSWORD).status_code == 302


def test_a_reset_for_an_unknown_address_tells_nothing_on_the_page(client, alina):
    known = client.post("/konto/password/reset/", {"email": "alina@example.org"})
    unknown = client.post("/konto/password/reset/", {"email": "niemand@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


@pytest.mark.parametrize(
    "path",
    ["2fa/", "2fa/totp/activate/", "email/", "password/change/", "logout/", "reauthenticate/"],
)
def test_the_pages_of_an_account_open_in_the_frame_of_the_site(client, alina, path):
    sign_in(client, "alina@example.org", PASSWORD)
    page = client.get(f"/konto/{path}", follow=True)
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("<h1") == 1
    assert "kern-heading-large" in text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    assert " style=" not in text


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_the_pages_for_strangers_open_in_the_frame_of_the_site(client, db, path):
    text = client.get(f"/konto/{path}").content.decode()
    assert text.count("<h1") == 1
    assert 'lang="de"' in text
    assert " style=" not in text


def current_code(secret):
    """Compute the code an authenticator app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_with_a_second_factor_the_password_alone_opens_nothing(client, alina):
    sign_in(client, "alina@example.org", PASSWORD)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    page = client.get("/konto/2fa/totp/activate/")
    assert b"data:image/svg+xml" in page.content
    secret = page.context["form"].secret
    client.post("/konto/2fa/totp/activate/", {"code": current_code(secret)})
    client.post("/konto/logout/")

    assert sign_in(client, "alina@example.org", PASSWORD).url == "/konto/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    client.post("/konto/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    # The same code counts only once; the memory of it lies in the cache.
    cache.clear()
    client.post("/konto/2fa/authenticate/", {"code": current_code(secret)})
    assert client.session["_auth_user_id"] == str(alina.pk)


INFORMAL = re.compile(r"\b([Dd]u|[Dd]ein\w*|[Dd]ir|[Dd]ich|[Gg]ib|versuche|überprüfe)\b")


@pytest.mark.parametrize(
    "path", ["login/", "password/reset/", "password/reset/done/", "email/", "2fa/", "logout/"]
)
def test_pages_say_sie(client, alina, path):
    if path in {"email/", "2fa/", "logout/"}:
        sign_in(client, "alina@example.org", PASSWORD)
    text = re.sub(r"<[^>]+>", " ", client.get(f"/konto/{path}", follow=True).content.decode())
    assert not INFORMAL.search(text), INFORMAL.search(text)


def test_messages_and_mails_say_sie(client, alina):
    for _ in range(11):
        page = sign_in(client, "alina@example.org", "falsch").content.decode()
    assert "Bitte versuchen Sie es" in page
    client.post("/konto/password/reset/", {"email": "alina@example.org"})
    assert "Sie erhalten diese E-Mail" in mail.outbox[0].body
    assert not INFORMAL.search(mail.outbox[0].body)


def test_the_compiled_words_are_those_of_the_source():
    import gettext
    import json

    from tests.conftest import ROOT

    folder = ROOT / "src/kekiz/site/locale"
    compiled = gettext.translation("django", folder, ["de"])
    source = (folder / "de/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    entries = re.findall(r'^msgid (".+")\nmsgstr (".+")$', source, re.MULTILINE)
    assert len(entries) > 30
    for original, translated in entries:
        assert compiled.gettext(json.loads(original)) == json.loads(translated)
