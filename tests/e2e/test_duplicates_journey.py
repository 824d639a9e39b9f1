"""Doubled entries as coordination works through them: clean pages, and the keys that answer."""

import pytest
from playwright.sync_api import expect

PAIR = "/cockpit/doppelte/angebote/kleiderladen-aspe/kleiderladen-aspe-kiste/"
PAGES = {
    "queue": "/cockpit/doppelte/",
    "uncertain pairs": "/cockpit/doppelte/angebote/?stapel=unsure",
    "providers": "/cockpit/doppelte/traeger/",
    "pair": PAIR,
    "merge": f"{PAIR}zusammenfuehren/",
    "merged": "/cockpit/doppelte/zusammengefuehrt/",
    "lesson": "/cockpit/doppelte/angebote/lernen/",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(visit, name):
    window = visit(width=320, account="koordination")
    window.open(PAGES[name])
    window.check_everywhere()


def test_a_pair_is_answered_with_one_key_unless_the_keys_are_off(visit):
    window = visit(account="koordination")
    page = window.open("/cockpit/doppelte/angebote/?stapel=unsure")
    names = page.locator(".pairs__names").first.inner_text()
    page.locator(".pairs__names").first.click()
    page.get_by_label("Tasten 1 bis 4 antworten").uncheck()
    before = page.url
    page.keyboard.press("4")
    assert page.url == before
    page.get_by_label("Tasten 1 bis 4 antworten").check()
    page.get_by_label("Begründung").focus()
    page.keyboard.type("4 Mal nachgefragt")  # a digit in a text is a digit
    assert page.url == before
    page.locator("h1").click()
    page.keyboard.press("4")
    page.wait_for_url(lambda url: url != before)
    expect(page.get_by_text("Gemerkt: Später.")).to_be_visible()
    page = window.open("/cockpit/doppelte/angebote/?stapel=later")
    assert names in page.locator("main").inner_text()
    assert "4 Mal nachgefragt" in page.locator("main").inner_text()
    window.check()


def test_a_municipality_sees_no_queue(visit):
    page = visit(account="kommune").page
    answer = page.goto(f"{visit(account='kommune').site_url}/cockpit/doppelte/")
    assert answer.status == 403
