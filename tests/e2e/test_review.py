"""From an invitation to a page that families find: five people, no script, a phone."""

import pytest
from django.core import signing
from playwright.sync_api import expect

TITLE = "Babytreff am frühen Morgen"
PAGES = {
    "own offers": ("/traeger/", "traeger"),
    "form": ("/traeger/neu/", "traeger"),
    "tokens": ("/traeger/zugaenge/", "traeger"),
    "queue": ("/cockpit/pruefen/", "koordination"),
    "invitations": ("/cockpit/einladungen/", "koordination"),
    "interface": ("/api/", ""),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_clean(visit, name):
    path, account = PAGES[name]
    window = visit(width=320, account=account)
    window.open(path)
    window.check_everywhere()


def write_link(demo_server, page) -> str:
    """The link of the newest invitation, as its mail tells it."""
    number = page.locator("button[value^='erneut:']").first.get_attribute("value").partition(":")[2]
    secret = (demo_server.home / "var" / "secret_key").read_text(encoding="utf-8").strip()
    return f"/einladung/{signing.dumps([int(number), 1], key=secret, salt='kekiz.accounts.invitation')}/"


def test_invited_proposed_approved_found(visit, demo_server):
    coordination = visit(account="koordination")
    page = coordination.open("/cockpit/einladungen/")
    page.get_by_label("Träger").select_option(index=1)
    page.get_by_label("E-Mail-Adresse").fill("gerda@example.org")
    page.get_by_role("button", name="Einladen").click()
    expect(page.get_by_text("Die Einladung ist unterwegs")).to_be_visible()
    coordination.check()

    gerda = visit(width=320, script=False)
    page = gerda.open(write_link(demo_server, page))
    page.get_by_label("Ihr Name").fill("Gerda Neu")
    for label in ("Passwort", "Passwort wiederholen"):
        page.get_by_label(label, exact=True).fill("vier-zufällige-Wörter")
    page.get_by_role("button", name="Zugang einrichten").click()
    page.locator("input[name=login]").fill("gerda@example.org")
    page.locator("input[name=password]").fill("vier-zufällige-Wörter")
    page.locator("main button[type=submit]").click()
    assert page.locator("h1").inner_text() == "Meine Angebote"

    page.get_by_role("link", name="Neues Angebot").click()
    page.get_by_role("button", name="Speichern und zur Prüfung geben").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("alert").get_by_role("link").first.click()  # leads to the field
    page.get_by_label("Titel").fill(TITLE)
    page.get_by_label("Alter von").fill("0")
    page.get_by_label("Alter bis").fill("1")
    page.get_by_label("Andere Kinder treffen und spielen").check()
    page.get_by_label("unbekannt", exact=True).check()
    page.get_by_label("Online oder Telefon").check()
    page.get_by_label("Montag").fill("9–11")
    page.get_by_label("Montag").press("Enter")  # saves a draft
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert page.get_by_label("Montag").input_value() == "9–11"
    page.get_by_role("button", name="Speichern und zur Prüfung geben").click()
    expect(page.get_by_text("liegt jetzt zur Prüfung")).to_be_visible()

    family = visit(width=320, script=False)
    address = "/angebot/babytreff-am-fruehen-morgen/"
    assert family.page.goto(family.site_url + address).status == 404

    page = coordination.open("/cockpit/pruefen/")
    page.get_by_role("link", name=TITLE).click()
    coordination.check()
    page.get_by_role("button", name="Freigeben").focus()
    page.keyboard.press("Enter")
    page.get_by_text("ist freigegeben").wait_for()

    assert family.page.goto(family.site_url + address).status == 200
    assert TITLE in family.open("/angebote/?q=Babytreff+Morgen").locator("main").inner_text()
