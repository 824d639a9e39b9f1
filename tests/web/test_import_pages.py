"""The wizard from sending to taking back, as Alina walks it; what is refused says why; others never get
there.
"""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from tests.register.imports.lists import office_workbook, plain_csv, row
from tests.web.conftest import open_browser

from kekiz.register import queries
from kekiz.register.import_content import unpack_file
from kekiz.register.import_models import ImportBatch
from kekiz.register.models import Offer

START = "/cockpit/listen/"


def send(browser, content, name="liste.xlsx", source="Frühe Hilfen"):
    return browser.post(START, {"liste": SimpleUploadedFile(name, content), "quelle": source})


@pytest.fixture
def alina(region):
    return open_browser("alina")


def choose(browser, batch, **changes):
    """Send the mapping page as it stands, with some fields changed."""
    page = browser.get(f"{START}{batch.pk}/spalten/")
    form = {"blatt": page.context["sheet"].name}
    for column in page.context["columns"]:
        form[f"spalte-{column.number}"] = column.target
        form[f"einheit-{column.number}"] = column.unit
    form |= {f"alle-{key}": text for key, _, text, _ in page.context["fallbacks"]}
    return browser.post(f"{START}{batch.pk}/spalten/", form | changes)


def test_alina_takes_a_list_over_publishes_it_and_takes_it_back(alina):
    stored = Offer.objects.count()
    answer = send(alina, office_workbook())
    batch = ImportBatch.objects.get()
    assert answer.url == f"{START}{batch.pk}/spalten/"
    page = alina.get(answer.url).content.decode()
    for words in ("Überschrift „Träger“", "zählt nur die Zeilen", "Summenzeile", "Elterncafé · Babymassage"):
        assert words in page
    assert choose(alina, batch, **{"alle-fields": "S2"}).url == f"{START}{batch.pk}/pruefen/"
    check = alina.get(f"{START}{batch.pk}/pruefen/")
    assert check.context["counts"]["new"] == 2, "Lage is not in this small region"
    assert "Der Titel fehlt." in check.content.decode()
    assert "So sehen Familien" in check.content.decode()
    assert Offer.objects.count() == stored, "nothing is stored yet"
    done = alina.post(f"{START}{batch.pk}/pruefen/", {"stand": "in_review", "uebernehmen": "1"})
    assert done.url == f"{START}{batch.pk}/"
    offer = Offer.objects.get(title="Babymassage")
    assert offer.state == "in_review"
    assert queries.published_offer(offer.key) is None
    assert "2 Angebote veröffentlichen" in alina.get(done.url).content.decode()
    alina.post(f"{START}{batch.pk}/veroeffentlichen")
    assert queries.published_offer(offer.key) is not None
    answer = alina.post(f"{START}{batch.pk}/zuruecknehmen", follow=True)
    assert "wieder wie vorher" in answer.content.decode()
    assert Offer.objects.count() == stored


def test_next_month_goes_straight_to_the_check(alina):
    send(alina, plain_csv([row(1)]), "mai.csv")
    first = ImportBatch.objects.get()
    choose(alina, first)
    alina.post(f"{START}{first.pk}/pruefen/", {"uebernehmen": "1"})
    answer = send(alina, plain_csv([row(1), row(2)]), "juni.csv")
    second = ImportBatch.objects.latest("pk")
    assert answer.url == f"{START}{second.pk}/pruefen/"
    counts = alina.get(answer.url).context["counts"]
    assert (counts["same"], counts["new"]) == (1, 1)
    assert "kennt kekiz schon" in alina.get(f"{START}{second.pk}/spalten/").content.decode()


def test_rows_can_be_left_out_and_unplaced_ones_taken(alina):
    send(alina, plain_csv([row(1), row(2), row(3, PLZ="10115", Ort="Berlin")]), "x.csv")
    batch = ImportBatch.objects.get()
    choose(alina, batch)
    url = f"{START}{batch.pk}/pruefen/"
    assert "Eine Zeile scheitert nur am Ort" in alina.get(url).content.decode()
    alina.post(url, {"auslassen": ["2"], "ohne-ort": "1", "pruefen": "1"})
    counts = alina.get(url).context["counts"]
    assert (counts["new"], counts["skipped"], counts["refused"]) == (2, 1, 0)


def test_the_answer_for_the_office_says_why(alina):
    send(alina, office_workbook())
    batch = ImportBatch.objects.get()
    choose(alina, batch)
    answer = alina.get(f"{START}{batch.pk}/liste.xlsx")
    page = load_workbook(io.BytesIO(answer.content))["Liste"]
    lines = {line[2]: line for line in page.iter_rows(min_row=2, values_only=True)}
    assert lines[11][0] == "nicht übernommen"
    assert "Der Titel fehlt." in lines[11][1]


def test_a_sent_file_is_kept_packed_and_comes_back_whole(alina):
    content = plain_csv([row(number) for number in range(1, 201)])
    send(alina, content, "x.csv")
    kept = bytes(ImportBatch.objects.get().upload)
    assert len(kept) < len(content) / 4
    assert unpack_file(kept) == content
    workbook = office_workbook()
    send(alina, workbook)
    kept = bytes(ImportBatch.objects.latest("pk").upload)
    assert kept == workbook, "packed already"
    assert unpack_file(content) == content, "kept by an older version"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leer"),
        (b"%PDF-1.4", "PDF"),
        (b"<html></html>", "Webseite"),
        (b"PK\x03\x04 kaputt", "beschädigt"),
        (b"1;2\n3;4", "keine Tabelle"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(alina, content, words):
    answer = send(alina, content, "liste.xlsx")
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_without_a_file_the_page_says_so(alina):
    answer = alina.post(START, {"quelle": "x"})
    assert answer.status_code == 422
    assert "wählen Sie eine Datei" in answer.content.decode()


def test_text_of_a_list_is_never_markup(alina):
    send(
        alina,
        plain_csv([row(1, Angebot="<script>alert(1)</script>", Kosten="<b>x</b>")]),
        "<i>.csv",
        source="<u>Quelle</u>",
    )
    batch = ImportBatch.objects.get()
    for path in ("spalten/", "pruefen/"):
        page = alina.get(f"{START}{batch.pk}/{path}").content.decode()
        assert "<script>alert" not in page
        assert "<u>Quelle" not in page
        assert "<b>x</b>" not in page


@pytest.mark.parametrize("name", ["visitor", "frido", "dora", "eva", "cem", "bert"])
def test_others_cannot_send_change_or_see_a_list(alina, name):
    send(alina, plain_csv([row(1)]), "x.csv")
    batch = ImportBatch.objects.get()
    other = open_browser(name)
    wanted = 302 if name == "visitor" else 403
    assert send(other, plain_csv([row(1)]), "x.csv").status_code == wanted
    for path in ("", "spalten/", "pruefen/", "liste.xlsx"):
        assert other.get(f"{START}{batch.pk}/{path}").status_code == wanted
    for what in ("verwerfen", "veroeffentlichen", "zuruecknehmen"):
        assert other.post(f"{START}{batch.pk}/{what}").status_code == wanted
    assert ImportBatch.objects.count() == 1


def test_a_coordination_elsewhere_sees_no_foreign_list(alina):
    from django.test import Client

    from kekiz.accounts.actions import create_user, grant_role
    from kekiz.accounts.actors import SYSTEM

    send(alina, plain_csv([row(1)]), "x.csv")
    user = create_user(
        actor=SYSTEM, email="gerd@example.org", display_name="Gerd", password="nur-fuer-tests-geheim"
    )
    grant_role(actor=SYSTEM, user=user, role="district", area="05770")
    gerd = Client()
    gerd.force_login(user)
    assert gerd.get(f"{START}{ImportBatch.objects.get().pk}/spalten/").status_code == 404
    assert "Noch wurde keine Liste" in gerd.get(START).content.decode()


def test_an_imported_list_is_not_imported_twice(alina):
    send(alina, plain_csv([row(1)]), "x.csv")
    batch = ImportBatch.objects.get()
    choose(alina, batch)
    alina.post(f"{START}{batch.pk}/pruefen/", {"uebernehmen": "1"})
    stored = Offer.objects.count()
    answer = alina.post(f"{START}{batch.pk}/pruefen/", {"uebernehmen": "1"}, follow=True)
    assert "nicht noch einmal übernommen" in answer.content.decode()
    assert Offer.objects.count() == stored
    assert "zurückgenommen" in alina.post(f"{START}{batch.pk}/verwerfen", follow=True).content.decode()
