"""The lists that people work through: Karla reads, answers, the analysis runs again, and the answer stands.

The last files of this folder change the region of the session: what they add, no other test counts.
"""

import csv
import io
import tomllib

import pytest
from playwright.sync_api import expect
from tests.e2e.demo_server import ROOT, run_analysis_again

TRUTHS = tomllib.loads((ROOT / "demo" / "truths.toml").read_text(encoding="utf-8"))
REASON = "Die beiden Träger legen ihre Vormittage auseinander."


def read_links(page, table):
    """Where the first two rows of a table lead."""
    links = table.locator("tbody th a")
    return [
        links.nth(place).get_attribute("href").partition("?")[0] for place in range(min(links.count(), 2))
    ]


def test_planted_overlaps_are_the_first_two_of_the_region(visit):
    page = visit(account="koordination").open("/cockpit/ueberschneidungen/")
    found = {
        frozenset(link.strip("/").split("/")[-1].split("+"))
        for link in read_links(page, page.locator("table").first)
    }
    assert found == {frozenset(planted["offers"]) for planted in TRUTHS["overlap"]}


@pytest.mark.parametrize("planted", TRUTHS["missing_handover"], ids=lambda planted: planted["transition"])
def test_planted_handovers_are_first_or_second_of_their_municipality(visit, planted):
    page = visit(account="koordination").open(f"/cockpit/uebergaben/?uebergang={planted['transition']}")
    wanted = f"/cockpit/uebergabe/{planted['transition']}:{'+'.join(planted['offers'])}/"
    leads = [read_links(page, table) for table in page.locator("table").all()]
    assert sum(wanted in links for links in leads) == 1
    assert len(leads) > 5, "a list for each municipality"


def test_an_answer_stands_after_the_next_analysis(visit, demo_server):
    window = visit(account="koordination")
    page = window.open("/cockpit/ueberschneidungen/")
    page.locator("tbody th a").first.click()
    title = page.locator("h1").inner_text()
    expect(page.get_by_role("heading", name="Warum steht das hier?")).to_be_visible()
    page.get_by_role("radio", name="abstimmen").check()
    page.get_by_label("Begründung").fill(REASON)
    page.get_by_role("button", name="Antwort speichern").click()
    page.get_by_text("Ihre Antwort ist gespeichert").wait_for()
    window.check()
    before = page.locator(".run-line").inner_text()

    run_analysis_again(demo_server)

    page.reload()
    assert page.locator(".run-line").inner_text() != before, "a newer run is shown"
    assert page.locator("h1").inner_text() == title
    assert page.locator("#urteil ~ p .tag").first.inner_text() == "entschieden"
    assert REASON in page.locator("#urteil ~ blockquote").inner_text()
    window.open("/cockpit/ueberschneidungen/?stand=entschieden")
    row = page.locator("tbody tr", has_text=title)
    expect(row).to_have_count(1)
    assert "entschieden: abstimmen" in row.inner_text()
    window.check()
    text = page.request.get(demo_server.url + "/cockpit/ueberschneidungen.csv").body().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert rows[0]["Angebote"]
    (decided,) = [row for row in rows if row["Begründung"] == REASON]
    assert decided["Stand"] != "offen"
