"""The finder as families use it: on a telephone, by keyboard, without script, in the dark."""

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import find_axe_violations, measure_overflow

PAGES = {
    "start": "/",
    "all offers": "/angebote/",
    "near a place": "/angebote/?ort=L%C3%BCgde&alter=2j&kostenlos=ja",
    "second page": "/angebote/?ort=Lemgo&seite=2",
    "two places of one name": "/angebote/?ort=Nienhagen&thema=G2&sprache=ar&umkreis=20",
    "unknown place": "/angebote/?ort=Lugde&alter=2j",
    "several mistakes": "/angebote/?ort=Atlantis&alter=300j&nahe=quatsch&umkreis=7",
    "no result": "/angebote/?q=Raumfahrt&alter=2j&kostenlos=ja",
    "offer": "/angebot/familienzentrum-luegde/",
    "stale offer": "/angebot/jugendzentrum-luegde/",
    "paid offer": "/angebot/musikgarten-schlangen/",
}
# The smallest target of WCAG 2.2 (2.5.8), in CSS pixels.
LEAST_TARGET = 24
FIND_SMALL_TARGETS = """least =>
    [...document.querySelectorAll('main :is(a, button, input:not([type=hidden]), select, summary)')]
        .filter(target => target.checkVisibility())
        .map(target => [target.outerHTML.slice(0, 120), target.getBoundingClientRect()])
        .filter(([, box]) => box.width < least || box.height < least)
        .map(([html, box]) => `${html} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(visit, name):
    window = visit(width=320)
    window.open(PAGES[name])
    window.check_everywhere()


@pytest.mark.parametrize("name", ["start", "near a place", "offer"])
def test_pages_fit_a_tablet(visit, name):
    window = visit(width=768)
    window.open(PAGES[name])
    window.check()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_whole_form_is_clean_when_unfolded(visit, width):
    window = visit(width=width)
    page = window.open("/angebote/?ort=L%C3%BCgde")
    for fold in page.locator("details").all():
        fold.evaluate("fold => { fold.open = true }")
    window.check()


def test_forced_colours_keep_everything_visible(visit):
    window = visit(forced_colors="active")
    window.open("/angebote/?ort=L%C3%BCgde&alter=2j")
    window.check()


def test_a_dot_of_the_map_leads_to_its_entry(visit):
    page = visit().open("/angebote/?ort=Detmold&alter=4j")
    dot = page.locator(".finder-map__link").last
    number = re.search(r"Nummern? (\d+)", dot.get_attribute("aria-label"))[1]
    dot.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#angebot-{number}")
    expect(page.locator(f"#angebot-{number}")).to_be_visible()
    outline = page.locator(f"#angebot-{number}").evaluate("entry => getComputedStyle(entry).boxShadow")
    assert outline != "none", "the entry that was chosen is marked"


def test_a_mistake_is_read_first_and_can_be_mended_with_one_click(visit):
    window = visit()
    page = window.open("/angebote/?ort=Lugde&alter=2j")
    assert page.title().startswith("Fehler in der Suche")
    assert page.evaluate("document.activeElement.classList.contains('finder-errors')")
    page.locator(".finder-errors").get_by_role("link", name="Lügde", exact=True).click()
    assert page.url.endswith("/angebote/?ort=L%C3%BCgde&alter=2j")
    expect(page.locator(".offer-card")).to_have_count(20)


def test_a_link_of_the_error_summary_leads_to_the_field(visit):
    page = visit().open("/angebote/?ort=Atlantis")
    page.locator(".finder-errors").get_by_role("link", name=re.compile("Atlantis")).click()
    assert page.evaluate("document.activeElement.name") == "ort"


def test_near_me_sends_a_rough_position_only(visit):
    place = {"latitude": 51.95712, "longitude": 9.24689}
    window = visit(geolocation=place, permissions=["geolocation"])
    page = window.open("/")
    page.get_by_role("button", name="Meinen Standort verwenden").click()
    page.wait_for_url("**/angebote/?nahe=51.96%2C9.25")
    assert "bei Lügde" in page.locator(".finder-wishes").inner_text()
    assert page.context.cookies() == []
    assert window.complaints == []


def test_near_me_without_permission_says_what_to_do(visit):
    page = visit().open("/")
    page.get_by_role("button", name="Meinen Standort verwenden").click()
    page.get_by_text("Bitte geben Sie Ihren Ort ein.").wait_for()
    assert page.evaluate("document.activeElement.name") == "ort"


def test_families_get_no_cookie_and_nothing_is_kept(visit):
    page = visit().open("/")
    for path in PAGES.values():
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("name", ["start", "near a place", "offer"])
def test_targets_are_large_enough_for_a_thumb(visit, name):
    page = visit(width=320).open(PAGES[name])
    small = page.evaluate(FIND_SMALL_TARGETS, LEAST_TARGET)
    assert small == []


def test_machine_readable_data_is_allowed_by_the_policy(visit):
    window = visit()
    page = window.open("/angebot/familienzentrum-luegde/")
    data = page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)"
    )
    assert data["name"] == "Familienzentrum Lügde"
    assert window.complaints == []


def test_paper_shows_the_offer_without_buttons(visit):
    page = visit().open("/angebot/familienzentrum-luegde/")
    page.emulate_media(media="print")
    expect(page.get_by_text("Diese Seite:")).to_be_visible()
    assert not page.get_by_role("button", name="Drucken").is_visible()
    assert not page.locator("nav[aria-label=Hauptnavigation]").is_visible()
    assert page.get_by_role("heading", name="Kontakt").is_visible()


def test_a_page_that_is_gone_is_clean_too(visit):
    window = visit(width=320)
    answer = window.page.goto(window.site_url + "/angebot/gibt-es-nicht/")
    assert answer.status == 404
    assert find_axe_violations(window.page) == []
    assert measure_overflow(window.page) <= 0
