"""What coordination, youth welfare offices and towns do: without JavaScript, and by keyboard alone."""

import re

from playwright.sync_api import expect
from tests.e2e.demo_server import PASSWORD

COCKPIT = "/cockpit/"
REASON = "Begründung (außer bei „offen“ nötig)"
SAVED = "Ihre Antwort ist gespeichert"


def go_to(walker, area):
    """Open an area of the cockpit from its first page."""
    walker.open(COCKPIT)
    walker.unfold("Bereiche des Cockpits")
    walker.follow(area)


def test_from_the_headline_to_a_gap_and_what_if(walk):
    planner = walk("koordination")
    planner.open(COCKPIT)
    planner.choose("Gebiet", "Lügde")
    planner.choose("Kinder", "Kinder mit wenig Geld in der Familie")
    planner.press("Anzeigen")
    planner.see_heading("in Lügde")
    planner.unfold("Zahlen zu Grundschulalter")
    planner.see("Lücken dieser Station ansehen")
    planner.choose("Gebiet", "Kreis Lippe")
    planner.choose("Kinder", "Alle Kinder")
    planner.press("Anzeigen")
    planner.follow(re.compile("Gesundheitszustand, Grundschulalter: rund"))
    planner.see_heading("Gesundheitszustand, Grundschulalter")
    planner.follow("Was wäre, wenn es hier ein Angebot mehr gäbe?")
    planner.tick("Gesundheitszustand")
    planner.choose("Alter von", "6 Jahre")
    planner.choose("Alter bis", "10 Jahre")
    planner.fill("Ort oder Postleitzahl", "Lügde")
    planner.fill("Plätze im Jahr", "60")
    planner.press("Rechnen")
    planner.see("Kinder im Jahr finden zusätzlich einen Platz")


def test_an_overlap_a_handover_and_a_gap_are_answered(walk):
    office = walk("koordination")
    go_to(office, "Überschneidungen")
    office.follow(re.compile(office.pick("Leichtathletik", "Sport bis Mitternacht")))
    office.tick("zusammenlegen")
    office.press("Antwort speichern")
    office.see("Bitte begründen Sie")
    assert office.page.get_by_label("zusammenlegen").is_checked()
    office.check()
    office.fill(REASON, "Beide haben dienstags auf.")
    office.press("Antwort speichern")
    office.see(SAVED)
    go_to(office, "Übergaben")
    office.follow(re.compile(f"Geburtsvorbereitung {office.pick('Augustdorf', 'Hohenhausen')}"))
    office.press("Vereinbarte Übergabe eintragen")
    office.tick("Absprache gibt es schon")
    office.fill(REASON, "Seit 2025 vereinbart.")
    office.press("Antwort speichern")
    office.see(SAVED)
    go_to(office, "Lücken")
    office.choose("Gebiet", office.pick("Extertal", "Kalletal"))
    office.press("Anzeigen")
    office.follow(re.compile("Non-formale Bildung, Grundschulalter"))
    office.tick("der Lücke nachgehen")
    office.fill(REASON, "Thema der nächsten Sitzung.")
    office.press("Antwort speichern")
    office.see(SAVED)


def test_doubled_entries_become_one_and_two_again(walk):
    clerk = walk("koordination")
    pair = clerk.pick("Jugendhaus Ehrentrup", "Baby-Treff – Bürgerhaus Purzelbaum")
    go_to(clerk, "Doppelte Einträge")
    clerk.follow(re.compile(pair))
    clerk.press("Dasselbe")
    clerk.see_heading("Zusammenführen")
    gone, kept = (label[1:] for label in clerk.page.locator("label[for^=bleibt]").all_inner_texts())
    clerk.tick(re.compile(kept))
    clerk.press("Zusammenführen")
    clerk.see("aufgegangen")
    family = walk()
    family.open(f"/angebot/{gone}/")
    assert family.page.url.endswith(f"/angebot/{kept}/")
    go_to(clerk, "Doppelte Einträge")
    clerk.follow(re.compile("^Zusammengeführt"))
    clerk.press(re.compile("Zurücknehmen"))
    clerk.see("wie vorher")
    family.open(f"/angebot/{gone}/")
    assert family.page.url.endswith(f"/angebot/{gone}/")


def test_a_list_is_taken_over_published_and_taken_back(walk, list_file):
    clerk = walk("koordination")
    go_to(clerk, "Listen übernehmen")
    clerk.attach("Datei", list_file)
    clerk.fill("Quelle (freiwillig)", clerk.pick("Frühe Hilfen", "Jugendamt Lemgo"))
    clerk.press("Datei senden")
    clerk.see_heading("Was bedeuten die Spalten?")
    clerk.check()
    clerk.press("Weiter zur Prüfung")
    clerk.see_heading("Das würde geschehen")
    clerk.check()
    clerk.tick("zur Prüfung vorgelegt")
    clerk.press("Liste übernehmen")
    clerk.see("Die Liste ist übernommen.")
    clerk.check()
    clerk.press(re.compile(r"\d Angebote veröffentlichen"))
    clerk.unfold("Übernahme zurücknehmen")
    clerk.press("Ganze Liste zurücknehmen")
    clerk.see("wieder wie vorher")
    clerk.check()


def test_a_proposal_is_computed_and_compared(walk):
    planner = walk("koordination")
    go_to(planner, "Planung")
    planner.fill("Betrag in Euro im Jahr", "10000")
    planner.tick("KeKiz Projektphase 2017–2018")
    planner.tick("Doppelt so viel")
    planner.unfold("Nur in bestimmten Kommunen suchen")
    planner.tick(planner.pick("Extertal", "Lügde"))
    planner.press("Vorschlag rechnen")
    planner.see_heading("Mit 10\u202f000\u202f€ eigenem Geld im Jahr")
    planner.follow("Planung")
    planner.press("Angekreuzte vergleichen")
    expect(planner.page.get_by_role("columnheader")).to_have_count(3)


def test_the_figures_are_taken_back_and_published_again(walk):
    coordination = walk("koordination")
    go_to(coordination, "Wie wird das berechnet?")
    coordination.press(re.compile(r"Lauf \d+ zurücknehmen"))
    coordination.see("nicht öffentlich")
    coordination.check()
    coordination.tick(re.compile("Ja, diese Zahlen dürfen alle sehen"))
    coordination.press(re.compile(r"Lauf \d+ veröffentlichen"))
    coordination.follow("Zu den Dateien")
    coordination.see("Zahlen der Analyse")


def test_what_is_due_what_ends_and_who_works_with_whom(walk):
    office = walk("jugendamt")
    go_to(office, "Aktualität")
    office.press(re.compile("Stimmt noch"))
    office.see("bestätigt")
    office.unfold("Bereiche des Cockpits")
    office.follow("Auslaufende Angebote")
    office.follow("18 Monate")
    office.follow("Rechnen")
    office.see(re.compile("Auch wenn alle|Enden alle"))
    office.unfold("Bereiche des Cockpits")
    office.follow("Netzwerk")
    office.see_heading("Wer arbeitet mit wem?")
    assert "Träger" in office.download(re.compile("CSV")).read_text(encoding="utf-8-sig")


def test_a_person_signs_in_and_looks_after_the_own_account(walk):
    reader = walk()
    reader.open("/konto/login/")
    reader.fill("E-Mail-Adresse", "lesen@example.org")
    reader.fill("Passwort", PASSWORD)
    reader.press("Anmelden")
    reader.see_heading("Von 100 Kindern")
    reader.follow("Konto")
    reader.check()
    reader.follow("Passwort ändern")
    reader.see_heading("Passwort ändern")
    reader.check()
    reader.follow("E-Mail-Adresse ändern")
    reader.check()
    reader.follow("Zweiter Faktor")
    reader.follow("Aktivieren")
    reader.fill("Passwort", PASSWORD)  # asked for again before anything that matters
    reader.press("Bestätigen")
    reader.see_heading("Authenticator")
    reader.check()
