"""The frame of every page: name of the region, demo notice, navigation, error pages."""

import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings
from tests.evidence.region import load_region
from tests.web.conftest import open_browser

from kekiz.web import region
from kekiz.web.navigation import find_url, list_entries


def read_main(path, **options):
    return Client().get(path, **options).content.decode()


def test_the_name_of_the_region_is_the_loaded_one(db, monkeypatch):
    monkeypatch.undo()
    region.read_region_name.cache_clear()
    assert region.get_region_card().name == "Ihre Region"
    load_region()
    region.read_region_name.cache_clear()
    assert region.get_region_card().name == "Kreis Lippe"
    region.read_region_name.cache_clear()


@pytest.mark.parametrize("path", ["/", "/angebote/", "/konto/login/", "/gibt-es-nicht/"])
def test_a_demo_says_on_every_page_that_its_offers_are_invented(db, path):
    assert read_main(path).count("Alle Angebote dieser Vorführregion sind erfunden.") == 2
    with override_settings(DEMO=False):
        assert "erfunden" not in read_main(path)


@pytest.mark.parametrize("path", ["/", "/konto/login/", "/gibt-es-nicht/"])
def test_no_page_has_inline_styles_or_scripts_that_the_policy_would_stop(db, path):
    page = read_main(path)
    assert " style=" not in page
    assert "<style" not in page
    assert not [part for part in page.split("<script")[1:] if "src=" not in part.partition(">")[0]
                and "application/ld+json" not in part.partition(">")[0]]  # fmt: skip


def test_the_navigation_marks_where_the_visitor_is(db):
    here = {
        entry.label: (entry.is_current, entry.is_exact) for entry in list_entries("/cockpit/luecken/", True)
    }
    assert here == {"Angebote finden": (False, False), "Cockpit": (True, False), "Konto": (False, False)}
    entries = {entry.label: entry.is_current for entry in list_entries("/angebote/", False)}
    assert entries == {"Angebote finden": True, "Cockpit": False, "Anmelden": False}
    assert find_url("no-such-part:page") == ""


def test_the_navigation_offers_only_what_opens(db):
    def read_labels(name):
        page = open_browser(name).get("/").content.decode()
        return re.findall(r'class="frame__nav-link[^>]*>([^<]+)<', page.partition("<main")[0])

    assert read_labels("dora") == ["Angebote finden", "Meine Angebote", "Konto", "Abmelden"]
    assert read_labels("eva") == ["Angebote finden", "Cockpit", "Konto", "Abmelden"]


@pytest.mark.parametrize(
    ("name", "desk"),
    [("alina", "/cockpit/"), ("eva", "/cockpit/"), ("dora", "/traeger/"), ("frido", "/"), ("", "/")],
)
def test_signing_in_leads_to_the_own_work(db, name, desk):
    assert settings.LOGIN_REDIRECT_URL == "own_desk"
    assert (open_browser(name) if name else Client()).get("/mein-platz/").headers["Location"] == desk


@pytest.mark.parametrize("path", ["/konto/2fa/", "/konto/password/change/", "/konto/email/"])
def test_pages_of_the_account_lead_to_each_other(db, path):
    page = open_browser("eva").get(path).content.decode().partition("<main")[2]
    assert page.count('aria-current="page"') == 1
    for other in ("/konto/2fa/", "/konto/password/change/", "/konto/email/"):
        assert f'href="{other}"' in page


@pytest.mark.parametrize(("path", "is_switch"), [("/", True), ("/konto/2fa/", True), ("/traeger/", False)])
def test_only_pages_in_all_languages_have_the_switch(db, path, is_switch):
    assert ('class="languages"' in open_browser("dora").get(path).content.decode()) is is_switch


def test_a_missing_page_says_what_to_do_next(db):
    answer = Client().get("/gibt-es-nicht/")
    assert answer.status_code == 404
    assert "Zur Suche nach Angeboten" in answer.content.decode()


def test_a_refused_page_says_who_can_change_that(run):
    answer = open_browser("frido").get("/cockpit/")
    assert answer.status_code == 403
    assert "Die Koordination Ihres Kreises kann das ändern." in answer.content.decode()


def test_a_form_without_its_token_is_explained(db):
    answer = Client(enforce_csrf_checks=True).post("/konto/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Das Formular ist abgelaufen" in answer.content.decode()


def test_the_page_of_last_resort_needs_no_database():
    page = render_to_string("500.html")
    assert "Ihre letzte Eingabe wurde nicht gespeichert." in page
    assert "Fehler 500" not in page
