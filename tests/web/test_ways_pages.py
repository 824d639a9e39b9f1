"""Every page of the cockpit with figures says which ways stand behind them; the coordination learns more."""

import re

import pyarrow as pa
import pytest
from django.utils import timezone
from tests.analysis.measured import store_measured
from tests.analysis.test_measured_ways import move_away
from tests.conftest import LIPPE
from tests.evidence.region import PLACES, children_table
from tests.planning.region import load_planning
from tests.register.world import get_offer
from tests.web.conftest import DAY, open_browser
from tests.web.test_desk_pages import read_csv, read_page, read_text

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.actions import publish_run, run_analysis
from kekiz.evidence.actions import load_children, load_places
from kekiz.planning.actions import request_proposal
from kekiz.register.actions import publish_offer

MODEL = "Wege sind geschätzt (aus der Luftlinie)."
MEASURED = "Wege sind gemessen (Straßen vom 01.05.2025, Fahrplan für Di 20.05.2025)."
WHAT_IF = "/cockpit/was-waere-wenn/?art=neu&felder=S1&von=0&bis=36&form=visit&plaetze=100&rechnen=1&ort="
PAGES = (
    "/cockpit/",
    "/cockpit/luecken/",
    "/cockpit/luecke/P3/S1/",
    "/cockpit/ueberschneidungen/",
    "/cockpit/uebergaben/",
    "/cockpit/netzwerk/",
    "/cockpit/auslaufend/",
    "/cockpit/was-waere-wenn/",
    f"{WHAT_IF}Lemgo",
    "/cockpit/planung/",
    "/cockpit/planung/{proposal}/",
    "/cockpit/planung/vergleich/?nr={proposal}&nr={other}",
    "/cockpit/wie-gerechnet/",
)


def make_run(**values):
    return run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY, **values)


def ask_twice(run):
    asked = [
        request_proposal(actor=SYSTEM, run=run, budget_eur=budget, rule_key="own") for budget in (2e4, 4e4)
    ]
    return {"proposal": asked[0].pk, "other": asked[1].pk}


def test_every_page_says_which_ways_were_used(db, tmp_path):
    before = load_planning(tmp_path)
    browser, asked = open_browser("alina"), ask_twice(before)
    for page in PAGES:
        assert MODEL in read_text(browser, page.format(**asked)), page
    store_measured(DAY)
    asked = ask_twice(make_run())
    for page in PAGES:
        text = read_text(browser, page.format(**asked))
        assert MEASURED in text, page
        # The overview says once more what the run before rested on.
        assert (MODEL in text) == (page == "/cockpit/"), page


def test_a_change_that_comes_from_other_ways_is_told_as_such(run):
    browser = open_browser("alina")
    words = "Ein Teil der Änderung kommt daher, dass der frühere Lauf mit anderen Wegen rechnete."
    make_run()
    assert words not in read_text(browser, "/cockpit/")
    store_measured(DAY)
    make_run()
    assert f"{words} Für ihn galt: {MODEL}" in read_text(browser, "/cockpit/")
    make_run()
    assert words not in read_text(browser, "/cockpit/")


@pytest.fixture
def moved(region):
    """A run on measured ways; since the measurement the Elterncafé has moved."""
    store_measured(DAY)
    publish_offer(actor=SYSTEM, offer=move_away(get_offer("elterncafe")))
    return make_run()


def test_where_the_model_stood_in_is_counted_and_named(moved):
    browser = open_browser("eva")
    assert f"{MEASURED} 6 von 30 Wegen sind dennoch geschätzt." in read_text(browser, "/cockpit/")
    method = read_text(browser, "/cockpit/wie-gerechnet/")
    assert "Ein Weg führt von einer der 6 Zellen zu einem der 5 Angebote" in method
    assert "Elterncafé Familienbünde Lemgo neuer oder verlegter Ort" in method
    rows = read_csv(browser, "/cockpit/luecke/P3/S1/angebote.csv")
    assert [(row["Angebot"], row["Form"]) for row in rows] == [("Elterncafé", "Vor Ort, Weg geschätzt")]
    online = read_csv(browser, "/cockpit/luecke/P3/S2/angebote.csv")
    assert {row["Form"] for row in online} == {"Online oder Telefon", "Vor Ort", "Vor Ort, Weg geschätzt"}


def test_the_coordination_is_told_that_the_measurement_is_stale_and_how_to_renew_it(moved):
    alina, eva = open_browser("alina"), open_browser("eva")
    command = "kekiz travel --register --osm lippe.osm.pbf --gtfs zug.zip"
    for page in ("/cockpit/", "/cockpit/wie-gerechnet/"):
        text = read_text(alina, page)
        assert "ist 1 Angebot hinzugekommen oder verlegt. Dort steht die Schätzung ein" in text
        assert "Der Fahrplan der Messung liegt über ein Jahr zurück." in text
        assert command in text
        assert command not in read_text(eva, page), "readers cannot mend it"


def test_a_fresh_measurement_asks_for_a_run_and_then_for_nothing(run):
    browser, today = open_browser("alina"), timezone.localdate()
    assert "kekiz travel" not in read_page(browser, "/cockpit/")
    assert "Wege lassen sich messen" in read_text(browser, "/cockpit/wie-gerechnet/")
    store_measured(today, gtfs_date=today.isoformat())
    text = read_text(browser, "/cockpit/")
    assert "Dieser Lauf nutzt die Messung der Wege" in text
    assert "kekiz analyse --register" in text
    assert "kekiz travel" not in text
    run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=today)
    assert "nutzt die Messung" not in read_text(browser, "/cockpit/")


def test_what_if_at_an_unmeasured_place_says_so(run):
    """Lieme is in the gazetteer and was measured; Brake was added later."""
    store_measured(DAY)
    make_run()
    browser = open_browser("eva")
    words = "Zum Ort des neuen Angebots wurde nicht gemessen; dorthin sind die Wege geschätzt."
    assert words not in read_text(browser, f"{WHAT_IF}Lieme")
    new = {
        "name": "Brake",
        "kind": "locality",
        "ags": "05766044",
        "postcode": "32657",
        "lat": 52.01,
        "lon": 8.92,
    }
    load_places(actor=SYSTEM, region_key=LIPPE, places=[*PLACES, new])
    assert words in read_text(browser, f"{WHAT_IF}Brake")


def test_a_proposal_at_an_unmeasured_place_says_so(db, tmp_path):
    """The cells moved after the measurement, and with them the places where plans put new offers."""
    load_planning(tmp_path)
    store_measured(DAY)
    rows = children_table(4.0).to_pylist()
    for row in rows:
        row["lat"] += 0.001
    load_children(
        actor=SYSTEM, region_key=LIPPE, table=pa.Table.from_pylist(rows), name="Neue Kinder", source="Test"
    )
    asked = request_proposal(actor=SYSTEM, run=make_run(), budget_eur=4e4, rule_key="own", kinds=["offer"])
    text = read_text(open_browser("alina"), f"/cockpit/planung/{asked.pk}/")
    assert re.search(r"Zu (einem vorgeschlagenen Ort|\d vorgeschlagenen Orten) wurde nicht gemessen", text)


def test_public_figures_say_which_ways_they_rest_on_and_whose_streets(moved):
    publish_run(actor=SYSTEM, run=moved)
    visitor = open_browser("visitor")
    page = read_text(visitor, "/offene-daten/")
    assert MEASURED in page
    assert "© OpenStreetMap-Mitwirkende, ODbL" in page
    figures = visitor.get("/offene-daten/analyse.geojson")
    assert MEASURED in b"".join(figures.streaming_content).decode()
