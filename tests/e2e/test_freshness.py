"""Reminders from mail to answer, and the cockpit's pages about them: phone, keyboard, without script."""

import pytest

PAGES = {
    "freshness": ("/cockpit/aktualitaet/", "koordination"),
    "unconfirmed": ("/cockpit/aktualitaet/?stand=nicht-bestaetigt", "lesen"),
    "expiry": ("/cockpit/auslaufend/?monate=18", "koordination"),
    "broken links": ("/cockpit/auslaufend/?monate=6&rechnen=kettenglieder", "koordination"),
    "mailbox": ("/postfach/", ""),
    "thanks": ("/stimmt-noch/danke/bestaetigt/", ""),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(visit, name):
    path, account = PAGES[name]
    window = visit(width=320, account=account)
    window.open(path)
    window.check_everywhere()


def open_link(visit, place, **options):
    """A provider opens the mailbox and follows the first link of a mail."""
    window = visit(**options)
    page = window.open("/postfach/")
    page.locator("details.mail summary").nth(place).click()
    page.locator("details.mail").nth(place).locator(".mail__text a").first.click()
    assert page.locator("h1").inner_text() == "Stimmt das noch?"
    return window, page


def test_a_provider_confirms_on_a_phone_without_script_and_families_see_it(visit):
    window, page = open_link(visit, 3, width=320, script=False)
    address, title = page.url, page.locator("h2").first.inner_text()
    offer = page.get_by_role("link", name="Die ganze Seite ansehen").get_attribute("href")
    page.get_by_role("button", name="Stimmt noch").click()
    assert "Danke" in page.locator("h1").inner_text()
    family = visit(width=320, script=False)
    shown = family.open(offer)
    assert shown.locator("h1").inner_text() == title
    assert "Nicht bestätigt" not in shown.locator("main").inner_text()
    again = page.goto(address)
    assert again.status == 404
    assert title not in page.locator("main").inner_text()
    assert window.page.context.cookies() == []


def test_a_provider_changes_by_keyboard_and_coordination_reads_it(visit):
    window, page = open_link(visit, 5, scheme="dark")
    window.check()
    title = page.locator("h2").first.inner_text()
    page.get_by_role("link", name="Ändern").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/aendern/")
    window.check()
    page.get_by_label("Telefon").fill("05231 0000-1")
    page.get_by_label("Was hat sich sonst geändert?").fill("Neuer Raum ab Januar")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/danke/geaendert/")
    desk = visit(account="koordination").open("/cockpit/aktualitaet/?stand=nachfragen")
    rows = desk.locator(".fresh-rows li", has_text=title)
    while not rows.count():
        desk.get_by_role("link", name="Nächste Seite").click()
    assert "Neuer Raum ab Januar" in rows.first.inner_text()
