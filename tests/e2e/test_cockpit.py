"""The cockpit as people use it: at phone and desk width, light and dark, by keyboard, without script."""

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import find_axe_violations, measure_overflow

LUEGDE = "05766052"
PAGES = {
    "overview": "/cockpit/",
    "municipality": f"/cockpit/?gebiet={LUEGDE}&gruppe=low_income",
    "gaps": "/cockpit/luecken/",
    "gaps of a phase": "/cockpit/luecken/P4/",
    "gap": "/cockpit/luecke/P4/K2/",
    "gap of a municipality": f"/cockpit/luecke/P5/G1/?gebiet={LUEGDE}",
    "overlaps": "/cockpit/ueberschneidungen/",
    "overlaps of a municipality": f"/cockpit/ueberschneidungen/?gebiet={LUEGDE}",
    "overlap": "/cockpit/ueberschneidung/elterncafe-lemgo+fruehstueckstreff-fuer-eltern-lemgo/",
    "overlap of many": "/cockpit/ueberschneidung/05766020:K1.P3P4.visit/",
    "handovers": "/cockpit/uebergaben/",
    "handovers of a municipality": f"/cockpit/uebergaben/?gebiet={LUEGDE}",
    "handover": "/cockpit/uebergabe/T3:kita-blomberg+grundschule-blomberg/",
    "network": "/cockpit/netzwerk/",
    "what if": "/cockpit/was-waere-wenn/",
    "what if an offer ends": "/cockpit/was-waere-wenn/?art=ende",
    "what if, wrong": "/cockpit/was-waere-wenn/?art=neu&rechnen=1&von=36&bis=0&form=visit&plaetze=-3",
    "planning": "/cockpit/planung/",
    "proposal": "/cockpit/planung/1/",
    "method": "/cockpit/wie-gerechnet/",
}
NEW_OFFER = (
    "/cockpit/was-waere-wenn/?art=neu&felder=G1&felder=G2&von=36&bis=120&form=visit"
    "&ort=L%C3%BCgde&plaetze=60&rechnen=1"
)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(visit, name):
    window = visit(width=320, account="koordination")
    window.open(PAGES[name])
    window.check_everywhere()


def test_folds_opened_are_clean_too(visit):
    window = visit(width=320, account="koordination")
    page = window.open("/cockpit/")
    for fold in page.locator("details").all():
        fold.evaluate("fold => { fold.open = true }")
    assert find_axe_violations(page) == []
    assert measure_overflow(page) <= 0
    assert window.complaints == []


def test_a_mayor_reads_the_headline_and_sees_where_the_chain_breaks(visit):
    window = visit(account="kommune")
    page = window.open("/cockpit/")
    assert re.search(
        r"Von 100 Kindern, die heute in Lügde geboren werden, finden \d+ auf dem ganzen Weg",
        page.locator("h1").inner_text(),
    )
    expect(page.locator(".station")).to_have_count(7)
    assert page.locator(".station--broken").count() >= 1
    expect(page.locator(".station--broken").first.get_by_text("Kinder ohne Platz")).to_be_visible()
    assert "erfunden" in page.locator("footer").inner_text()


def test_a_planner_reaches_the_row_behind_a_number_in_two_clicks(visit):
    window = visit(account="koordination")
    page = window.open("/cockpit/")
    cell = page.locator(".matrix__cell--value a").first
    number = cell.locator(".matrix__number").inner_text()
    cell.click()
    assert number in page.locator("main").inner_text()
    page.locator("#angebote ~ .table-frame tbody a").first.click()
    assert "/angebot/" in page.url
    assert window.complaints == []


def test_the_matrix_is_walked_with_arrow_keys_and_opened_with_enter(visit):
    page = visit(account="koordination").open("/cockpit/")
    links = page.locator(".matrix__cell a")
    expect(page.locator(".matrix__cell a[tabindex='0']")).to_have_count(1)
    links.first.focus()
    before = page.evaluate("document.activeElement.href")
    page.keyboard.press("ArrowRight")
    right = page.evaluate("document.activeElement.href")
    page.keyboard.press("ArrowDown")
    below = page.evaluate("document.activeElement.href")
    assert len({before, right, below}) == 3
    assert "/P2/" in right
    page.keyboard.press("Enter")
    page.wait_for_url(below)


def test_facts_of_a_station_open_by_keyboard_and_close_with_escape(visit):
    page = visit(account="koordination").open("/cockpit/")
    opener = page.locator(".facts__open").nth(2)
    opener.focus()
    page.keyboard.press("Enter")
    panel = page.locator(".facts__panel").nth(2)
    assert panel.is_visible()
    assert "Bedarf" in panel.inner_text()
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert opener.evaluate("element => element === document.activeElement")


def test_facts_of_a_station_open_under_the_mouse(visit):
    page = visit(account="koordination").open("/cockpit/")
    page.locator(".station").nth(3).hover(position={"x": 40, "y": 120})
    page.locator(".facts__panel").nth(3).wait_for(state="visible", timeout=3000)
    page.mouse.move(2, 2)
    page.locator(".facts__panel").nth(3).wait_for(state="hidden", timeout=3000)


def test_the_first_key_leads_past_the_navigation(visit):
    page = visit(account="koordination").open("/cockpit/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_choosing_an_area_lives_in_the_address_and_survives_back(visit):
    page = visit(account="koordination").open("/cockpit/")
    page.select_option("#choice-area", LUEGDE)
    page.wait_for_url(f"**/cockpit/?gebiet={LUEGDE}*")
    assert "in Lügde" in page.locator("h1").inner_text()
    page.locator(".matrix__cell--value a").first.click()
    assert f"gebiet={LUEGDE}" in page.url
    page.go_back()
    assert "in Lügde" in page.locator("h1").inner_text()


@pytest.mark.parametrize("name", ["overview", "gap", "what if"])
def test_pages_work_without_script(visit, name):
    window = visit(width=320, account="koordination", script=False)
    page = window.open(PAGES[name])
    expect(page.locator("h1")).to_be_visible()
    assert window.complaints == []


def test_facts_open_without_script(visit):
    page = visit(account="koordination", script=False).open("/cockpit/")
    page.locator(".facts__open").first.click()
    expect(page.locator(".facts__panel").first).to_be_visible()


def test_what_if_answers_beside_the_baseline(visit):
    window = visit(account="koordination")
    page = window.open(NEW_OFFER)
    answer = page.locator(".answer")
    assert "Kinder im Jahr finden zusätzlich einen Platz" in answer.inner_text()
    assert answer.locator(".bar").count() >= 14
    window.check()


def test_a_reader_sees_the_cockpit_and_a_provider_does_not(visit):
    assert visit(account="lesen").open("/cockpit/").locator(".chain").is_visible()
    window = visit(account="traeger")
    assert window.page.goto(f"{window.site_url}/cockpit/").status == 403
    assert "fehlt Ihnen die Berechtigung" in window.page.locator("main").inner_text()


@pytest.mark.parametrize("path", ["/gibt-es-nicht/", "/konto/login/?next=/cockpit/"])
def test_error_and_login_pages_are_clean(visit, path):
    window = visit(width=320)
    window.page.goto(window.site_url + path)
    window.complaints = [text for text in window.complaints if "404" not in text]
    window.check()


def test_forced_colours_keep_bars_and_links_apart(visit):
    window = visit(account="koordination", forced_colors="active")
    page = window.open("/cockpit/")
    fills = page.locator(".bar--upright rect[class^='reason-']:not(.reason-pattern)").evaluate_all(
        "rects => [...new Set(rects.map(rect => getComputedStyle(rect).fill))]"
    )
    assert len(fills) >= 4
    assert page.locator(".reason-pattern").first.evaluate("rect => getComputedStyle(rect).display") != "none"


def test_print_shows_patterns_and_no_navigation(visit):
    page = visit(account="koordination").open("/cockpit/")
    page.emulate_media(media="print")
    assert not page.locator(".frame__nav").is_visible()
    assert not page.locator(".choice").first.is_visible()
    assert page.locator(".reason-pattern").first.evaluate("rect => getComputedStyle(rect).display") != "none"


def test_on_a_phone_the_areas_are_folded_and_open_by_keyboard(visit):
    page = visit(width=320, account="koordination").open("/cockpit/")
    areas = page.locator(".desk-nav ul")
    expect(areas).to_be_hidden()
    page.locator(".desk-nav summary").focus()
    page.keyboard.press("Enter")
    expect(areas.get_by_role("link", name="Planung")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator(".desk-nav details").evaluate("fold => { fold.open = false; }")
    expect(areas.get_by_role("link", name="Planung")).to_be_visible()
