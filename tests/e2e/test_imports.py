"""Taking a list over in the browser: on a phone, without script, by keyboard, and every page clean."""

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import find_axe_violations, measure_overflow
from tests.register.imports.lists import office_workbook

START = "/cockpit/listen/"


@pytest.fixture(scope="module")
def list_file(tmp_path_factory):
    """The list as a file."""
    path = tmp_path_factory.mktemp("lists") / "angebote.xlsx"
    path.write_bytes(office_workbook())
    return path


def check_clean(visit, page, account="koordination"):
    """The page as it is now, at both widths, light and dark."""
    path = page.url.partition("//")[2].partition("/")[2]
    for width, scheme in ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")):
        window = visit(width=width, scheme=scheme, account=account)
        window.open(f"/{path}")
        window.check()


def test_the_whole_way_on_a_phone_without_script(visit, list_file):
    window = visit(width=320, account="koordination", script=False)
    page = window.open(START)
    page.set_input_files("#liste", list_file)
    page.fill("#quelle", "Frühe Hilfen")
    page.get_by_role("button", name="Datei senden").click()
    assert re.search(r"/listen/\d+/spalten/$", page.url)
    check_clean(visit, page)
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    expect(page.get_by_role("heading", name="Das würde geschehen")).to_be_visible()
    check_clean(visit, page)
    page.get_by_role("button", name="Liste übernehmen").click()
    assert "Die Liste ist übernommen." in page.locator(".frame__messages").inner_text()
    check_clean(visit, page)
    page.get_by_role("button", name=re.compile(r"\d Angebote veröffentlichen")).click()
    page.get_by_text("Übernahme zurücknehmen").click()
    page.get_by_role("button", name="Ganze Liste zurücknehmen").click()
    assert "wieder wie vorher" in page.locator(".frame__messages").inner_text()
    check_clean(visit, page)


def test_the_first_page_is_clean_and_reached_from_the_cockpit(visit):
    window = visit(account="koordination")
    page = window.open("/cockpit/")
    page.get_by_role("link", name="Listen übernehmen").click()
    check_clean(visit, page)
    assert visit(account="lesen").open("/cockpit/").get_by_role("link", name="Listen übernehmen").count() == 0


def test_what_is_no_list_is_told_on_a_clean_page(visit, tmp_path):
    broken = tmp_path / "x.xlsx"
    broken.write_bytes(b"%PDF-1.7")
    window = visit(width=320, account="koordination")
    page = window.open(START)
    page.set_input_files("#liste", broken)
    page.locator("#liste").press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert "PDF" in page.locator("[role=alert]").inner_text()
    assert find_axe_violations(page) == []
    assert measure_overflow(page) <= 0
