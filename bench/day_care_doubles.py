"""A labelled German set of doubles, built from real day-care lists: one site as several lists write it.

    python -m bench.day_care_doubles --source sh --seed 1 --out doubles.csv

Real names, streets and positions come from the open lists of Schleswig-Holstein and Berlin (KEKIZ_DATA or
../shared/data, files offers/*.csv); phones, the second and third listing, and offers are made up
(seeded). Column ``truth`` holds the answer: equal values are the same site (with ``--level offer``: offer).
"""

import argparse
import csv
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.writing import misprint, rewrite_name, rewrite_phone, rewrite_street, rewrite_title

DATA = Path(os.environ.get("KEKIZ_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data"))
COLUMNS = (
    "id", "source", "name", "provider", "street", "postcode", "town", "phone", "title", "hours",
    "lat", "lon", "age_from", "age_to", "truth",
)  # fmt: skip
LISTS = {"portal": 0.85, "flyer": 0.5, "amt": 0.5}  # share of the sites each list has
TWICE_IN_A_LIST = 0.04
DAYS = ("Mo", "Tu", "We", "Th", "Fr")
Row = dict[str, str]


def find_lists() -> Path | None:
    """Folder of the open data, or None where it is absent."""
    return DATA if (DATA / "offers" / "sh_kitas_kitaportal.csv").is_file() else None


def read_sites(source: str) -> list[Row]:
    """One row per real site; rows of one address and one name are one site, made-up entries are left out."""
    reader = {"sh": _read_schleswig_holstein, "berlin": _read_berlin}[source]
    sites, seen = [], set()
    for row in reader():
        key = re.sub(r"\W", "", f"{row['name']}{row['street']}{row['postcode']}".lower())
        if key not in seen and "Dummy" not in row["name"] and "Muster" not in row["street"]:
            seen.add(key)
            sites.append(row)
    return sites


def _read_schleswig_holstein() -> list[Row]:
    with (DATA / "offers" / "sh_kitas_kitaportal.csv").open(encoding="utf-8") as file:
        return [
            {
                "name": row["name"], "provider": row["provider"],
                "street": f"{row['street']} {row['number']}",
                "postcode": row["postal_code"], "town": row["town"], "lat": row["lat"], "lon": row["lon"],
                "age_from": row["age_from_months"], "age_to": row["age_to_months"],
            }
            for row in csv.DictReader(file)
        ]  # fmt: skip


def _read_berlin() -> list[Row]:
    """The list names carriers only; see _name_berlin for names."""
    with (DATA / "offers" / "berlin_kitas_2017.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sites_of: dict[str, int] = {}
    for row in rows:
        sites_of[row["parent"]] = sites_of.get(row["parent"], 0) + 1
    return [
        {
            "name": _name_berlin(row, sites_of), "provider": " ".join(row["parent"].split()),
            "street": row["address"], "postcode": row["postcode"], "town": "Berlin",
            "lat": row["lat"], "lon": row["lon"], "age_from": row["min_age_months"], "age_to": "72",
        }
        for row in rows
    ]  # fmt: skip


def _name_berlin(row: Row, sites_of: dict[str, int]) -> str:
    """Half of the houses of large carriers go by their street, the others by one of the usual names."""
    if sites_of[row["parent"]] == 1:
        return " ".join(row["parent"].split())
    street = re.sub(r"\s*\d.*$", "", row["address"])
    usual = USUAL_NAMES[int(row["id"]) // 2 % len(USUAL_NAMES)]
    return f"Kita {street}" if int(row["id"]) % 2 else f"Kita {usual}"


def make_doubles(source: str, seed: int, level: str = "site", limit: int | None = None) -> list[Row]:
    """Labelled records: each site (or offer) as one to four lists have it. Same seed, same rows."""
    chance = np.random.default_rng([seed, len(source)])
    sites = read_sites(source)
    chance.shuffle(sites)  # type: ignore[arg-type]
    return _list_sites(sites[:limit], level, chance)


def make_many(count: int, seed: int = 1) -> list[Row]:
    """About ``count`` records for measuring time: real names at real streets, 8,000 postcodes."""
    chance = np.random.default_rng(seed)
    real = read_sites("sh") + read_sites("berlin")
    sites = []
    for _ in range(round(count / (sum(LISTS.values()) * (1 + TWICE_IN_A_LIST)))):
        name, address = real[int(chance.integers(len(real)))], real[int(chance.integers(len(real)))]
        street = re.sub(r"\d.*$", "", address["street"]).strip()
        postcode = str(10_000 + 11 * int(chance.integers(8_000)))
        place = {"street": f"{street} {int(chance.exponential(25)) + 1}", "postcode": postcode}
        sites.append(name | place | {"town": address["town"], "lat": "", "lon": ""})
    return _list_sites(sites, "site", chance)


def _list_sites(sites: list[Row], level: str, chance: np.random.Generator) -> list[Row]:
    switchboards: dict[str, int] = {}
    rows: list[Row] = []
    for site_number, site in enumerate(sites):
        site["phone"] = _give_phone(site, switchboards, chance)
        for truth, entry in _list_entries(site, f"s{site_number}", level, chance):
            rows += _list_it(entry, truth, chance)
    chance.shuffle(rows)  # type: ignore[arg-type]
    for number, row in enumerate(rows):
        row["id"] = f"r{number:07d}"
    return rows


def _give_phone(site: Row, switchboards: dict[str, int], chance: np.random.Generator) -> str:
    """Carriers of many sites often publish one switchboard, others extensions of it or a own number."""
    area = f"0{4300 + int(site['postcode'][-3:] or 0) % 600}" if site["town"] != "Berlin" else "030"
    trunk = switchboards.setdefault(site["provider"], int(chance.integers(20_000, 999_999)))
    kind = chance.random()
    if kind < 0.15:
        return f"{area} {trunk}0"
    return (
        f"{area} {trunk}{chance.integers(10, 99)}"
        if kind < 0.4
        else f"{area} {chance.integers(20_000, 9_999_999)}"
    )


def _list_entries(site: Row, key: str, level: str, chance: np.random.Generator) -> list[tuple[str, Row]]:
    """The site itself, or the offers held there: every one a truth of its own."""
    blank = site | {"title": "", "hours": ""}
    if level == "site":
        return [(key, blank)]
    entries = []
    for number in range(int(chance.integers(0, 4))):
        offer = OFFERS[int(chance.integers(len(OFFERS)))]
        day = DAYS[int(chance.integers(5))]
        hours = f"{day} {chance.integers(8, 18):02d}:00-{18}:30"
        low, high = offer[1]
        entry = blank | {"title": offer[0], "hours": hours, "age_from": str(low), "age_to": str(high)}
        is_new = all(other["title"] != offer[0] or other["hours"][:2] != day for _, other in entries)
        if is_new:
            entries.append((f"{key}-{number}", entry))
    return entries


def _list_it(entry: Row, truth: str, chance: np.random.Generator) -> list[Row]:
    """The entry as each list that has it writes it; sometimes twice in one list."""
    rows = []
    for source, share in LISTS.items():
        times = int(chance.random() < share) + int(chance.random() < TWICE_IN_A_LIST * share)
        for time in range(times):
            carelessness = {"portal": 0.15, "flyer": 0.6, "amt": 0.4}[source] + 0.3 * time
            rows.append(_write(entry, carelessness, chance) | {"source": source, "truth": truth})
    return rows


def _write(entry: Row, carelessness: float, chance: np.random.Generator) -> Row:
    """One listing: each field rewritten, misprinted or left out, as careless as the list is."""
    row = dict(entry)
    rewriters: dict[str, Callable[[str, np.random.Generator], str]] = {
        "name": rewrite_name, "street": rewrite_street, "phone": rewrite_phone, "provider": rewrite_name,
        "title": rewrite_title,
    }  # fmt: skip
    for field, rewrite in rewriters.items():
        if chance.random() < carelessness:
            row[field] = rewrite(row[field], chance)
        if chance.random() < carelessness * 0.15:
            row[field] = misprint(row[field], chance)
    for field, share in (
        ("phone", 0.3),
        ("provider", 0.4),
        ("street", 0.05),
        ("postcode", 0.05),
        ("hours", 0.3),
    ):
        if chance.random() < carelessness * share:
            row[field] = ""
    if chance.random() < carelessness * 0.1:
        row["postcode"] = misprint(row["postcode"], chance)
    if chance.random() < carelessness * 0.15:  # moved, or another desk's number
        row["phone"] = f"{row['phone'][:-3]}{chance.integers(100, 999)}" if row["phone"] else ""
    if chance.random() < carelessness:
        row["lat"] = row["lon"] = ""
    elif row["lat"]:
        row["lat"] = f"{float(row['lat']) + chance.normal(0, 0.0004):.5f}"
        row["lon"] = f"{float(row['lon']) + chance.normal(0, 0.0006):.5f}"
    if chance.random() < carelessness * 0.3:
        row["age_from"] = row["age_to"] = ""
    return row


USUAL_NAMES = (
    "Sonnenschein", "Regenbogen", "Pusteblume", "Villa Kunterbunt", "Schatzinsel", "Spatzennest",
    "Zwergenland", "Löwenzahn", "Marienkäfer", "Rappelkiste", "Kinderland", "Wirbelwind", "Bärenhöhle",
    "Wichtelhaus", "Arche Noah",
    "Sternschnuppe", "Tausendfüßler", "Am Park", "Kleine Strolche", "Farbenfroh", "Waldgeister", "Mäuseburg",
    "Abenteuerland", "Die Entdecker", "Purzelbaum", "Kinderhaus am See", "Glühwürmchen", "Die Kleinen Riesen",
)  # fmt: skip
OFFERS: tuple[tuple[str, tuple[int, int]], ...] = (
    ("Krabbelgruppe", (0, 18)), ("Eltern-Café", (0, 72)), ("Sprachförderung", (36, 72)),
    ("Elternberatung", (0, 120)), ("Babymassage", (0, 12)), ("Musikalische Früherziehung", (36, 72)),
    ("Hebammensprechstunde", (-9, 12)), ("Kinderturnen", (24, 72)), ("Elternkurs Starke Eltern", (0, 144)),
    ("Vorlesestunde", (36, 96)), ("Delfi-Kurs", (2, 12)), ("Väter-Treff", (0, 72)),
    ("Hausaufgabenhilfe", (72, 144)), ("Ferienspiele", (72, 144)), ("Spielgruppe", (12, 36)),
)  # fmt: skip


def main() -> int:
    """Write the set the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", choices=("sh", "berlin"), default="sh")
    parser.add_argument("--level", choices=("site", "offer"), default="site")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    if not find_lists():
        print(f"Die Listen der Kitas fehlen unter {DATA}: Bitte KEKIZ_DATA auf den Ordner der Daten setzen.")
        return 1
    rows = make_doubles(arguments.source, arguments.seed, arguments.level)
    with arguments.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} Einträge zu {len({row['truth'] for row in rows})} Wahrheiten in {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
