"""How long a list of 10,000 offers takes: read, dry run, doubles, import, again, publish, undo.


    python -m bench.imports [--rows 10000] [--form xlsx|csv]

Works on an empty SQLite database of its own, or on the one of DATABASE_URL, which it fills and empties again.
 Processor time is told beside wall time: it does not depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import resource
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

FIELDS = (
    "Elterncafé",
    "Kita",
    "Babymassage",
    "Jugendtreff",
    "Hausaufgabenhilfe",
    "Erziehungsberatung",
    "Turnen",
)
AGES = ("0-3 Jahre", "ab 6 Monaten", "3-6 J.", "Klasse 5–7", "bis 27", "Schwangere", "6 bis 10 Jahre", "U3")
HOURS = (
    "Mo+Mi 9-12 Uhr, Do n. V.",
    "Mo-Fr 8-16 Uhr",
    "Di 14:00 – 15:30",
    "nach Vereinbarung",
    "1. und 3. Mittwoch im Monat 15-17 Uhr",
)
COSTS = ("kostenfrei", "5 € pro Termin", "BuT", "60 € (BuT möglich)", "")
HEADER = (
    "Angebot",
    "Träger",
    "Alter",
    "Straße",
    "PLZ",
    "Ort",
    "lat",
    "lon",
    "Öffnungszeiten",
    "Telefon",
    "Kosten",
    "Beschreibung",
)


def make_list(rows: int, form: str, seed: int = 1) -> bytes:
    """A list as offices write it: every row another offer, cells drawn from real ways of writing."""
    draw = np.random.default_rng(seed)
    lines = [
        (
            f"{draw.choice(FIELDS)} {number}",
            f"Träger {number % 700} e. V.",
            draw.choice(AGES),
            f"Mittelstr. {number % 4000}",
            "32657",
            "Lemgo",
            f"{52 + draw.random() / 10:.5f}",
            f"{8.8 + draw.random() / 5:.5f}",
            f"{draw.choice(HOURS)}",
            f"05261 {10_000 + number}",
            draw.choice(COSTS),
            "Für Kinder und Eltern. " * int(draw.integers(1, 8)),
        )
        for number in range(rows)
    ]
    if form == "csv":
        return "\n".join(";".join(str(cell) for cell in line) for line in (HEADER, *lines)).encode()
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    page = book.create_sheet("Angebote")
    for line in (HEADER, *lines):
        page.append([str(cell) for cell in line])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def measure(name: str, work: Callable[[], Any]) -> Any:
    """Run and print seconds: wall, and processor time with that of child processes."""
    wall, before = time.perf_counter(), sum(os.times()[:4])
    result = work()
    print(f"{name:<28}{time.perf_counter() - wall:>8.1f} s{sum(os.times()[:4]) - before:>8.1f} s processor")
    return result


def main() -> None:
    """Measure every step on one list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--form", choices=("xlsx", "csv"), default="xlsx")
    words = parser.parse_args()
    gc.disable()  # as the command does
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ.setdefault("KEKIZ_DEMO", "1")
        os.environ.setdefault("KEKIZ_HOME", folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kekiz.site.settings")
        import django  # noqa: PLC0415

        django.setup()
        run(words.rows, words.form)


def run(rows: int, form: str) -> None:
    """All steps, on the database of the settings."""
    from django.core.management import call_command  # noqa: PLC0415

    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415
    from kekiz.register.actions.import_undo import undo_import  # noqa: PLC0415
    from kekiz.register.actions.imports import import_list, publish_import  # noqa: PLC0415
    from kekiz.register.import_models import ImportBatch  # noqa: PLC0415
    from kekiz.register.import_plan import Options, plan_import  # noqa: PLC0415
    from kekiz.register.import_queries import find_doubles  # noqa: PLC0415
    from kekiz.register.imports.files import read_content  # noqa: PLC0415
    from kekiz.register.imports.gazetteer import Gazetteer, GazetteerPlace  # noqa: PLC0415
    from kekiz.register.imports.mapping import propose_mapping  # noqa: PLC0415
    from kekiz.register.imports.rows import read_rows  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    places = Gazetteer([GazetteerPlace("Lemgo", "05766044", "municipality", "32657", 52.03, 8.9)])
    content = make_list(rows, form)
    print(f"{rows} rows, {len(content) / 1e6:.1f} MB {form}")
    sheet = measure("read the file", lambda: read_content(f"list.{form}", content).largest)
    mapping = propose_mapping(sheet)

    def read() -> Any:
        return read_rows(sheet, mapping, places)

    def take_over() -> ImportBatch:
        batch = ImportBatch(source="bench", file_name="list", form=form, file_digest="0" * 64)
        given = {"sheet": sheet, "mapping": mapping, "rows": read(), "options": Options()}
        return import_list(actor=SYSTEM, batch=batch, **given)[0]

    entries = measure("read all rows", read)
    plan = measure("plan (dry run)", lambda: plan_import(SYSTEM, "bench", entries, Options()))
    measure("find doubles", lambda: find_doubles(plan))
    first = measure("read rows and import", take_over)
    second = measure("the same list again", take_over)
    undo_import(actor=SYSTEM, batch=second)
    measure("publish all of it", lambda: publish_import(actor=SYSTEM, batch=first))
    measure("undo", lambda: undo_import(actor=SYSTEM, batch=first))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB; {first.counts}")


if __name__ == "__main__":
    main()
