"""Planning in the cockpit: Alina asks, Cem reads, the page says what is proven and what is assumed."""

import re

import pytest
from tests.conftest import DETMOLD, LEMGO, LIPPE, LUEGDE
from tests.planning.region import load_planning
from tests.web.conftest import open_browser
from tests.web.test_desk_pages import as_float, read_csv, read_page, read_text

from kekiz.accounts.actors import SYSTEM
from kekiz.evidence.models import Area
from kekiz.planning import actions, queries
from kekiz.planning.models import Practice, Proposal
from kekiz.web.desk import plan_words
from kekiz.web.words import write_estimate, write_euro

PAGE = "/cockpit/planung/"
QUESTION = {
    "budget": "20000",
    "regler": "60000",
    "vorher": "60000",
    "regler_vorher": "60000",
    "regel": "kekiz-2017",
    "gewicht": "2",
    "arten": ["offer", "guide", "places", "hurdle"],
}


@pytest.fixture
def run(db, tmp_path):
    """A run of the small region, with practices."""
    return load_planning(tmp_path)


@pytest.fixture
def proposal(run):
    """A computed proposal."""
    return actions.request_proposal(actor=SYSTEM, run=run, budget_eur=20_000, rule_key="kekiz-2017", equity=2)


def test_alina_asks_and_lands_on_the_answer(run):
    browser = open_browser("alina")
    answer = browser.post(PAGE, QUESTION)
    asked = Proposal.objects.get()
    assert answer.status_code == 302
    assert answer.url.startswith(f"{PAGE}{asked.pk}/")
    assert (asked.budget_eur, asked.rule_key, asked.equity, asked.kinds, asked.ags) == (
        20_000, "kekiz-2017", 2, [], [],
    )  # fmt: skip
    assert "finden rund" in read_text(browser, answer.url)
    assert "für Alina Koordination" in read_text(browser, answer.url)


def test_the_page_says_effect_money_proof_and_assumptions(alinas_plan_browser, proposal):
    content = queries.find_proposal(LIPPE, proposal.pk).result.content
    text = read_text(alinas_plan_browser, f"{PAGE}{proposal.pk}/")
    assert (
        f"Mit {write_euro(20_000)} eigenem Geld im Jahr finden {write_estimate(content['verified'])}" in text
    )
    assert f"davon zahlt die Förderung {write_euro(content['money'][0]['state_eur'])}" in text
    for one in content["measures"]:
        assert one["title"] in text
    assert "Bewiesen ist: Keine andere bezahlbare Auswahl" in text
    assert "ohne Quelle: Spielmobil, Familienlotsin" in text
    assert "50 % von Personal und Sachkosten".replace(" %", "\u202f%") in text
    assert "zählt 2-mal so viel" in text
    assert "Was käme als Nächstes?" in text


def test_tables_and_csv_files_hold_the_same_as_the_stored_plan(alinas_plan_browser, proposal):
    content = queries.find_proposal(LIPPE, proposal.pk).result.content
    measures = read_csv(alinas_plan_browser, f"{PAGE}{proposal.pk}/massnahmen.csv")
    titles = [f"{number}. {one['title']}" for number, one in enumerate(content["measures"], start=1)]
    assert [row["Maßnahme"] for row in measures] == titles
    total = sum(as_float(row["Kinder"]) for row in measures)
    assert total == pytest.approx(content["predicted"], abs=0.05)
    places = read_csv(alinas_plan_browser, f"{PAGE}{proposal.pk}/kommunen.csv")
    assert sum(as_float(row["nachgerechnet"]) for row in places) == pytest.approx(
        content["verified"], abs=0.05
    )
    for year in read_csv(alinas_plan_browser, f"{PAGE}{proposal.pk}/geld.csv"):
        parts = as_float(year["Landesförderung"]) + as_float(year["eigene Mittel"])
        assert as_float(year["Kosten"]) == pytest.approx(parts, abs=0.02)
        assert as_float(year["eigene Mittel"]) <= 20_000
    for name in ("kosten", "gruppen", "naechste"):
        assert read_csv(alinas_plan_browser, f"{PAGE}{proposal.pk}/{name}.csv")
    assert len(read_csv(alinas_plan_browser, f"{PAGE}praxen.csv")) == 3


def test_the_slider_counts_where_only_it_was_moved(run):
    browser = open_browser("alina")
    for number, slider, wanted in (
        ("60000", "5000", 5_000),
        ("7000", "5000", 7_000),
        ("60000", "60000", 60_000),
    ):
        browser.post(PAGE, QUESTION | {"budget": number, "regler": slider})
        assert Proposal.objects.first().budget_eur == wanted


def test_a_number_between_the_steps_of_the_slider_stays(run):
    browser = open_browser("alina")
    page = browser.post(PAGE, QUESTION | {"budget": "62300", "regler": "60000", "arten": []}).content.decode()
    shown = {
        name: re.search(rf'name="{name}"[^>]*value="(\d+)"', page)[1] for name in ("vorher", "regler_vorher")
    }
    assert shown == {"vorher": "62300", "regler_vorher": "60000"}
    browser.post(PAGE, QUESTION | {"budget": "62300", "regler": "60000"} | shown)
    assert Proposal.objects.get().budget_eur == 62_300


def test_only_some_kinds_and_municipalities_are_searched(run):
    browser = open_browser("alina")
    answer = browser.post(PAGE, QUESTION | {"arten": ["guide"], "kommunen": [LEMGO, DETMOLD]})
    text = read_text(browser, answer.url)
    assert "nur: Lotsinnen und Lotsen" in text
    assert "nur in Detmold und Lemgo" in text


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"budget": "-5"}, "Bitte einen Betrag ab 0"),
        ({"budget": "viel"}, "Bitte eine ganze Zahl"),
        ({"budget": ""}, "Bitte nennen Sie das Budget"),
        ({"regel": "/etc/passwd.toml"}, "Förderung"),
        ({"gewicht": "99"}, "wenig Geld"),
        ({"arten": []}, "mindestens eine Art"),
        ({"kommunen": ["09162000"]}, "Kommunen"),
    ],
)
def test_a_wrong_question_is_explained_and_nothing_is_stored(run, changed, complaint):
    answer = open_browser("alina").post(PAGE, QUESTION | changed)
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    assert answer.status_code == 200
    assert "Bitte prüfen Sie Ihre Eingaben" in text
    assert complaint in text
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("visitor", 302),
        ("frido", 403),
        ("dora", 403),
        ("eva", 403),
        ("cem", 403),
        ("bert", 403),
        ("alina", 302),
    ],
)
@pytest.mark.parametrize("question", [QUESTION, {}])
def test_only_the_coordination_may_ask(run, name, status, question):
    answer = open_browser(name).post(PAGE, question)
    assert answer.status_code == (200 if name == "alina" and not question else status)
    assert Proposal.objects.count() == (1 if name == "alina" and question else 0)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("visitor", 302),
        ("frido", 403),
        ("dora", 403),
        ("eva", 200),
        ("cem", 200),
        ("bert", 200),
        ("alina", 200),
    ],
)
def test_everybody_of_the_region_reads_a_proposal(run, proposal, name, status):
    browser = open_browser(name)
    paths = ("", "massnahmen.csv", "geld.csv")
    assert {browser.get(f"{PAGE}{proposal.pk}/{path}").status_code for path in paths} == {status}
    missing = browser.get(f"{PAGE}{proposal.pk}/geheim.csv").status_code
    assert missing == (404 if status == 200 else status)


def test_cem_reads_but_sees_no_form(run, proposal):
    text = read_page(open_browser("cem"), PAGE)
    assert "data-planning" not in text
    assert "kann die Koordination der Region" in text
    assert f"{PAGE}{proposal.pk}/" in text


def test_while_it_is_computed_the_page_says_so_and_reloads_by_itself(run, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    browser = open_browser("alina")
    answer = browser.get(browser.post(PAGE, QUESTION).url)
    assert answer["Refresh"] == "5"
    assert "wird gerechnet" in answer.content.decode()
    assert browser.get(f"{PAGE}{Proposal.objects.get().pk}/massnahmen.csv").status_code == 404
    actions.compute_proposal(proposal_id=Proposal.objects.get().pk)
    assert "Refresh" not in browser.get(f"{PAGE}{Proposal.objects.get().pk}/")


def test_a_failure_is_told_in_words(run, settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    browser = open_browser("alina")
    url = browser.post(PAGE, QUESTION).url
    Practice.objects.update(units=[10**400])  # no machine number: the engine cannot take it
    with pytest.raises(OverflowError):
        actions.compute_proposal(proposal_id=Proposal.objects.get().pk)
    text = read_text(browser, url)
    assert "konnte nicht gerechnet werden" in text
    assert "OverflowError" not in text


def test_two_proposals_side_by_side(alinas_plan_browser, run, proposal):
    other = actions.request_proposal(actor=SYSTEM, run=run, budget_eur=8_000, rule_key="own")
    text = read_text(alinas_plan_browser, f"{PAGE}vergleich/?nr={proposal.pk}&nr={other.pk}")
    assert write_euro(8_000) in text
    assert write_euro(20_000) in text
    rows = read_csv(alinas_plan_browser, f"{PAGE}vergleich.csv?nr={proposal.pk}&nr={other.pk}")
    assert list(rows[0]) == ["Vergleich", f"Vorschlag {proposal.pk}", f"Vorschlag {other.pk}"]
    answer = alinas_plan_browser.get(f"{PAGE}vergleich/?nr={proposal.pk}", follow=True)
    assert "zwei oder drei fertige" in answer.content.decode()
    assert alinas_plan_browser.get(f"{PAGE}vergleich/?nr=999").status_code == 404
    assert alinas_plan_browser.get(f"{PAGE}vergleich/?nr=abc").status_code == 404


def test_the_map_shows_effect_and_numbered_measures(alinas_plan_browser, run, proposal):
    for key, west in ((LEMGO, 8.7), (DETMOLD, 8.5), (LUEGDE, 9.1)):
        corners = [[west, 51.9], [west + 0.2, 51.9], [west + 0.2, 52.1], [west, 52.1], [west, 51.9]]
        Area.objects.filter(key=key).update(boundary={"type": "Polygon", "coordinates": [corners]})
    page = read_page(alinas_plan_browser, f"{PAGE}{proposal.pk}/")
    content = queries.find_proposal(LIPPE, proposal.pk).result.content
    assert page.count('class="map__dot"') == sum(one["x"] is not None for one in content["measures"]) > 0
    assert "Kinder finden mehr" in page


def test_without_money_the_page_says_that_nothing_fits(alinas_plan_browser, run):
    nothing = actions.request_proposal(actor=SYSTEM, run=run, budget_eur=0, rule_key="own")
    text = read_text(alinas_plan_browser, f"{PAGE}{nothing.pk}/")
    assert "ist keine der" in text
    assert "Keine passt in dieses Budget" in text


def test_without_practices_the_page_says_what_to_do_first(run):
    Practice.objects.all().delete()
    queries.ChangePrice.objects.all().delete()
    text = read_text(open_browser("alina"), PAGE)
    assert "kekiz practices practices.toml --region 05766" in text


def test_a_difference_beyond_the_range_is_said():
    content = {"predicted": 100.0, "verified": 60.0, "expected_range": [85.0, 115.0]}
    assert "außerhalb der angegebenen Spanne" in plan_words.describe_difference(content)
    assert "liegt in der" in plan_words.describe_difference(content | {"verified": 97.0})


@pytest.fixture
def alinas_plan_browser(run):
    """Alina before the planning."""
    return open_browser("alina")
