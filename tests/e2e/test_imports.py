"""Taking a list over in the browser: where it begins, and a file that is no list."""

from tests.e2e.conftest import find_axe_violations, measure_overflow

START = "/cockpit/listen/"


def test_the_first_page_is_clean_and_reached_from_the_cockpit(visit):
    window = visit(account="koordination")
    page = window.open("/cockpit/")
    page.get_by_role("link", name="Listen übernehmen").click()
    window.check_everywhere()
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
