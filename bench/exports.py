"""All published offers as files, 50,000 of them: time, size and memory of each form, and of reading it back.

python -m bench.exports [--offers 50000]     on SQLite; DATABASE_URL names another, empty database

The offers are those of bench.search. Each form is written, and read, in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.search import ROOT, load, prepare

FORMS = ("xlsx", "csv", "hsds-json", "hsds-csv", "geojson", "parquet")
READ_BACK = FORMS[:4]


def read_peak() -> float:
    """Most memory of this process so far, in MB; not that of the process which started it (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def write_one(form: str, folder: str) -> None:
    """Write one form in this process and tell what it took."""
    prepare(folder)
    from kekiz.register.exports.catalogue import open_catalogue  # noqa: PLC0415
    from kekiz.register.exports.formats import FORMATS, write_export  # noqa: PLC0415
    from kekiz.register.exports.licences import read_licence  # noqa: PLC0415

    before = read_peak()
    started, busy = time.perf_counter(), time.process_time()
    target = Path(folder) / form
    with target.open("w+b") as stream:
        write_export(FORMATS[form], open_catalogue("05766"), stream, read_licence())
    wall, busy = time.perf_counter() - started, time.process_time() - busy
    print(
        f"{form:<10} {busy:6.1f} s processor, {wall:6.1f} s wall, {target.stat().st_size / 1e6:7.1f} MB, "
        f"peak {read_peak():.0f} MB (before {before:.0f} MB)",
        flush=True,
    )


def read_one(form: str, folder: str) -> None:
    """Read one form back in this process, as an import begins, and tell what it took."""
    from kekiz.register.imports.files import read_content  # noqa: PLC0415
    from kekiz.register.imports.refusals import RefusedList  # noqa: PLC0415

    started, busy = time.perf_counter(), sum(os.times()[:4])
    try:
        rows = len(read_content(form, (Path(folder) / form).read_bytes()).largest.rows)
    except RefusedList as error:
        print(f"{'':<10} not read back: {error.reason}", flush=True)
        return
    wall, busy = time.perf_counter() - started, sum(os.times()[:4]) - busy
    print(
        f"{'':<10} read back {busy:6.1f} s processor, {wall:6.1f} s wall, {rows} rows, "
        f"peak {read_peak():.0f} MB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--offers", type=int, default=50_000)
    parser.add_argument("--form", choices=FORMS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.form:
        (read_one if options.read else write_one)(options.form, options.folder)
        return
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        load(options.offers)
        print(f"{options.offers} offers, load {os.getloadavg()[0]:.1f}", flush=True)
        for form in FORMS:
            words = [sys.executable, "-m", "bench.exports", "--form", form, "--folder", folder]
            subprocess.run(words, check=True, cwd=ROOT)
            if form in READ_BACK:
                subprocess.run([*words, "--read"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
