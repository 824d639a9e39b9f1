"""What providers do with their offers: without JavaScript, and by keyboard alone."""

import re

from playwright.sync_api import expect
from tests.e2e.demo_server import PASSWORD

NEW_PASSWORD = "vier-zufällige-Wörter"
NEWER_PASSWORD = "vier-andere-bunte-Wörter"


def test_a_change_is_proposed_returned_proposed_again_and_approved(walk):
    tim = walk()
    offer = tim.pick("Gymnasiale Oberstufe Fernblick", "Gymnasiale Oberstufe Flussauge")
    tim.open("/")
    tim.follow("Anmelden")
    tim.fill("E-Mail-Adresse", "traeger@example.org")
    tim.fill("Passwort", PASSWORD)
    tim.press("Anmelden")
    tim.see_heading("Meine Angebote")
    tim.follow(offer)
    tim.fill("Titel", "")
    tim.press("Speichern und zur Prüfung geben")
    tim.follow(re.compile("^Titel"))
    tim.fill("Titel", offer)
    tim.fill("Mittwoch", "8–15")
    tim.press("Speichern und zur Prüfung geben")
    tim.see("liegt jetzt zur Prüfung")
    tim.follow("Meine Angebote")
    tim.see("In Prüfung")

    coordination = walk("koordination")
    coordination.open("/cockpit/")
    coordination.unfold("Bereiche des Cockpits")
    coordination.follow("Prüfen")
    coordination.follow(offer)
    coordination.press("Mit Grund zurückgeben")
    coordination.check()  # the reason is missing
    coordination.fill("Was fehlt oder ist falsch?", "Bitte auch den Freitag prüfen.")
    coordination.press("Mit Grund zurückgeben")

    tim.open("/traeger/")
    tim.see("Bitte auch den Freitag prüfen.")
    tim.follow(re.compile(f"Ändern.*{offer}"))
    tim.fill("Freitag", "8–12")
    tim.press("Speichern und zur Prüfung geben")

    coordination.open("/cockpit/pruefen/")
    coordination.tick(re.compile(f"Auswählen.*{offer}"))
    coordination.press("Ausgewählte freigeben")
    coordination.see("Freigegeben")
    tim.open("/traeger/")
    tim.press("Abmelden")
    tim.see("Anmelden")


def test_from_an_invitation_to_an_offer_that_families_find(walk):
    coordination, gerda, family = walk("koordination"), walk(), walk()
    email = coordination.pick("gerda@example.org", "gudrun@example.org")
    title = coordination.pick("Trommeln für Väter", "Flöten für Mütter")
    coordination.open("/cockpit/pruefen/")
    coordination.follow("Menschen von Trägern einladen")
    coordination.choose("Träger", "Klangschule Dreiklang gGmbH")
    coordination.fill("E-Mail-Adresse (dienstlich)", email)
    coordination.press("Einladen")
    coordination.see("Die Einladung ist unterwegs")
    coordination.check()

    make_account(gerda, email)
    write_offer(gerda, title)
    family.open(f"/angebote/?q={title}")
    expect(family.page.locator(".offer-card", has_text=title)).to_have_count(0)

    coordination.open("/cockpit/pruefen/")
    coordination.follow(title)
    coordination.check()
    coordination.press("Freigeben")
    coordination.see("ist freigegeben")
    family.open(f"/angebote/?q={title}")
    family.follow(title)
    family.see_heading(title)
    forget_password(gerda, email)


def make_account(gerda, email):
    """From the mail to the own desk."""
    gerda.open("/postfach/")
    gerda.unfold(email)
    gerda.follow(re.compile("einladung"))
    gerda.fill("Ihr Name", "Gerda Neu")
    gerda.fill("Passwort", "kurz")
    gerda.fill("Passwort wiederholen", "kurz")
    gerda.press("Zugang einrichten")
    gerda.see("12 Zeichen")
    gerda.check()
    gerda.fill("Passwort", NEW_PASSWORD)
    gerda.fill("Passwort wiederholen", NEW_PASSWORD)
    gerda.press("Zugang einrichten")
    gerda.fill("E-Mail-Adresse", email)
    gerda.fill("Passwort", NEW_PASSWORD)
    gerda.press("Anmelden")
    gerda.see_heading("Meine Angebote")


def write_offer(gerda, title):
    """From the empty form to a proposal."""
    gerda.follow("Neues Angebot")
    gerda.fill("Titel", title)
    gerda.fill("Alter von", "6")
    gerda.choose("Einheit (von)", "Monate")
    gerda.fill("Alter bis", "3")
    gerda.tick("Sport, Musik, Kultur und Freizeit")
    gerda.tick("unbekannt")
    gerda.fill("Montag", "9–11")
    gerda.page.keyboard.press("Enter")  # saves a draft
    gerda.see("Gespeichert.")
    gerda.unfold("Der Ort fehlt: neu anlegen")
    gerda.fill("Name des Ortes", "Trommelhaus")
    gerda.fill("Gemeinde", "Lemgo")
    gerda.press("Ort anlegen")
    gerda.press("Speichern und zur Prüfung geben")
    gerda.see("liegt jetzt zur Prüfung")


def forget_password(gerda, email):
    """Signed out, a new password by mail, signed in again."""
    gerda.press("Abmelden")
    gerda.follow("Anmelden")
    gerda.follow("Passwort vergessen?")
    gerda.fill("E-Mail-Adresse", email)
    gerda.press("Passwort zurücksetzen")
    gerda.open("/postfach/")
    gerda.unfold(email)
    gerda.follow(re.compile("password.reset"))
    gerda.fill("Neues Passwort", NEWER_PASSWORD)
    gerda.fill("Neues Passwort (Wiederholung)", NEWER_PASSWORD)
    gerda.press("Passwort ändern")
    gerda.follow("Anmelden")
    gerda.fill("E-Mail-Adresse", email)
    gerda.fill("Passwort", NEWER_PASSWORD)
    gerda.press("Anmelden")
    gerda.see_heading("Meine Angebote")


def test_a_reminder_is_answered_in_three_ways_without_an_account(walk):
    rosa = walk()
    first = rosa.pick(17, 20)  # of the reminders in the mailbox
    confirmed = open_reminder(rosa, first)
    rosa.check()
    page_for_families = rosa.page.get_by_role("link", name="Die ganze Seite ansehen").get_attribute("href")
    rosa.press("Stimmt noch")
    rosa.see_heading("Danke für Ihre Antwort")
    family = walk()
    family.open(page_for_families)
    expect(family.page.get_by_text("Nicht bestätigt")).to_have_count(0)
    assert rosa.page.request.get(confirmed).status == 404, "a link is good for one answer"

    open_reminder(rosa, first + 1)
    title = rosa.page.locator("h2").first.inner_text()
    rosa.follow("Ändern")
    rosa.fill("Telefon", "05231 0000-7")
    rosa.fill("Was hat sich sonst geändert?", "Neuer Raum ab Januar")
    rosa.check()
    rosa.press("Zur Prüfung geben")
    rosa.see_heading("Danke für Ihre Antwort")
    coordination = walk("koordination")
    coordination.open("/cockpit/aktualitaet/?stand=nachfragen")
    entry = coordination.page.locator(".fresh-rows li", has_text=title)
    while not entry.count():
        coordination.follow("Nächste Seite")
    assert "Neuer Raum ab Januar" in entry.first.inner_text()

    open_reminder(rosa, first + 2)
    rosa.press("Gibt es nicht mehr")
    rosa.see_heading("Danke für Ihre Antwort")
    assert rosa.page.context.cookies() == []


def open_reminder(provider, place):
    """Follow the first link of a reminder in the mailbox of the demo; gives its address."""
    provider.open("/postfach/")
    mail = provider.page.locator("details.mail", has_text="noch?").nth(place)
    provider.unfold(mail.locator(".mail__to").inner_text())
    provider.follow(re.compile("stimmt-noch"))
    provider.see_heading("Stimmt das noch?")
    return provider.page.url


def test_an_offer_is_paused_and_a_program_gets_a_token(walk):
    tim = walk("traeger")
    offer = tim.pick("OGS Grundschule Rosenborn", "OGS Grundschule Schilfgarten")
    program = tim.pick("Kursverwaltung", "Anmeldeliste")
    tim.open("/traeger/")
    tim.follow(re.compile(f"Pausieren.*{offer}"))
    tim.check()
    tim.press("Pausieren")
    tim.see("Pausiert")
    tim.open("/traeger/")
    tim.follow("Zugänge für Programme")
    tim.fill("Wofür?", program)
    tim.choose("Wie lange soll er gelten?", "einen Monat")
    tim.press("Zugang anlegen")
    tim.see("nur dieses eine Mal")
    tim.check()
    tim.press(re.compile(f"Gültigkeit entziehen.*{program}"))
    tim.see("entzogen")
