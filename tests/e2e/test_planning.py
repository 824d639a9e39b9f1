"""Planning in a browser: by keyboard, without script, on a phone, and the answer compared."""

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import find_axe_violations, measure_overflow

PLANNING = "/cockpit/planung/"
COMPUTING_MS = 180_000  # a few seconds on a quiet machine


@pytest.fixture
def asked(visit):
    """Ask by keyboard alone, with script; gives the window on the answer."""
    window = visit(account="koordination")
    page = window.open(PLANNING)
    slider = page.locator("#budget-slider")
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    assert page.locator("#budget-number").input_value() == "20000"
    assert slider.get_attribute("aria-valuetext") == "20.000 Euro im Jahr"
    page.locator("#rule-kekiz-2017").focus()
    page.keyboard.press("Space")
    page.locator("form[data-planning] button[type=submit]").focus()
    page.set_default_navigation_timeout(COMPUTING_MS)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return window


def test_slider_and_number_move_together_and_the_answer_is_compared(asked):
    page = asked.page
    assert "Mit 20\u202f000\u202f€ eigenem Geld im Jahr" in page.locator("h1").inner_text()
    assert page.locator(".map__dot").count() >= 1
    for fold in page.locator("details").all():
        fold.evaluate("fold => { fold.open = true }")
    asked.check()
    page.get_by_role("link", name="Planung").last.click()
    page.get_by_role("button", name="Angekreuzte vergleichen").click()
    expect(page.get_by_role("columnheader")).to_have_count(3)
    asked.check()
    page.set_viewport_size({"width": 320, "height": 800})
    assert find_axe_violations(page) == []
    assert measure_overflow(page) <= 0


def test_without_script_the_moved_slider_counts_and_the_form_works(visit):
    page = visit(account="koordination", script=False, width=320).open(PLANNING)
    page.locator("#budget-slider").focus()
    page.keyboard.press("Home")
    assert page.locator("#budget-number").input_value() == "60000"
    page.locator("#kind-offer").uncheck()
    page.locator("#kind-places").uncheck()
    page.locator("#kind-hurdle").uncheck()
    page.set_default_navigation_timeout(COMPUTING_MS)
    with page.expect_navigation():
        page.get_by_role("button", name="Vorschlag rechnen").click(no_wait_after=True)
    assert "Mit 0\u202f€ im Jahr ist keine der" in page.locator("h1").inner_text()


def test_a_wrong_amount_leads_to_its_field(visit):
    window = visit(account="koordination", width=320)
    page = window.open(PLANNING)
    page.fill("#budget-number", "-5")
    page.get_by_role("button", name="Vorschlag rechnen").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.url.endswith("#plan-budget")
    window.check()


def test_a_town_reads_but_does_not_ask(visit):
    window = visit(account="kommune")
    page = window.open(PLANNING)
    expect(page.locator("form[data-planning]")).to_have_count(0)
    page.locator(".proposals__text a").last.click()  # the one of the demo; others were asked in between
    assert "finden rund" in page.locator("h1").inner_text()
    window.check()
