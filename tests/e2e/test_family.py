"""The further pages for families are clean, with every fold open."""

import pytest

PAGES = {
    "question": "/mein-kind/",
    "mistake": "/mein-kind/?monat=3&ort=Atlantis",
    "toddler": "/mein-kind/?monat=3&jahr=2025&ort=L%C3%BCgde",
    "print": "/mein-kind/drucken/?monat=3&jahr=2025&ort=L%C3%BCgde",
    "what is missing": "/fehlt-etwas/",
    "thanks": "/fehlt-etwas/danke/",
    "guides": "/wegweiser/",
    "open data": "/offene-daten/",
    "open data in Arabic": "/ar/offene-daten/",
    "open now": "/angebote/?ort=Lemgo&minuten=30&mit=bus&jetzt=ja&alter=31m",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(visit, name):
    window = visit(width=320)
    page = window.open(PAGES[name])
    for fold in page.locator("details").all():
        fold.evaluate("fold => { fold.open = true }")
    window.check_everywhere()
    assert page.context.cookies() == []
