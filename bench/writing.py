"""How people write the same thing differently: names, streets, phones, titles, and misprints (seeded)."""

import re

import numpy as np

NEAR_KEYS = {
    "a": "sq",
    "e": "wr",
    "i": "uo",
    "o": "ip",
    "u": "zi",
    "n": "mb",
    "r": "et",
    "s": "ad",
    "t": "rz",
    "l": "ko",
}
ABBREVIATIONS = (
    (
        "Kindertagesstätte",
        ("Kita", "KiTa", "Kindertagesst.", "Kindergarten", "Kindertageseinrichtung", "Kiga"),
    ),
    ("Kindergarten", ("Kita", "KiGa", "Kindertagesstätte", "Kindergt.")),
    ("Kita", ("Kindertagesstätte", "KITA", "Kindergarten")),
    ("Evangelisch-Lutherische", ("Ev.-Luth.", "Ev. luth.", "Ev.", "Evang.")),
    ("Ev.-Luth.", ("Evangelische", "Ev.", "ev. luth.")),
    ("Evangelische", ("Ev.", "Evang.", "ev.")),
    ("Ev.", ("Evangelische", "Evang.", "ev.")),
    ("Kirchengemeinde", ("Kirchengem.", "KG", "Kgm.")),
    ("Katholische", ("Kath.", "kath.")),
    ("Gemeinde", ("Gem.", "Kommunale")),
    ("AWO", ("Arbeiterwohlfahrt", "Awo")),
    ("DRK", ("Deutsches Rotes Kreuz", "DRK-")),
    ("Sankt", ("St.",)),
    ("St.", ("Sankt", "St")),
    (" und ", (" & ", " u. ", " + ")),
    ("Familienzentrum", ("FamZ", "Fam.-Zentrum")),
    ("Naturkindergarten", ("Natur-Kita", "Naturkita")),
    ("Waldkindergarten", ("Waldkita", "Wald-Kita", "Waldkiga")),
)
TITLES: dict[str, tuple[str, ...]] = {
    "Krabbelgruppe": ("Krabbelgruppe für Babys", "Krabbel-Gruppe", "Eltern-Kind-Gruppe"),
    "Eltern-Café": ("Elterncafe", "Café für Eltern", "Offenes Elterncafé", "Elternfrühstück und Café"),
    "Sprachförderung": ("Sprachförderung für Kinder", "Sprach-Förderung", "Deutsch lernen: Sprachförderung"),
    "Elternberatung": ("Beratung für Eltern", "Eltern-Beratung", "Beratungsstunde Eltern"),
    "Babymassage": ("Baby-Massage", "Kurs Babymassage", "Massage für Babys"),
    "Musikalische Früherziehung": ("Musik. Früherziehung", "Früherziehung Musik", "Musikgarten"),
    "Hebammensprechstunde": ("Sprechstunde der Hebamme", "Hebammen-Sprechstunde", "Hebamme vor Ort"),
    "Kinderturnen": ("Turnen für Kinder", "Kinder-Turnen", "Turngruppe Kinder"),
    "Elternkurs Starke Eltern": ("Starke Eltern – starke Kinder", "Kurs „Starke Eltern“", "Elternkurs"),
    "Vorlesestunde": ("Vorlesen", "Vorlese-Stunde", "Bücherkiste: Vorlesestunde"),
    "Delfi-Kurs": ("DELFI", "Delfi Kurs für Babys", "DELFI®-Gruppe"),
    "Väter-Treff": ("Vätertreff", "Treff für Väter", "Vater-Kind-Treff"),
    "Hausaufgabenhilfe": ("Hilfe bei Hausaufgaben", "Hausaufgaben-Betreuung", "Hausaufgabenhilfe Kinder"),
    "Ferienspiele": ("Ferien-Spiele", "Ferienprogramm", "Ferienspiele Sommer"),
    "Spielgruppe": ("Spiel-Gruppe", "Spielkreis", "Spielgruppe für Kleinkinder"),
}  # fmt: skip


def misprint(text: str, chance: np.random.Generator) -> str:
    """One slip of the fingers: a letter left out, doubled, swapped or the key beside it."""
    if len(text) < 4:
        return text
    spot = int(chance.integers(1, len(text) - 1))
    letter = text[spot]
    near = NEAR_KEYS.get(letter.lower(), letter)
    slips = (
        text[:spot] + text[spot + 1 :],
        text[:spot] + letter + text[spot:],
        text[:spot] + text[spot + 1] + letter + text[spot + 2 :],
        text[:spot] + near[int(chance.integers(len(near)))] + text[spot + 1 :],
    )
    if letter.isdigit():
        slips = (text[:spot] + str(int(chance.integers(10))) + text[spot + 1 :], slips[2])
    return slips[int(chance.integers(len(slips)))]


def rewrite_name(name: str, chance: np.random.Generator) -> str:
    """Abbreviate or spell out, drop quotes, legal form, kind or addition, turn the order, plain umlauts."""
    for long, shorts in ABBREVIATIONS:
        if long in name and chance.random() < 0.6:
            name = name.replace(long, shorts[int(chance.integers(len(shorts)))], 1)
            break
    if chance.random() < 0.5:
        name = re.sub(r"[\"„“”»«']", "", name)
    if chance.random() < 0.5:
        name = re.sub(
            r",?\s*(e\.\s?V\.|gGmbH|GmbH|gemeinnützige GmbH)", lambda found: _legal(found[1], chance), name
        )
    if chance.random() < 0.25:
        name = re.sub(r"\s*\([^)]*\)", "", name)
    if chance.random() < 0.2 and ("„" in name or '"' in name):
        quoted = re.search(r"[„\"]([^\"“”]{5,})[\"“”]", name)
        name = quoted[1] if quoted else name
    if chance.random() < 0.1 and "," in name:
        name = " ".join(reversed([part.strip() for part in name.split(",", 1)]))
    return _write_plainly(name, chance)


def rewrite_street(street: str, chance: np.random.Generator) -> str:
    """Straße or Str., hyphens, blanks before letters, plain umlauts, number left out or off."""
    kinds = (
        ("straße", "str."),
        ("Straße", "Str."),
        ("straße", "strasse"),
        ("Straße", "Strasse"),
        ("platz", "pl."),
    )
    if chance.random() < 0.8:
        long, short = kinds[int(chance.integers(len(kinds)))]
        street = street.replace(long, short) if long in street else street.replace("str.", "straße")
    if chance.random() < 0.3:
        street = re.sub(r"(\d)\s?([a-zA-Z])\b", lambda found: f"{found[1]} {found[2].lower()}", street)
    if chance.random() < 0.2:
        street = street.replace("-", " ")
    if chance.random() < 0.06:
        street = re.sub(r"\s*\d+.*$", "", street)
    elif chance.random() < 0.05:
        street = re.sub(r"(\d+).*$", lambda found: f"{found[1]}-{int(found[1]) + 2}", street)
    elif chance.random() < 0.05:
        street = re.sub(r"(\d+).*$", lambda found: str(int(found[1]) + int(chance.integers(1, 4))), street)
    return _write_plainly(street, chance)


def rewrite_phone(phone: str, chance: np.random.Generator) -> str:
    """The same number with other signs, a country code, or an extension where the switchboard stood."""
    if " " not in phone:
        return phone
    area, number = phone.split(" ", 1)
    extension = str(int(chance.integers(1, 99)))
    ways = (
        f"{area}/{number}", f"{area} - {number[:2]} {number[2:]}", f"+49 {area[1:]} {number}",
        f"+49 (0) {area[1:]} {number}", f"0049{area[1:]}{number}", f"({area}) {number[:-2]}-{number[-2:]}",
        f"{area}{number}",
        f"{area} {number[:-2]}{extension}" if chance.random() < 0.3 else f"Tel.: {area} {number}",
    )  # fmt: skip
    return ways[int(chance.integers(len(ways)))]


def rewrite_title(title: str, chance: np.random.Generator) -> str:
    """Another common title of the same offer."""
    ways = TITLES.get(title)
    return _write_plainly(ways[int(chance.integers(len(ways)))] if ways else title, chance)


def _legal(form: str, chance: np.random.Generator) -> str:
    ways = {"e. V.": ("", " eV", " e.V."), "e.V.": ("", " eV", " e. V.")}.get(
        form, ("", " gGmbH", ", gemeinnützige GmbH")
    )
    return ways[int(chance.integers(len(ways)))]


def _write_plainly(text: str, chance: np.random.Generator) -> str:
    """Sometimes umlauts as two letters, sometimes capitals, sometimes a stray blank."""
    if chance.random() < 0.15:
        for letter, plain in (
            ("ä", "ae"),
            ("ö", "oe"),
            ("ü", "ue"),
            ("ß", "ss"),
            ("Ä", "Ae"),
            ("Ö", "Oe"),
            ("Ü", "Ue"),
        ):
            text = text.replace(letter, plain)
    if chance.random() < 0.06:
        text = text.upper()
    return f" {text}  " if chance.random() < 0.05 else text
