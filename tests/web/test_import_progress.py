"""How far a long import has come, asked while its transaction is open: by its own person and nobody else."""

import os

import pytest
from django.db import connection
from django.test import Client
from tests.register.imports.lists import plain_csv, row
from tests.web.conftest import open_browser
from tests.web.test_import_pages import START, choose, send

from kekiz.accounts.actions import create_user, grant_role
from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.models import User
from kekiz.register.import_models import ImportBatch
from kekiz.register.models import Offer
from kekiz.web.desk.work_progress import (
    TAKE_OVER,
    WORDS,
    Work,
    find_path,
    read_work,
    tell_work,
)

NOTHING = {"share": None, "text": ""}
MANY = 600  # two lots


@pytest.fixture
def alina(region):
    return open_browser("alina")


@pytest.fixture
def batch(alina):
    """A list of many rows, its columns chosen."""
    send(alina, plain_csv([row(number) for number in range(1, MANY + 1)]), "viele.csv")
    sent = ImportBatch.objects.get()
    choose(alina, sent)
    return sent


@pytest.fixture
def second_window(alina):
    """The same person once more, as the script of the page asks."""
    browser = Client()
    browser.force_login(User.objects.get(email="alina@example.org"))
    return browser


def ask(browser, batch):
    return browser.get(f"{START}{batch.pk}/stand").json()


def listen_during(statement, browser, batch, work):
    """Do the work; before each statement of this kind ask where it stands."""
    heard = []

    def watch(execute, sql, params, many, context):
        if sql.startswith(statement):
            heard.append(ask(browser, batch))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        work()
    return heard


def test_while_a_list_is_stored_the_page_hears_how_far_it_is(alina, second_window, batch):
    heard = listen_during(
        'INSERT INTO "register_importlink"',
        second_window,
        batch,
        lambda: alina.post(f"{START}{batch.pk}/pruefen/", {"uebernehmen": "1"}),
    )
    assert heard[0]["text"] == "500 von 600 Zeilen verglichen", "nothing is stored yet"
    assert heard[-1]["text"] == "500 von 600 Angeboten gespeichert"
    assert 0.25 < heard[0]["share"] < heard[-1]["share"] < 1
    assert ask(alina, batch) == NOTHING, "and then it is over"


def test_publishing_and_taking_back_are_told_too(alina, second_window, batch):
    alina.post(f"{START}{batch.pk}/pruefen/", {"uebernehmen": "1"})
    heard = listen_during(
        'INSERT INTO "register_offerversion"',
        second_window,
        batch,
        lambda: alina.post(f"{START}{batch.pk}/veroeffentlichen"),
    )
    assert heard[-1]["text"] == "500 von 600 Angeboten veröffentlicht"
    again = alina.post(f"{START}{batch.pk}/veroeffentlichen", follow=True)
    assert "waren schon veröffentlicht" in again.content.decode()
    heard = listen_during(
        'DELETE FROM "register_site"',
        second_window,
        batch,
        lambda: alina.post(f"{START}{batch.pk}/zuruecknehmen"),
    )
    assert heard[0] == {"share": 1.0, "text": "600 von 600 Angeboten zurückgenommen"}
    assert not Offer.objects.filter(title__startswith="Elterncafé ").exists()


def test_only_who_started_it_hears_of_it(alina, batch):
    colleague = create_user(actor=SYSTEM, email="alma@example.org", display_name="Alma", password=None)
    grant_role(actor=SYSTEM, user=colleague, role="district", area="05766")
    with tell_work(User.objects.get(email="alina@example.org"), batch, TAKE_OVER) as work:
        work.count("store")(4_200, 10_000)
        assert ask(alina, batch) == {
            "share": round((8 + 7 * 0.42) / 15, 3),
            "text": "4\u202f200 von 10\u202f000 Angeboten gespeichert",
        }
        assert read_work(colleague, batch.pk) == NOTHING
        assert open_browser("bert").get(f"{START}{batch.pk}/stand").status_code == 403
    assert alina.get(f"{START}{batch.pk + 1}/stand").status_code == 404
    assert alina.get(f"{START}{batch.pk}/stand")["Cache-Control"] == "no-store"


def test_a_failed_import_leaves_no_bar_behind(alina):
    send(alina, plain_csv([row(1, Angebot="")]), "leer.csv")
    batch = ImportBatch.objects.get()
    choose(alina, batch)
    answer = alina.post(f"{START}{batch.pk}/pruefen/", {"uebernehmen": "1"})
    assert answer.status_code == 422
    assert "Keine Zeile der Liste lässt sich übernehmen" in answer.content.decode()
    assert ask(alina, batch) == NOTHING


def test_where_nothing_can_be_noted_the_import_goes_on(alina, batch, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.PROGRESS_FOLDER = tmp_path / "file" / "folder"
    alina.post(f"{START}{batch.pk}/pruefen/", {"uebernehmen": "1"})
    assert ImportBatch.objects.get().state == "imported"
    assert ask(alina, batch) == NOTHING


def test_what_a_killed_process_said_last_is_forgotten(alina, batch):
    person = User.objects.get(email="alina@example.org")
    with tell_work(person, batch, TAKE_OVER) as work:
        work.count("store")(1, 2)
        path = find_path(person, batch.pk)
        left = path.with_name("import-77-7.json")
        for old in (path, left):
            old.write_text(path.read_text())
            os.utime(old, (0, 0))
        assert ask(alina, batch) == NOTHING
    path.write_text('{"stage": "store", "done": 1, "of": 2, "share": 0.8}')
    with tell_work(person, batch, TAKE_OVER):
        assert ask(alina, batch) == NOTHING, "the next one begins at nothing"
        assert not left.exists()


def test_every_stage_has_its_words_and_the_bar_never_goes_back(settings, tmp_path):
    settings.PROGRESS_FOLDER = tmp_path / "progress"
    from kekiz.web.desk import work_progress

    works = (
        work_progress.CHECK,
        work_progress.WORKBOOK,
        TAKE_OVER,
        work_progress.PUBLISH,
        work_progress.UNDO,
    )
    assert {stage for work in works for stage in work} == set(WORDS)
    user = User(pk=7)
    for stages in works:
        work, shares = Work(find_path(user, 1), stages), []
        for stage in stages:
            work.enter(stage)
            shares.append(read_work(user, 1)["share"])
            work.count(stage)(10, 10)
            shares.append(read_work(user, 1)["share"])
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, 1)
