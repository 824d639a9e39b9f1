"""The finder's search over 50,000 offers: time to build the index, memory, and how long a question takes.

python -m bench.search [--offers 50000]     on SQLite; DATABASE_URL names another, empty database

The offers are those of the worked region again and again, each copy in another town and with words of other
offers mixed in (seeded). The questions are the judged ones of the tests, with and without filters; each is
answered as the list page does it: find all, load the first 20.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SEED = 7
PAGE = 20
BATCH = 5000
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"age_months": 24},
    {"near": (51.94, 8.88)},
    {"near": (51.94, 8.88), "radius_km": 10.0, "free": True},
)


def prepare(folder: str) -> None:
    """Django on an empty database."""
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/search.sqlite3")
    os.environ |= {"KEKIZ_DEMO": "1", "KEKIZ_HOME": folder, "DJANGO_SETTINGS_MODULE": "kekiz.site.settings"}
    import django  # noqa: PLC0415 - the settings read the lines above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def read_csv(name: str) -> list[dict[str, str]]:
    with (ROOT / "demo" / "lippe" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def make_offers(count: int) -> Iterator[dict[str, Any]]:
    """Offers as values for the register, seeded."""
    chance = random.Random(SEED)
    rows = read_csv("offers.csv")
    sites = [row["site"] for row in read_csv("sites.csv")]
    words = sorted({word for row in rows for word in row["description"].split()})
    for number in range(count):
        row = rows[number % len(rows)]
        extra = " ".join(chance.choices(words, k=12))
        yield {
            "key": f"o{number}",
            "provider": "bench",
            "sites": [chance.choice(sites)] if row["mode"] == "visit" else [],
            "title": f"{row['title']} {chance.choice(words)}"[:200],
            "summary": row["summary"],
            "description": f"{row['description']} {extra}",
            "age_from_months": int(row["age_from"]),
            "age_to_months": int(row["age_to"]),
            "fields": row["fields"].split(),
            "mode": row["mode"],
            "cost": row["cost"],
            "languages": row["languages"].split(),
            "service_area": row["area"].split(),
        }


def load(count: int) -> None:
    """Fill the register as an import does."""
    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415
    from kekiz.register.actions import load_register  # noqa: PLC0415

    sites = [
        {
            "key": row["site"],
            "name": row["name"],
            "street": row["street"],
            "postcode": row["postcode"],
            "town": row["place"],
            "ags": row["ags"],
            "lat": float(row["lat"]),
            "lon": float(row["lon"]),
        }
        for row in read_csv("sites.csv")
    ]
    provider = {"key": "bench", "name": "Träger", "ags": "05766020"}
    load_register(actor=SYSTEM, providers=[provider], sites=sites, offers=[])
    offers = list(make_offers(count))
    for start in range(0, count, BATCH):
        load_register(actor=SYSTEM, providers=[], sites=[], offers=offers[start : start + BATCH])


def ask_all(rounds: int = 3) -> list[float]:
    """Seconds of every question with every set of filters."""
    from tests.register.judged import JUDGED, read_queries  # noqa: PLC0415

    from kekiz.register import queries  # noqa: PLC0415

    texts = [query.text for name in JUDGED for query in read_queries(name)]
    seconds = []
    for _ in range(rounds):
        for filters in FILTERS:
            for text in texts:
                started = time.perf_counter()
                found = queries.offers_for_family(text=text, **filters)
                list(found[:PAGE])
                seconds.append(time.perf_counter() - started)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--offers", type=int, default=50_000)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from django.db import connection  # noqa: PLC0415

        from kekiz.register import queries  # noqa: PLC0415

        started = time.perf_counter()
        load(options.offers)
        print(f"{connection.vendor}: {options.offers} offers loaded in {time.perf_counter() - started:.0f} s")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, worked = time.perf_counter(), time.process_time()
        queries.offers_for_family(text="Hebamme")
        print(
            f"index of a new process: {time.perf_counter() - started:.1f} s, "
            f"{time.process_time() - worked:.1f} s of processor time, peak {before // 1024} → "
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
        )
        seconds = sorted(ask_all())
        print(
            f"{len(seconds)} questions: {statistics.median(seconds) * 1000:.1f} ms median, "
            f"{seconds[int(0.95 * len(seconds))] * 1000:.1f} ms at 95 %, {seconds[-1] * 1000:.0f} ms longest"
        )


if __name__ == "__main__":
    main()
