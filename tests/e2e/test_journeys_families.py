"""What families do, from the first page to the end: without JavaScript, and by keyboard alone."""

import re

from playwright.sync_api import expect

NEED = "Mein Sohn Max sucht eine Musikschule für den Nachmittag. Telefon 05261 123456."
QUICKEST_MS = 4500  # quicker than any person writes is refused


def test_a_mother_searches_filters_and_takes_the_times_along(walk):
    mother = walk()
    mother.open("/")
    mother.fill("Ort oder Postleitzahl", "Lügde")
    mother.choose("Alter des Kindes", "2 Jahre")
    mother.tick("Nur kostenlose Angebote")
    mother.press("Angebote suchen")
    asked = mother.page.url
    assert asked.endswith("/angebote/?ort=L%C3%BCgde&alter=2j&kostenlos=ja")
    assert re.match(r"\d+ Angebote gefunden", mother.page.locator("h1").inner_text())
    mother.follow("Familienzentrum Lügde")
    mother.see_heading("Familienzentrum Lügde")
    assert "BEGIN:VEVENT" in mother.download("Termine in den Kalender").read_text(encoding="utf-8")
    mother.follow("Zurück zur Liste")
    assert mother.page.url == asked
    mother.follow("kostenlos – diesen Wunsch weglassen")
    assert mother.page.url.endswith("/angebote/?ort=L%C3%BCgde&alter=2j")
    mother.page.go_back()
    assert "kostenlos=ja" in mother.page.url
    assert mother.page.context.cookies() == []


def test_a_father_sees_what_he_reaches_by_bus(walk):
    father = walk()
    father.open("/angebote/")
    father.fill("Ort oder Postleitzahl", "Lemgo")
    father.unfold("Weitere Wünsche")
    father.choose("Höchstens so lange unterwegs", "30 Minuten")
    father.choose("Unterwegs", "mit dem Bus")
    father.press("Angebote suchen")
    father.see("Die Minuten sind geschätzt")
    father.follow("Weiter")
    assert "minuten=30" in father.page.url


def test_a_mistake_leads_to_its_field_and_can_be_mended(walk):
    mother = walk()
    mother.open("/angebote/?ort=Atlantis")
    mother.follow(re.compile("Atlantis"))
    mother.fill("Ort oder Postleitzahl", "Extertal")
    mother.press("Angebote suchen")
    mother.see("gemessen ab")


def test_a_father_sees_prints_and_keeps_the_chain_of_his_child(walk):
    father = walk()
    father.open("/")
    father.follow("Die Kette meines Kindes")
    father.choose("Geburtsmonat", "März")
    father.choose("Geburtsjahr", "2025")
    father.fill("Ort oder Postleitzahl", "Lemgo")
    father.press("Kette zeigen")
    assert father.page.url.endswith("/mein-kind/?monat=3&jahr=2025&ort=Lemgo")
    expect(father.page.locator(".family-chain__stop")).to_have_count(7)
    subscribe = father.page.get_by_role("link", name="Termine im Kalender abonnieren")
    assert subscribe.get_attribute("href").startswith("webcal://")
    assert "U7a" in father.download("Kalenderdatei herunterladen").read_text(encoding="utf-8")
    father.unfold("Was dann da ist")
    father.follow("Zum Drucken (A4)")
    expect(father.page.locator("details:not([open])")).to_have_count(0)
    father.follow("Zurück zur Seite")
    father.unfold("Angaben ändern")
    father.choose("Geburtsmonat", "April")
    father.press("Kette zeigen")
    assert "monat=4" in father.page.url


def test_a_mother_says_what_is_missing_and_the_coordination_decides(walk):
    mother = walk()
    mother.open("/angebote/?q=Xylophonbau&alter=2j")
    mother.follow("Sagen Sie uns, was fehlt")
    mother.fill("Was fehlt Ihnen oder Ihrem Kind?", NEED)
    mother.page.wait_for_timeout(QUICKEST_MS)
    mother.press("Hinweis senden")
    assert mother.page.locator("mark").all_inner_texts() == ["Max", "05261 123456"]
    mother.check()
    mother.press("Markiertes weglassen und senden")
    mother.see_heading("Danke für Ihren Hinweis")
    assert mother.page.context.cookies() == []

    coordination = walk("koordination")
    coordination.open("/cockpit/")
    coordination.unfold("Bereiche des Cockpits")
    coordination.follow("Gemeldete Bedarfe")
    coordination.check()
    coordination.follow(re.compile("sucht eine Musikschule"))
    coordination.choose("Lebensphase", "Grundschulalter")
    coordination.choose("Bedarfsfeld", "Non-formale Bildung")
    coordination.choose("Entscheidung", "wir reagieren")
    coordination.fill("Begründung in einem Satz", "Wir fragen die Musikschule.")
    coordination.check()
    coordination.press("Entscheidung speichern")
    coordination.see("Gespeichert.")


def test_a_grandfather_takes_the_printed_guide(walk):
    grandfather = walk()
    grandfather.open("/")
    grandfather.follow("Wegweiser zum Ausdrucken")
    answer = grandfather.open_file("Schlangen (PDF)")
    assert answer.headers["content-type"] == "application/pdf"


def test_a_mother_reads_and_searches_in_her_language(walk):
    mother = walk()
    mother.open("/angebote/?ort=L%C3%BCgde&alter=2j")
    mother.follow("العربية")
    assert mother.page.url.endswith("/ar/angebote/?ort=L%C3%BCgde&alter=2j")
    mother.follow("Familienzentrum Lügde")
    assert "/ar/angebot/" in mother.page.url
    mother.follow("العودة إلى القائمة")
    assert mother.page.url.endswith("/ar/angebote/?ort=L%C3%BCgde&alter=2j")
    mother.unfold("تغيير البحث")
    mother.fill("عمَّ تبحثون؟", "قابلة")
    mother.press("البحث عن خدمات")
    assert mother.page.locator(".offer-card").count() > 0
    assert mother.page.context.cookies() == []


def test_a_journalist_loads_the_open_data(walk):
    journalist = walk()
    journalist.open("/")
    journalist.follow("Offene Daten")
    journalist.unfold("Was in den Spalten steht")
    assert journalist.download("CSV-Tabelle").read_text(encoding="utf-8-sig").count("\n") > 600
    journalist.follow("Offene Schnittstelle (API)")
    journalist.see_heading("Offene Schnittstelle")
