"""An exported workbook comes home, changed or not; or to others who have the same keys for other things."""

import io

import pytest
from openpyxl import load_workbook
from tests.conftest import make_person
from tests.register.exports.round_trip import bring_in_sheet, export
from tests.register.imports.lists import LIPPE_PLACES, plain_csv, read, row
from tests.register.imports.world import photograph_register
from tests.register.world import PROVIDERS, get_offer, load_world, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import InvalidInput
from kekiz.register import actions
from kekiz.register.actions.import_undo import undo_import
from kekiz.register.actions.imports import import_list
from kekiz.register.exports.formats import FORMATS
from kekiz.register.import_models import ImportBatch, ImportLink
from kekiz.register.import_plan import Options
from kekiz.register.imports.files import read_content
from kekiz.register.imports.mapping import propose_mapping
from kekiz.register.imports.own_columns import COLUMNS, shield, unshield
from kekiz.register.imports.rows import read_rows
from kekiz.register.models import Offer, Provider, Site


@pytest.fixture
def workbook(db):
    """The small register as a workbook in somebody's hands; `send` takes it over."""
    load_world()
    return load_workbook(io.BytesIO(export("xlsx")))


def send(book, *, actor=SYSTEM):
    stream = io.BytesIO()
    book.save(stream)
    sheet = read_content("angebote.xlsx", stream.getvalue()).largest
    mapping = propose_mapping(sheet)
    rows = read_rows(sheet, mapping, LIPPE_PLACES)
    batch = ImportBatch(source="eigene", file_name="x", form="workbook", file_digest="0" * 64, area="05766")
    return import_list(
        actor=actor, batch=batch, sheet=sheet, mapping=mapping, rows=rows, options=Options(area=("05766",))
    )


def put(book, key, **cells):
    """Write into the row of an offer, by column name."""
    page = book.active
    places = {column.name: at for at, column in enumerate(COLUMNS, start=1)}
    number = next(cell.row for cell in page["A"] if cell.value == key)
    for name, value in cells.items():
        page.cell(number, places[name], value)


def test_an_unchanged_export_changes_nothing(workbook):
    before = photograph_register() | {"links": []}
    _, plan = send(workbook)
    assert (plan.counts["same"], plan.counts["new"], plan.counts["changed"]) == (7, 0, 0)
    assert photograph_register() | {"links": []} == before


def test_what_people_wrote_into_the_workbook_is_read_like_any_list(workbook):
    before = photograph_register()
    put(
        workbook,
        "elterncafe",
        title="Elterncafé am Markt",
        cost="5 € pro Termin",
        opening_hours="Mo+Mi 9-12 Uhr",
        languages="deutsch und türkisch",
        age_to_months=48,
    )
    page = workbook.active
    page.append([None, "Babytreff", "Stadt Detmold", *[None] * (len(COLUMNS) - 3)])
    new = page.max_row
    for name, value in {
        "age_from_months": 0,
        "age_to_months": 12,
        "fields": "S2",
        "postcode": "32756",
    }.items():
        page.cell(new, [column.name for column in COLUMNS].index(name) + 1, value)
    batch, plan = send(workbook)
    assert (plan.counts["new"], plan.counts["changed"], plan.counts["refused"]) == (1, 1, 0)
    offer = get_offer("elterncafe")
    assert (offer.title, offer.cost, offer.cost_note) == ("Elterncafé am Markt", "paid", "5 € pro Termin")
    assert (offer.opening_hours, offer.languages) == ("Mo,We 09:00-12:00", ["de", "tr"])
    assert (offer.age_to_months, offer.summary, offer.hurdles) == (48, "Kaffee und Fragen", ["paid"])
    assert Offer.objects.get(title="Babytreff").sites.get().town == "Detmold"
    undo_import(actor=SYSTEM, batch=batch)
    assert photograph_register() == before
    assert not ImportLink.objects.exists()


def test_a_key_that_is_taken_by_others_gives_way(workbook):
    sheet = read_content("angebote.xlsx", export("xlsx")).largest
    Offer.objects.update(state="draft", published=None)
    Offer.objects.all().delete()
    Site.objects.all().delete()
    Provider.objects.all().delete()
    others = [{**PROVIDERS[0], "name": "Ein ganz anderer Verein"}]
    place = {
        "key": "lemgo-haus",
        "name": "Rathaus",
        "town": "Lage",
        "ags": "05766040",
        "lat": 51.99,
        "lon": 8.79,
    }
    mine = offer_row("elterncafe", title="Unser Elterncafé")
    actions.load_register(actor=SYSTEM, providers=others, sites=[place], offers=[mine], cooperations=())
    bring_in_sheet(sheet, "workbook")
    assert get_offer("elterncafe").title == "Unser Elterncafé"
    theirs = Offer.objects.get(title="Elterncafé")
    assert theirs.key != "elterncafe"
    assert theirs.provider.name == "Familienbünde Lemgo"
    assert theirs.sites.get().name == "Haus der Familie"


def test_nobody_changes_offers_of_another_area_with_a_workbook(workbook):
    berta = make_person("alina")
    berta.roles.update(area="05766052")  # coordinates Lügde only
    put(workbook, "telefon", title="Übernommen", service_area="05766")
    with pytest.raises(InvalidInput, match="Keine Zeile"):
        send(workbook, actor=berta)
    assert get_offer("telefon").title == "Sorgentelefon"


@pytest.mark.parametrize(
    ("form", "back"),
    [("hsds-json", "nach Absprache, Mo 9-12"), ("xlsx", '"nach Vereinbarung"; Mo 09:00-12:00')],
)
def test_hours_that_are_no_notation_stay_in_hsds_and_are_read_in_a_workbook(db, form, back):
    odd = offer_row("vage", opening_hours="nach Absprache, Mo 9-12")
    load_world([odd])
    sheet = read_content(FORMATS[form].file_name, export(form)).largest
    (row,) = read_rows(sheet, propose_mapping(sheet), LIPPE_PLACES)
    assert row.offer["opening_hours"] == back


def test_other_lists_may_have_our_further_columns():
    content = plain_csv(
        [[*row(1), "Anmeldung nötig; Warteliste", "Gibt es nicht"]],
        header=[*row.__globals__["HEADER"], "Hürden", "Hilfesystem"],
    )
    _, _, (found,) = read(content)
    assert found.offer["hurdles"] == ["registration", "waiting_list"]
    assert "system" not in found.offer
    assert any("Hilfesystem" in finding.text for finding in found.findings)
    assert found.own is None


@pytest.mark.parametrize(
    "text", ["=1", "'=1", "''=1", "'", "+49 5231 / 97-0", "-", "-x", "@a", "a=b", "\t=1", ""]
)
def test_a_shield_comes_off_again(text):
    assert unshield(shield(text)) == text
    assert not shield(text).startswith(("=", "@", "\t"))
