"""The pages of the cockpit with a stored run: its figures, in the chosen area, as page and as CSV."""

import csv
import io
import re

import pytest
from tests.conftest import LEMGO, LIPPE, LUEGDE, make_person
from tests.evidence.region import load_region
from tests.web.conftest import DAY, open_browser

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis import queries
from kekiz.analysis.actions import run_analysis
from kekiz.evidence.models import Area
from kekiz.evidence.queries import find_area
from kekiz.web.desk.choice import Choice, find_own_area
from kekiz.web.desk.figures import measure_missing, share_of_arriving
from kekiz.web.desk.tables import Column, Row, Table, write_cell, write_csv
from kekiz.web.words import write_number, write_of_hundred


def read_page(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def read_text(browser, path):
    page = re.sub(r"(?s)<svg.*?</svg>", " ", read_page(browser, path))
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))


def read_csv(browser, path):
    answer = browser.get(path)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def as_float(text):
    return float(text.replace(",", "."))


def test_the_overview_opens_with_the_headline_of_the_run(alinas_browser, run):
    text = read_text(alinas_browser, "/cockpit/")
    headline = queries.headline(run)
    found = write_of_hundred(headline.unbroken)
    assert (
        f"Von 100 Kindern, die heute im Kreis Lippe geboren werden, finden {found} auf dem ganzen Weg" in text
    )
    assert f"Lauf {run.pk}" in text
    assert "Wo die Kette hält und wo sie reißt" in text
    assert "Das ist der erste Lauf dieser Region." in text
    assert "Die Angebote sind erfunden" not in text  # the test's offers are not marked so


def test_the_links_of_the_chain_multiply_to_the_headline(run):
    for key, group in ((LIPPE, ""), (LEMGO, ""), ("ja-kreis", "low_income")):
        area = find_area(key)
        choice = Choice(run, area, [area], group)
        held = 1.0
        for share in measure_missing(choice).values():
            held *= 1 - share
        headline = queries.headline(run, choice.region_area)
        unbroken = headline.unbroken_by_group[group] if group else headline.unbroken
        assert held == pytest.approx(unbroken, abs=1e-9)


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("", "ABCD"),
        ("A", "CD"),  # A alone would follow from the others: B goes with it
        ("D", "AB"),
        ("B", "AD"),
        ("AB", "CD"),
        ("BC", "AD"),
        ("ABCD", ""),
    ],
)
def test_shares_of_those_who_arrive_come_from_both_ends(hidden, shown):
    breaks = {"A": 0.1, "B": 0.09, "C": 0.081, "D": 0.0729}  # a tenth of those who arrive, each time
    told = {phase: share for phase, share in breaks.items() if phase not in hidden}
    missing = share_of_arriving("ABCD", told, 0.6561)
    assert missing == {phase: pytest.approx(0.1) for phase in shown}


def test_every_page_names_the_chosen_area_and_keeps_it_in_its_links(alinas_browser):
    page = read_page(alinas_browser, f"/cockpit/?gebiet={LEMGO}&gruppe=low_income")
    assert "in Lemgo geboren" in page
    assert f"/cockpit/luecken/P3/?gebiet={LEMGO}&amp;gruppe=low_income" in page
    assert f"/cockpit/tabelle/kette.csv?gebiet={LEMGO}&amp;gruppe=low_income" in page


def test_the_overview_asks_the_database_a_fixed_few_times(alinas_browser, django_assert_max_num_queries):
    alinas_browser.get("/cockpit/")  # reads the run's tables once per process
    with django_assert_max_num_queries(13):
        alinas_browser.get("/cockpit/")


def test_the_figures_of_an_area_are_its_own(alinas_browser, run):
    whole = read_csv(alinas_browser, "/cockpit/tabelle/kette.csv")
    lemgo = read_csv(alinas_browser, f"/cockpit/tabelle/kette.csv?gebiet={LEMGO}")
    assert len(whole) == len(lemgo) == 14
    for rows, area in ((whole, None), (lemgo, find_area(LEMGO))):
        shown = [as_float(row["Bedarf"]) for row in rows if row["Bedarf"] != "."]
        hidden = sum(row["Bedarf"] == "." for row in rows)
        total = queries.total_reasons(run, area).need
        assert total - 3 * hidden <= sum(shown) <= total + 0.01


def test_the_table_of_gaps_is_the_matrix_largest_first(alinas_browser, run):
    rows = read_csv(alinas_browser, "/cockpit/tabelle/luecken.csv")
    unmet = [as_float(row["ohne Platz"]) for row in rows if row["ohne Platz"] != "."]
    assert unmet == sorted(unmet, reverse=True)
    matrix = queries.matrix(run)
    assert len(rows) == sum(cell.has_need for cell in matrix.cells.values())
    largest = max(matrix.cells.values(), key=lambda cell: cell.reasons.unmet)
    assert unmet[0] == pytest.approx(largest.reasons.unmet, abs=0.001)
    for row in rows:
        parts = [
            row[name] for name in ("gefunden", "nicht gefunden", "voll", "Hürde", "zu weit", "kein Angebot")
        ]
        if "." not in parts:
            assert sum(map(as_float, parts)) == pytest.approx(as_float(row["Bedarf"]), abs=0.01)


def test_the_drill_down_names_offers_reasons_and_norms(alinas_browser, run):
    text = read_text(alinas_browser, "/cockpit/luecke/P3/S2/")
    detail = queries.gaps(run, None, "P3", "S2")
    assert "Familie, Frühe Kindheit" in text
    assert detail.offers
    for offer in detail.offers:
        assert offer.name in text
    assert "Annahme" in text
    assert "Anteil der Kinder mit Bedarf" in text


def test_the_offers_of_a_link_lead_to_their_page(alinas_browser):
    page = read_page(alinas_browser, "/cockpit/luecke/P3/S2/")
    assert 'href="/angebot/elterncafe/"' in page
    assert alinas_browser.get("/angebot/elterncafe/").status_code == 200


DOT = '<span aria-hidden="true">·</span><span class="visually-hidden">geschützte Zahl</span>'


def test_small_needs_are_dots_and_not_numbers(region, settings):
    settings.KEKIZ_SMALLEST_COUNT = 3
    run = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    alinas_browser = open_browser("alina")
    cube = queries.link_cube(run)
    small = next(
        cell
        for cell in queries.matrix(run, find_area(LUEGDE)).cells.values()
        if 0 < cube.total(ags=[LUEGDE], phase=cell.phase, field=cell.field).need < queries.SMALLEST_SHOWN
    )
    assert small.reasons.is_hidden
    path = f"/cockpit/luecke/{small.phase}/{small.field}/"
    text = read_text(alinas_browser, f"{path}?gebiet={LUEGDE}")
    assert "zu klein, um sie zu zeigen" in text
    assert "von rund" not in text
    rows = read_csv(alinas_browser, f"{path}gemeinden.csv")
    assert next(row for row in rows if row["Kommune"] == "Lügde")["Bedarf"] == "."


def test_without_boundaries_the_table_remains(alinas_browser):
    page = read_page(alinas_browser, f"/cockpit/?gebiet={LEMGO}")
    assert "keine Grenzen eingelesen" in page
    assert page.count('class="is-here"') == 1


def test_the_map_of_a_part_of_the_region_shows_its_cells(alinas_browser):
    corners = [[8.7, 51.9], [9.0, 51.9], [9.0, 52.1], [8.7, 52.1], [8.7, 51.9]]
    Area.objects.filter(key=LEMGO).update(boundary={"type": "Polygon", "coordinates": [corners]})
    whole = read_page(alinas_browser, "/cockpit/")
    assert "map__picture" in whole
    assert "map__cell" not in whole
    for area in (LEMGO, "ja-lemgo"):
        page = read_page(alinas_browser, f"/cockpit/?gebiet={area}")
        assert page.count('class="map__shape map__cell') == 2
        assert page.count('class="map__outline"') == 1


def test_people_start_with_their_own_area(run):
    areas = [find_area(key) for key in (LIPPE, "ja-lemgo", LEMGO, LUEGDE)]
    start = {name: find_own_area(make_person(name), areas).key for name in ("alina", "bert", "cem", "eva")}
    assert start == {"alina": LIPPE, "bert": "ja-lemgo", "cem": LUEGDE, "eva": LIPPE}


def test_they_may_read_the_whole_region_too(run):
    browser = open_browser("cem")
    assert "in Lügde geboren" in read_page(browser, "/cockpit/")
    assert "im Kreis Lippe geboren" in read_page(browser, f"/cockpit/?gebiet={LIPPE}")


def test_a_second_run_says_what_changed(alinas_browser, run):
    from tests.evidence.region import load_counts

    load_counts(factor=8.0)
    second = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    text = read_text(alinas_browser, "/cockpit/")
    assert f"Lauf {second.pk}" in text
    assert "Verglichen mit dem Lauf vom" in text
    assert "mehr Kinder ohne Platz" in text


def test_without_a_run_the_page_says_what_to_do_first(db):
    load_region()
    text = read_text(open_browser("alina"), "/cockpit/")
    assert "Es gibt noch keine Analyse" in text
    assert "kekiz analyse" in text


def test_what_if_answers_beside_the_baseline(alinas_browser, run):
    asked = (
        "/cockpit/was-waere-wenn/?art=neu&felder=S2&felder=S1&von=0&bis=72&form=visit"
        "&ort=L%C3%BCgde&plaetze=40&rechnen=1"
    )
    text = read_text(alinas_browser, asked)
    assert "Ein neues Angebot in Lügde mit 40 Plätzen im Jahr (Gleichaltrige, Familie)" in text or (
        "Ein neues Angebot in Lügde mit 40 Plätzen im Jahr (Familie, Gleichaltrige)" in text
    )
    assert "Kinder im Jahr finden zusätzlich einen Platz" in text
    assert queries.latest_run(LIPPE) == run


def test_what_if_an_offer_ends_children_lose_their_place(alinas_browser):
    text = read_text(alinas_browser, "/cockpit/was-waere-wenn/?art=ende&angebot=elterncafe&rechnen=1")
    assert "„Elterncafé (familienbuende-lemgo)“ endet" in text
    assert "verlieren ihren Platz" in text


def test_what_if_fewer_places(alinas_browser):
    path = "/cockpit/was-waere-wenn/?art=plaetze&angebot=erziehungsberatung&plaetze=0&rechnen=1"
    assert "hat 0 Plätze im Jahr" in read_text(alinas_browser, path)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            "art=neu&von=0&bis=36&form=visit&ort=Lemgo&plaetze=4",
            "Bitte wählen Sie mindestens ein Bedarfsfeld.",
        ),
        (
            "art=neu&felder=S2&von=36&bis=0&form=visit&ort=Lemgo&plaetze=4",
            "Das obere Alter muss über dem unteren",
        ),
        (
            "art=neu&felder=S2&von=0&bis=36&form=visit&ort=Atlantis&plaetze=4",
            "„Atlantis“ steht nicht im Ortsverz",
        ),
        ("art=neu&felder=S2&von=0&bis=36&form=visit&ort=&plaetze=4", "Bitte nennen Sie den Ort"),
        ("art=neu&felder=S2&von=0&bis=36&form=visit&ort=Lemgo&plaetze=-1", "Bitte eine Zahl ab 0 eingeben."),
        (
            "art=neu&felder=S2&von=0&bis=36&form=visit&ort=Lemgo&plaetze=viele",
            "Bitte eine ganze Zahl eingeben",
        ),
        ("art=ende&angebot=gibt-es-nicht", "Dieses Angebot kommt im Lauf nicht vor."),
        ("art=plaetze&angebot=elterncafe&plaetze=", "Bitte nennen Sie die Plätze im Jahr."),
    ],
)
def test_a_wrong_question_is_explained(alinas_browser, given, complaint):
    text = read_text(alinas_browser, f"/cockpit/was-waere-wenn/?{given}&rechnen=1")
    assert "Bitte prüfen Sie Ihre Eingaben" in text
    assert complaint in text


def test_the_method_page_names_sources_and_assumptions(alinas_browser, run):
    text = read_text(alinas_browser, "/cockpit/wie-gerechnet/")
    assert "Erfundene Kinder" in text
    assert run.inputs_digest[:12] in text
    norms = queries.stored_inputs(run).norms.entries
    assumed = sum(norm.is_assumption for norm in norms if norm.key == "need_share")
    assert f"davon {write_number(assumed)} Annahmen" in text
    rows = read_csv(alinas_browser, "/cockpit/wie-gerechnet/kennwerte.csv")
    assert len(rows) == len(norms)
    assert sum(row["Quelle"] == "Annahme" for row in rows) == sum(norm.is_assumption for norm in norms)


def test_a_name_that_looks_like_a_formula_is_harmless_in_a_csv_file():
    table = Table(
        "t", "T", (Column("Name"), Column("Zahl", "children")), [Row(("=1+1", 1.5)), Row(("Äpfel", None))]
    )
    assert write_csv(table) == "Name;Zahl\r\n'=1+1;1,5\r\nÄpfel;?\r\n"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [(None, "children", "?"), (0.0, "children", "0"), (0.2, "children", "unter 1"), (1.6, "children", "2"),
     (".", "children", DOT), (".", "bar", DOT), (None, "text", "?"), ("<b>", "text", "<b>")],
)  # fmt: skip
def test_cells_never_turn_the_unknown_into_a_zero(value, kind, text):
    assert write_cell(value, kind) == text


def test_what_comes_from_the_register_is_escaped(alinas_browser, run):
    from tests.register.world import get_offer

    from kekiz.register import actions as register

    offer = get_offer("elterncafe")
    register.change_offer(actor=SYSTEM, offer=offer, title="<script>alert(1)</script>")
    register.publish_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    page = read_page(alinas_browser, "/cockpit/luecke/P3/S2/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_headline_tells_its_range_where_the_run_has_one(region):
    run = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY, range_draws=40)
    browser = open_browser("alina")
    ranges = queries.headline_ranges(run)
    low, high = write_of_hundred(ranges.unbroken.low), write_of_hundred(ranges.unbroken.high)
    text = read_text(browser, "/cockpit/")
    assert f"was sie brauchen ({low}–{high})" in text
    assert "mittlere 80 % von 40 Rechnungen" in text
    method = read_text(browser, "/cockpit/wie-gerechnet/")
    assert "bewegen am stärksten, was Kindern auf dem Weg fehlt" in method
    assert "je höher, desto" in method


def test_without_ranges_no_brackets_are_shown(alinas_browser):
    assert "Rechnungen)" not in read_text(alinas_browser, "/cockpit/")
    assert "am stärksten" not in read_text(alinas_browser, "/cockpit/wie-gerechnet/")
