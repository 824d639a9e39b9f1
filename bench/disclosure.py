"""What the worked region publishes, all of it, given to a solver: how closely can it pin a dot?

    python -m bench.disclosure                          twelve dots, files and pages of two links
    python -m bench.disclosure --dots 40 --links 56     more dots, every link

Files mode: every need of summary.json, its gaps, every table of report.html. Cockpit: the CSV files and the
pages of the overview for every area and group, files and pages of some links, the answer of a what-if. The
solver is HiGHS; it knows that no count is negative. Exit code 1 where a dot is pinned closer than the width.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import pyarrow.parquet as pq

from bench.pages import ROOT, WHAT_IF, run
from kekiz.engine.published import SMALL_NUMBERS, lay_out_links
from kekiz.engine.scheme import load_scheme

DEMO = ROOT / "demo" / "lippe" / "region.toml"
SLACK = 0.01  # of the solver, over ten thousand rows


def main() -> int:
    """Attack both; returns 1 if a dot is pinned."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dots", type=int, default=12, help="half of them the smallest, half drawn")
    parser.add_argument("--links", type=int, default=2, help="links whose own files and pages are read")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        run(home, "demo", "--no-serve")
        open_demo(home)
        is_pinned = attack_files(home / "files", options.dots)
        return int(attack_cockpit(options.dots, options.links) or is_pinned)


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


def attack_files(out: Path, dots: int) -> bool:
    """Files mode: summary.json and report.html of the worked region."""
    from tests.web.small_numbers_attack import Attack  # noqa: PLC0415 - needs Django

    subprocess.run(
        [sys.executable, "-m", "kekiz", "analyse", str(DEMO), "--out", str(out)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    links, scheme = pq.read_table(out / "links.parquet"), load_scheme()
    towns = sorted(set(links["ags"].to_pylist()))
    shape = (len(towns), len(scheme.phases), len(scheme.fields), len(scheme.groups), -1)
    attack = Attack(towns=towns, truth=lay_out_links(links, scheme, towns).reshape(shape))
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    attack.read_summary(summary)
    names = {row["name"]: row["ags"] for row in summary["municipalities"]}
    attack.read_report((out / "report.html").read_text(encoding="utf-8"), names)
    return report("files mode", attack, dots)


def attack_cockpit(dots: int, links: int) -> bool:
    """Everything the cockpit sends, as its coordinator reads it."""
    from django.test import Client  # noqa: PLC0415 - needs Django
    from tests.web.small_numbers_attack import Attack  # noqa: PLC0415

    from kekiz.accounts.queries import find_user  # noqa: PLC0415
    from kekiz.analysis.models import Run  # noqa: PLC0415
    from kekiz.evidence.queries import areas_of_region  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(find_user("koordination@example.org"))
    attack = Attack(Run.objects.order_by("-pk").first())
    codes = product(attack.scheme.phase_codes, attack.scheme.field_codes)
    chosen = sorted(codes, key=lambda link: attack.need_of(*link))[:links]
    attack.read_everything(client, links=chosen)
    for area, group in product(areas_of_region(attack.run.region_key), ("", *attack.scheme.group_codes)):
        towns = [town for town in attack.towns if town.startswith(tuple(area.ags))]
        query = f"?gebiet={area.key}&gruppe={group}"
        attack.read_page(client, f"/cockpit/{query}", towns, group=group)
        for phase, field in chosen:
            attack.read_page(client, f"/cockpit/luecke/{phase}/{field}/{query}", towns, phase, field, group)
    attack.read_answer(client, WHAT_IF.format(40))
    return report("cockpit", attack, dots)


def report(name: str, attack, dots: int) -> bool:
    """Let the solver pin some dots; one line. True if it pins one."""
    started = time.process_time()
    attack.build_solver()
    widths = attack.measure_widths(dots)
    narrowest = min(widths.values(), default=float("inf"))
    print(
        f"{name}: {len(attack.known):,} numbers read, {len(attack.dots):,} dots, {len(widths)} attacked; "
        f"narrowest {narrowest:.2f} children (bar {SMALL_NUMBERS.width:g}), "
        f"{time.process_time() - started:.0f} s of processor time for the solver",
        flush=True,
    )
    return narrowest < SMALL_NUMBERS.width - SLACK


if __name__ == "__main__":
    sys.exit(main())
