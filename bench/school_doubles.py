"""A set of doubles that no weight was set on: real schools, written down with slips of other kinds.

The 5,407 schools of North Rhine-Westphalia (KEKIZ_DATA or ../shared/data, folder nrw) as the state lists
them, and half of them once more as somebody's list has them. Every slip is of a kind that bench/writing.py
does not know: letters lost in a wrong encoding, misread print, initials for kinds of schools, cut-off
fields, two numbers in one field, the quarter behind the town, fields in capitals, words left out. Column
``truth`` as in bench/day_care_doubles.py: schools with numbers of their own differ, also under one roof.
"""

import csv
import re

import numpy as np

from bench.day_care_doubles import DATA, Row

SCHOOLS = DATA / "nrw" / "nrw_schulen_2024-25_sozialindex_startchancen.csv"
SHARE_TWICE = 0.5
INITIALS = (
    ("Gemeinschaftsgrundschule", "GGS"), ("Grundschule", "GS"), ("Gesamtschule", "GE"), ("Gymnasium", "Gym."),
    ("Realschule", "RS"), ("Hauptschule", "HS"), ("Förderschule", "FöS"), ("Berufskolleg", "BK"),
)  # fmt: skip
MISREAD = (("rn", "m"), ("m", "rn"), ("l", "1"), ("O", "0"), ("ü", "ii"), ("ß", "B"), ("h", "b"))


def make_school_doubles(seed: int) -> list[Row]:
    """Labelled records of both lists; same seed, same rows."""
    chance = np.random.default_rng([seed, 5407])
    rows = []
    for number, school in enumerate(read_schools()):
        rows.append(school | {"source": "state", "truth": f"s{number}"})
        if chance.random() < SHARE_TWICE:
            rows.append(_write_otherwise(school, chance) | {"source": "other", "truth": f"s{number}"})
    chance.shuffle(rows)  # type: ignore[arg-type]
    return [row | {"id": f"r{number:05d}"} for number, row in enumerate(rows)]


def read_schools() -> list[Row]:
    """Name, street, town, phone and position of every school."""
    with SCHOOLS.open(encoding="utf-8") as file:
        return [
            {
                "name": " ".join(row[f"Amtliche Bezeichnung {part}"] for part in "123").strip(),
                "provider": "", "title": "", "hours": "", "age_from": "", "age_to": "",
                "street": row["Straße und Hausnummer"], "postcode": row["Postleitzahl"], "town": row["Ort"],
                "phone": f"{row['Telefonnummer Vorwahl']} {row['Telefonnummer Durchwahl']}".strip(),
                "lat": row["latitude"], "lon": row["longitude"],
            }
            for row in csv.DictReader(file)
        ]  # fmt: skip


def _write_otherwise(school: Row, chance: np.random.Generator) -> Row:
    row = dict(school)
    row["name"] = _write_name(row["name"], chance)
    for field in ("name", "street", "town"):
        if chance.random() < 0.06:
            row[field] = row[field].encode().decode("latin-1")  # UTF-8 read as Latin-1
        if chance.random() < 0.08:
            wrong = MISREAD[int(chance.integers(len(MISREAD)))]
            row[field] = row[field].replace(*wrong, 1)
        if chance.random() < 0.05:
            row[field] = row[field].upper()
    if chance.random() < 0.1:
        row["street"] = row["street"][:14]  # a narrow column
    if chance.random() < 0.1:
        row["town"] = f"{row['town']}-{('Mitte', 'Nord', 'Altstadt')[int(chance.integers(3))]}"
    if chance.random() < 0.1:
        row["street"] = f"{row['street']}, {row['postcode']} {row['town']}"
    if chance.random() < 0.15:
        row["phone"] = f"{row['phone']} oder {row['phone'][:-2]}{chance.integers(10, 99)}"
    elif chance.random() < 0.15:
        row["phone"] = row["phone"].split(" ")[-1]  # without area code
    for field, share in (("phone", 0.3), ("postcode", 0.15), ("street", 0.05)):
        if chance.random() < share:
            row[field] = ""
    if chance.random() < 0.5:
        row["lat"] = row["lon"] = ""
    return row


def _write_name(name: str, chance: np.random.Generator) -> str:
    """Initials, a word left out, another order, what stands between dashes gone, or cut off."""
    if chance.random() < 0.4:
        for kind, initials in INITIALS:
            if kind in name:
                name = name.replace(kind, initials, 1)
                break
    if chance.random() < 0.5:
        name = re.sub(r"\s*-\s?[^-]*\s?-\s*$", "", name)
    words = name.split()
    if chance.random() < 0.25 and len(words) > 2:
        del words[int(chance.integers(len(words)))]
    if chance.random() < 0.1 and len(words) > 2:
        words = words[1:] + words[:1]
    name = " ".join(words)
    return name[:30] if chance.random() < 0.1 else name
