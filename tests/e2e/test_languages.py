"""The public pages in seven languages: no axe finding, nothing too wide, mirrored in Arabic, no script."""

import pytest

PREFIXES = ("ls", "en", "tr", "ar", "uk", "ru")
PAGES = (
    "/",
    "/angebote/?ort=L%C3%BCgde&alter=2j&kostenlos=ja",
    "/angebote/?q=Raumfahrt&alter=2j&kostenlos=ja",
    "/angebot/familienzentrum-luegde/",
    "/angebote/?ort=Atlantis",
)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_public_pages_are_clean_in_every_language(visit, prefix):
    window = visit(width=320)
    for path in PAGES:
        window.open(f"/{prefix}{path}")
        window.check_everywhere()


def test_sign_in_and_missing_pages_are_clean_from_right_to_left(visit):
    window = visit(width=320)
    window.open("/ar/konto/login/")
    window.check()
    answer = window.page.goto(window.site_url + "/ar/gibt-es-nicht/")
    assert answer.status == 404
    window.complaints.clear()  # the browser reports the 404 itself
    window.check()


def test_arabic_is_mirrored(visit):
    page = visit().open("/ar" + PAGES[1])
    brand, nav = page.locator(".brand").bounding_box(), page.locator(".frame__nav").bounding_box()
    assert brand["x"] > nav["x"]
    cards, card_map = page.locator(".finder-list").bounding_box(), page.locator(".finder-map").bounding_box()
    assert cards["x"] > card_map["x"]
    number, title = (
        page.locator(f".offer-card__{part}").first.bounding_box() for part in ("number", "title")
    )
    assert number["x"] > title["x"]
    assert page.locator(".offer-card__title").first.evaluate("t => getComputedStyle(t).textAlign") in {
        "start",
        "right",
    }
    assert page.locator(".finder-map").evaluate("map => getComputedStyle(map).direction") == "ltr"


@pytest.mark.parametrize("script", [True, False])
def test_a_mother_switches_to_her_language_and_keeps_her_wishes(visit, script):
    page = visit(width=320, script=script).open("/angebote/?ort=L%C3%BCgde&alter=2j")
    page.get_by_role("link", name="Українська").click()
    assert page.url.endswith("/uk/angebote/?ort=L%C3%BCgde&alter=2j")
    page.locator(".offer-card__title a").first.click()
    assert "/uk/angebot/" in page.url
    page.get_by_role("link", name="Назад до списку").click()
    assert page.url.endswith("/uk/angebote/?ort=L%C3%BCgde&alter=2j")
    assert page.context.cookies() == []


def test_the_keyboard_reaches_the_switch_and_the_form_from_right_to_left(visit):
    page = visit().open("/")
    for _step in range(6):  # skip link, Deutsch, Leichte Sprache, English, Türkçe, Arabic
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ar/")
    page.locator("[name=q]").focus()
    page.keyboard.type("قابلة")
    page.keyboard.press("Tab")
    page.keyboard.type("Lemgo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ar/angebote/?q=*ort=Lemgo")
    assert page.locator(".offer-card").count() > 0
