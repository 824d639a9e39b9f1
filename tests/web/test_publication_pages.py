"""The figures as open data, at the desk and for everybody: who decides, what is told, what can be loaded."""

import pytest
from django.test import Client
from tests.conftest import LIPPE
from tests.register.world import get_offer
from tests.web.conftest import DAY, open_browser
from tests.web.test_desk_pages import read_page, read_text
from tests.web.test_url_roles import VISITORS

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis import queries
from kekiz.analysis.actions import publish_run, run_analysis
from kekiz.analysis.exports.columns import COLUMNS
from kekiz.analysis.exports.files import BY_FILE_NAME
from kekiz.analysis.models import Publication, Run
from kekiz.register import actions as register

PAGE = "/cockpit/wie-gerechnet/"
LANGUAGES = ("", "/ls", "/en", "/tr", "/ar", "/uk", "/ru")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.OPEN_DATA_FOLDER = tmp_path


def publish(browser, run, seen=0, **more):
    words = {"schritt": "veroeffentlichen", "lauf": run.pk, "gesehen": seen, "gelesen": "ja"}
    return browser.post(PAGE, words | more)


def take_back(browser, run, seen):
    return browser.post(PAGE, {"schritt": "zuruecknehmen", "lauf": run.pk, "gesehen": seen})


def public_run():
    public = queries.publication_in_force(LIPPE)
    return public.run if public else None


def test_alina_reads_what_becomes_public_publishes_and_takes_back(alinas_browser, run):
    before = read_text(alinas_browser, PAGE)
    assert "nicht öffentlich Die Zahlen der Analyse sehen nur Menschen mit einem Konto" in before
    assert "Geschützte Zahlen bleiben geschützt" in before
    assert "Datenlizenz Deutschland" in before
    sent = publish(alinas_browser, run)
    assert (sent.status_code, sent.url) == (302, f"{PAGE}#offene-daten")
    after = read_text(alinas_browser, PAGE)
    assert f"Lauf {run.pk} ist jetzt öffentlich." in after
    assert f"öffentlich Lauf {run.pk} (Stichtag 1. Juni 2025), veröffentlicht von Alina Koordination" in after
    assert f"Lauf {run.pk} veröffentlichen" not in after  # the button
    assert take_back(alinas_browser, run, Publication.objects.get().pk).status_code == 302
    assert public_run() is None
    assert f"Lauf {run.pk} zurückgenommen – Alina Koordination" in read_text(alinas_browser, PAGE)


@pytest.mark.parametrize("name", [name for name in VISITORS if name != "alina"])
def test_all_others_only_read_the_state(run, name):
    browser = open_browser(name)
    status = 302 if name == "visitor" else 403
    assert publish(browser, run).status_code == status
    assert not Publication.objects.exists()
    public = publish_run(actor=SYSTEM, run=run)
    assert take_back(browser, run, public.pk).status_code == status
    assert public_run() == run
    if browser.get(PAGE).status_code == 200:
        page = read_page(browser, PAGE)
        assert 'name="schritt"' not in page
        assert "darf die Koordination der Region" in page
        words = read_text(browser, PAGE)  # nobody's name where no person did it
        assert "(Stichtag 1. Juni 2025), veröffentlicht am " in words
        assert f"Lauf {run.pk} veröffentlicht – kekiz, " in words


def test_nothing_is_published_without_the_tick_or_in_passing(alinas_browser, run):
    for refused, words in (
        (publish(alinas_browser, run, gelesen=""), "Setzen Sie den Haken"),
        (publish(alinas_browser, run, seen=99), "Inzwischen hat jemand anderes"),
        (publish(alinas_browser, run, seen="x"), "Inzwischen hat jemand anderes"),
        (publish(alinas_browser, run, lauf=run.pk + 1), "neue Analyse"),
    ):
        assert refused.status_code == 200
        assert words in refused.content.decode()
    assert publish(alinas_browser, run, schritt="loeschen").status_code == 404
    assert take_back(alinas_browser, Run(pk=run.pk + 1), 0).status_code == 404
    assert not Publication.objects.exists()


def test_a_form_from_elsewhere_changes_nothing(run):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(open_browser("alina").get(PAGE).wsgi_request.user)
    assert publish(browser, run).status_code == 403
    assert not Publication.objects.exists()


def test_a_newer_run_is_shown_but_not_yet_public(alinas_browser, run):
    first = publish_run(actor=SYSTEM, run=run)
    newer = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    text = read_text(alinas_browser, PAGE)
    assert f"Hier gezeigt wird der neuere Lauf {newer.pk}; er ist noch nicht öffentlich." in text
    assert public_run() == run
    assert publish(alinas_browser, newer, seen=first.pk).status_code == 302
    assert public_run() == newer


def test_the_page_for_everybody_names_files_and_columns_in_every_language(run):
    for prefix in LANGUAGES:
        assert "analyse." not in Client().get(f"{prefix}/offene-daten/").content.decode()
    publish_run(actor=SYSTEM, run=run)
    pages = {prefix: Client().get(f"{prefix}/offene-daten/").content.decode() for prefix in LANGUAGES}
    for page in pages.values():
        for name in BY_FILE_NAME:
            assert f'href="/offene-daten/{name}"' in page
        for column in COLUMNS:
            assert f">{column.header}</bdi>" in page
            assert f"<code>{column.name}</code>" in page
        assert run.sources[0]["name"] in page
    assert "nach Annahmen auf Orte verteilt, nicht gezählt" in pages[""]
    assert "spread over places by assumption" in pages["/en"]


def test_invented_offers_are_named_where_figures_are_loaded(alinas_browser, run):
    register.change_offer(actor=SYSTEM, offer=get_offer("elterncafe"), is_invented=True)
    register.publish_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    invented = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    assert "mit dem Hinweis, dass die Angebote erfunden sind" in read_text(alinas_browser, PAGE)
    publish_run(actor=SYSTEM, run=invented)
    assert "Die Angebote sind erfunden" in Client().get("/offene-daten/").content.decode()
    answer = Client().get("/offene-daten/analyse.geojson")
    assert "Die Angebote sind erfunden" in b"".join(answer.streaming_content).decode()
