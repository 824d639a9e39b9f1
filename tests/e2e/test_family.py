"""The further pages for families, on a telephone and without script."""

import re

import pytest
from playwright.sync_api import expect

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


@pytest.mark.parametrize("script", [True, False])
def test_a_father_sees_the_chain_of_his_child(visit, script):
    page = visit(width=320, script=script).open("/")
    page.get_by_role("link", name="Die Kette meines Kindes").click()
    page.get_by_label("Geburtsmonat").select_option(label="März")
    page.get_by_label("Geburtsjahr").select_option(label="2025")
    page.get_by_label("Ort oder Postleitzahl").fill("Lemgo")
    page.get_by_role("button", name="Kette zeigen").click()
    assert page.url.endswith("/mein-kind/?monat=3&jahr=2025&ort=Lemgo")
    expect(page.locator(".family-chain__stop")).to_have_count(7)
    assert (
        page.get_by_role("link", name="Termine im Kalender abonnieren")
        .get_attribute("href")
        .startswith("webcal://")
    )
    page.get_by_role("link", name="Zum Drucken (A4)").click()
    expect(page.locator("details:not([open])")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_a_mother_says_what_is_missing(visit, script):
    page = visit(width=320, script=script).open("/angebote/?q=Raumfahrt&alter=2j")
    page.get_by_role("link", name="Sagen Sie uns, was fehlt").click()
    page.get_by_label("Was fehlt Ihnen").fill("Mein Sohn Max sucht einen Kurs, Telefon 05261 123456.")
    page.wait_for_timeout(4500)  # quicker than any person writes is refused
    page.get_by_role("button", name="Hinweis senden").click()
    assert page.locator("mark").all_inner_texts() == ["Max", "05261 123456"]
    page.get_by_role("button", name="Markiertes weglassen und senden").click()
    assert page.locator("h1").inner_text() == "Danke für Ihren Hinweis"
    assert page.context.cookies() == []


def test_the_coordination_decides_on_it(visit):
    window = visit(account="koordination")
    page = window.open("/cockpit/bedarfe/")
    window.check()
    page.get_by_role("link", name=re.compile("Mein Sohn")).first.click()
    page.get_by_label("Lebensphase").select_option(label="Kita-Alter")
    page.get_by_label("Bedarfsfeld").select_option(index=3)
    page.get_by_label("Entscheidung").select_option(label="wir reagieren")
    page.get_by_label("Begründung in einem Satz").fill("Wir fragen den Verein.")
    window.check()
    page.get_by_role("button", name="Entscheidung speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
