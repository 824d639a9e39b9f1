"""What the worked region publishes, all of it, given to a solver: how closely can it pin a dot?

    python -m bench.disclosure                every dot; overview, and pages and files of every link
    python -m bench.disclosure --links 2      the same dots, pages and files of two links

Files mode: every need of summary.json, its gaps, every table of report.html. Cockpit: the CSV files and the
pages of the overview and of each link, for every area and group, the offers of each link for every
municipality, the answer of a what-if, the effects of a proposal. Every number that the run leaves out is
attacked: needs, children who cross, children at an offer. The solver is HiGHS; it knows which sums hold, that
no count is negative, and which links nobody offers. How it deals with so many dots, and why that is sound:
tests/engine/pinning.py. Exit code 1 where a dot is pinned closer than the width.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import pyarrow.parquet as pq

from bench.pages import ROOT, WHAT_IF, run
from kekiz.engine.published import SMALL_NUMBERS, lay_out_links
from kekiz.engine.scheme import load_scheme

DEMO = ROOT / "demo" / "lippe" / "region.toml"
GOAL = SMALL_NUMBERS.width - 1e-4  # the solver rounds


def main() -> int:
    """Attack both; returns 1 if a dot is pinned."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--links", type=int, help="links whose own files and pages are read; default: all")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="that read pages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        run(home, "demo", "--no-serve")
        open_demo(home)
        is_pinned = attack_files(home / "files")
        return int(attack_cockpit(home, options.links, options.processes) or is_pinned)


def open_demo(home: Path) -> None:
    """Django on the database of the demo."""
    os.environ |= {
        "KEKIZ_DEMO": "1",
        "KEKIZ_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home}/var/demo.sqlite3",
        "DJANGO_SETTINGS_MODULE": "kekiz.site.settings",
    }
    import django  # noqa: PLC0415 - the settings read the lines above

    django.setup()


def attack_files(out: Path) -> bool:
    """Files mode: summary.json and report.html of the worked region."""
    from tests.web.small_numbers_files import FilesAttack  # noqa: PLC0415 - needs Django

    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "kekiz", "analyse", str(DEMO), "--out", str(out)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    links, scheme = pq.read_table(out / "links.parquet"), load_scheme()
    towns = sorted(set(links["ags"].to_pylist()))
    shape = (len(towns), len(scheme.phases), len(scheme.fields), len(scheme.groups), -1)
    attack = FilesAttack(towns, lay_out_links(links, scheme, towns).reshape(shape))
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    attack.read_summary(summary)
    names = {row["name"]: row["ags"] for row in summary["municipalities"]}
    attack.read_report((out / "report.html").read_text(encoding="utf-8"), names)
    print(f"files mode: read in {time.perf_counter() - started:.0f} s", flush=True)
    return report("files mode", attack, attack.open_reader)


def attack_cockpit(home: Path, links: int | None, processes: int) -> bool:
    """Everything the cockpit sends, as its coordinator reads it."""
    from kekiz.planning.models import Proposal  # noqa: PLC0415 - needs Django

    started = time.perf_counter()
    attack = open_attack()
    codes = list(product(attack.scheme.phase_codes, attack.scheme.field_codes))[:links]
    attack.read_answer(open_client(), WHAT_IF.format(40))
    attack.read_proposal(open_client(), Proposal.objects.get().pk)
    with ProcessPoolExecutor(processes, get_context("spawn"), open_demo, (home,)) as readers:
        for told in readers.map(read_part, [None, *codes]):
            attack.merge(told)
    attack.note_mask()
    print(f"cockpit, {len(codes)} links: read in {time.perf_counter() - started:.0f} s", flush=True)
    return report("cockpit", attack, attack.start_reading)


def open_attack():
    """Nothing read yet of the newest run."""
    from tests.web.small_numbers_attack import Attack  # noqa: PLC0415 - needs Django

    from kekiz.analysis.models import Run  # noqa: PLC0415

    return Attack(Run.objects.order_by("-pk").first())


@cache
def open_client():
    """The browser of the coordinator."""
    from django.test import Client  # noqa: PLC0415 - needs Django

    from kekiz.accounts.queries import find_user  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(find_user("koordination@example.org"))
    return client


def read_part(link: tuple[str, str] | None):
    """What files and pages of a link tell; None: those of the overview."""
    attack, client = open_attack(), open_client()
    if link is None:
        attack.read_overview(client)
        attack.read_overview_pages(client)
    else:
        attack.read_link(client, *link)
        attack.read_link_pages(client, *link)
    return attack.tell()


def report(name: str, attack, start_reading) -> bool:
    """Let the solver look for the ends of every dot; one line. True if it pins one."""
    started, before = time.perf_counter(), time.process_time()
    reader = start_reading(GOAL)
    pinned = reader.find_pinned()
    place, width = pinned or reader.find_narrowest()
    words = " ".join(str(word) for word in place).replace("+".join(attack.towns), "region")
    print(
        f"{name}: {attack.read:,} numbers read, {len(attack.known):,} different sums; {len(reader.dots):,}"
        f" dots, all attacked; {'pinned' if pinned else 'narrowest'}: {width:.2f} children, {words}"
        f" (bar {SMALL_NUMBERS.width:g}); {reader.programmes} linear programmes,"
        f" {time.perf_counter() - started:.0f} s ({time.process_time() - before:.0f} s of processor time)",
        flush=True,
    )
    return pinned is not None


if __name__ == "__main__":
    sys.exit(main())
