"""Lists as offices write them, made here; and a small gazetteer of Lippe."""

import io

from openpyxl import Workbook

from kekiz.register.imports.files import read_content
from kekiz.register.imports.gazetteer import Gazetteer, GazetteerPlace
from kekiz.register.imports.mapping import propose_mapping
from kekiz.register.imports.rows import read_rows

LIPPE_PLACES = Gazetteer(
    [
        GazetteerPlace("Lemgo", "05766044", "municipality", "32657", 52.028, 8.899),
        GazetteerPlace("Lemgo", "05766044", "postcode", "32657", 52.0279, 8.899),
        GazetteerPlace("Brake", "05766044", "locality", "32657", 52.012, 8.913),
        GazetteerPlace("Detmold", "05766020", "municipality", "32756", 51.938, 8.873),
        GazetteerPlace("Detmold", "05766020", "postcode", "32756", 51.94, 8.87),
        GazetteerPlace("Lage", "05766040", "municipality", "32791", 51.99, 8.79),
        GazetteerPlace("Lage Bahnhof", "05766040", "stop", "", 51.9905, 8.7885),
    ]
)
HEADER = [
    "Angebot",
    "Träger",
    "Alter",
    "Straße",
    "PLZ",
    "Ort",
    "Öffnungszeiten",
    "Telefon",
    "Kosten",
    "Beschreibung",
]


def office_workbook() -> bytes:
    """Title rows, a header over two rows with merged cells, a heading between rows, a total line, a note."""
    book = Workbook()
    page = book.active
    page.title = "Angebote 2026"
    page.append(["Frühe Hilfen im Kreis Lippe – Übersicht der Angebote"])
    page.append(["Stand: 01.10.2026"])
    page.append([])
    page.append(
        [
            "Lfd. Nr.",
            "Angebot",
            "Träger",
            "Alter",
            "",
            "Ort",
            "",
            "",
            "Öffnungs-\nzeiten",
            "",
            "Kontakt",
            "",
            "Kosten",
        ]
    )
    page.append(["", "", "", "von", "bis", "Straße", "PLZ", "Ort", "", "", "Telefon", "E-Mail", ""])
    for cells in ("D4:E4", "F4:H4", "K4:L4"):
        page.merge_cells(cells)
    page.append(
        [
            1,
            "Elterncafé",
            "Haus der Familie e.V.",
            0,
            3,
            "Walkenfelder Str. 2",
            32657,
            "Lemgo-Brake",
            "Mo+Mi 9-12 Uhr, Do n. V.",
            None,
            "05261/1234-0 oder 0171 2345678",
            "info(at)hdf.de",
            "kostenfrei",
        ]
    )
    page.append(
        [
            2,
            "Babymassage",
            "Hebammenpraxis Sonne",
            "0 Mon.",
            "12 Mon.",
            "Lange Str. 3",
            32756,
            "Detmold",
            "Di 10.00 – 11.30 Uhr",
            None,
            "05231 / 55 66 77",
            "",
            "60 € (BuT möglich)",
        ]
    )
    page.append([])
    page.append(["Für Jugendliche"])
    page.append(
        [3, "Jugendtreff Oase", "Stadt Lage", 12, 18, "", 32791, "Lage", "Mo-Fr 15-20 Uhr", None, "", "", "-"]
    )
    page.append([4, "", "Stadt Lage", 6, 10, "", 32791, "Lage", "", None, "", "", ""])
    page.append([5, "Ferienspiele", "Stadt Lage", 6, 10, "", 99999, "Nirgendwo", "Juli", None, "", "", "5 €"])
    page.append(["Summe", "5 Angebote"])
    page.append(["* Angaben ohne Gewähr"])
    return save(book)


def save(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def plain_csv(rows, *, delimiter=";", encoding="utf-8", header=HEADER) -> bytes:
    """A CSV list of the columns above."""
    lines = [delimiter.join(header), *(delimiter.join(f'"{cell}"' for cell in row) for row in rows)]
    return "\r\n".join(lines).encode(encoding)


def row(number=1, **values):
    """One row of HEADER."""
    cells = {
        "Angebot": f"Elterncafé {number}", "Träger": "Haus der Familie e. V.", "Alter": "0-3 Jahre",
        "Straße": f"Mittelstr. {number}", "PLZ": "32657", "Ort": "Lemgo", "Öffnungszeiten": "Mo 9-12 Uhr",
        "Telefon": "05261 1234", "Kosten": "kostenfrei", "Beschreibung": "Kaffee und Fragen",
    } | values  # fmt: skip
    return [cells[name] for name in HEADER]


def read(content, name="liste.csv", places=LIPPE_PLACES, **fallbacks):
    """Sheet, mapping and rows of a list, all proposals taken as they are."""
    sheet = read_content(name, content).largest
    mapping = propose_mapping(sheet).change({}, fallbacks)
    return sheet, mapping, read_rows(sheet, mapping, places)
