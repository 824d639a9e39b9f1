"""The public pages in seven languages: no axe finding, nothing too wide, mirrored in Arabic."""

import pytest

PREFIXES = ("ls", "en", "tr", "ar", "uk", "ru")
PAGES = (
    "/",
    "/angebote/?ort=L%C3%BCgde&alter=2j&kostenlos=ja",
    "/angebote/?q=Raumfahrt&alter=2j&kostenlos=ja",
    "/angebot/familienzentrum-luegde/",
    "/angebote/?ort=Atlantis",
)
# Colours are the same in every language: one window shows what words can break.
FURTHER_PAGES = (
    "/mein-kind/?monat=3&jahr=2025&ort=Lemgo",
    "/mein-kind/?monat=3",
    "/fehlt-etwas/",
    "/wegweiser/",
    "/offene-daten/",
    "/konto/login/",
    "/konto/password/reset/",
)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_public_pages_are_clean_in_every_language(visit, prefix):
    window = visit(width=320)
    for path in PAGES:
        window.open(f"/{prefix}{path}")
        window.check_everywhere()


@pytest.mark.parametrize("prefix", PREFIXES)
def test_further_pages_are_clean_in_every_language(visit, prefix):
    window = visit(width=320)
    for path in FURTHER_PAGES:
        page = window.open(f"/{prefix}{path}")
        for fold in page.locator("details").all():
            fold.evaluate("fold => { fold.open = true }")
        window.check()


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
