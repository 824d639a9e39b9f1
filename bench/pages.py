"""How long people wait: start of the demo, pages for families, cockpit, a what-if, files mode (wall time).

python -m bench.pages [--region FOLDER]    FOLDER: the open data, for files mode on the real schools of Lippe
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7
PAGES = {
    "families: start page": "/",
    "families: start page in Leichte Sprache": "/ls/",
    "families: start page in Arabic": "/ar/",
    "families: start page in Ukrainian": "/uk/",
    "families: list": "/angebote/",
    "families: list near a place, four wishes": "/angebote/?ort=Lemgo&alter=2j&kostenlos=ja&q=Eltern",
    "families: list, reachable in minutes": "/angebote/?ort=Lemgo&minuten=30&mit=bus&jetzt=ja",
    "families: list without a hit": "/angebote/?q=Xylophonbau&ort=Lemgo",
    "families: faults of the search": "/angebote/?ort=Nirgendwo&alter=krumm&minuten=viele",
    "families: one offer": "/angebot/familienzentrum-luegde/",
    "families: one offer in Arabic": "/ar/angebot/familienzentrum-luegde/",
    "families: my child": "/mein-kind/",
    "families: chain of my child": "/mein-kind/?monat=3&jahr=2025&ort=Lemgo",
    "families: chain to print": "/mein-kind/drucken/?monat=3&jahr=2025&ort=Lemgo",
    "families: what is missing": "/fehlt-etwas/",
    "families: printed guides": "/wegweiser/",
    "open interface, for people": "/api/",
    "cockpit: overview": "/cockpit/",
    "cockpit: one link": "/cockpit/luecke/P4/G1/",
}
WHAT_IF = (
    "/cockpit/was-waere-wenn/?art=neu&felder=G1&von=36&bis=72&form=visit&ort=L%C3%BCgde&plaetze={}&rechnen=1"
)


def measure(work: Callable[[], object], rounds: int = ROUNDS) -> str:
    """Median and best of some rounds after a first one that does not count."""
    work()
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return f"{statistics.median(seconds):8.3f} s median, {min(seconds):.3f} s best of {rounds}"


def run(home: Path, *words: str) -> None:
    """One kekiz command in a home of its own; output only if it fails."""
    command = [sys.executable, "-m", "kekiz", *words]
    environment = {**os.environ, "KEKIZ_HOME": str(home), "KEKIZ_PARTS": str(ROOT / "node_modules")}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def measure_pages(home: Path) -> None:
    """Pages of the demo as its coordinator sees them."""
    os.environ |= {
        "KEKIZ_DEMO": "1",
        "KEKIZ_HOME": str(home),
        "DATABASE_URL": f"sqlite:///{home}/var/demo.sqlite3",
        "DJANGO_SETTINGS_MODULE": "kekiz.site.settings",
    }
    import django  # noqa: PLC0415 - the settings read the lines above

    django.setup()
    from django.test import Client  # noqa: PLC0415

    from kekiz.accounts.queries import find_user  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(find_user("koordination@example.org"))

    def open_page(address: str) -> None:
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        assert b'name="password"' not in answer.content, f"{address} asks to sign in"

    for name, address in PAGES.items():
        print(f"{name:42}", measure(lambda address=address: open_page(address)))
    places = iter(range(40, 100))
    print(
        f"{'cockpit: what-if, one offer more':42}", measure(lambda: open_page(WHAT_IF.format(next(places))))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--region", type=Path, help="folder of the open data")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        started = time.perf_counter()
        run(home, "demo", "--no-serve")
        print(f"{'demo: first build':42} {time.perf_counter() - started:8.3f} s")
        print(f"{'demo: start again':42}", measure(lambda: run(home, "demo", "--no-serve"), 3))
        if options.region:
            words = ("analyse", "examples/lippe-schools/region.toml", "--data", str(options.region / "lippe"))
            out = str(home / "out")
            print(f"{'files mode: schools of Lippe':42}", measure(lambda: run(home, *words, "--out", out), 3))
        measure_pages(home)


if __name__ == "__main__":
    main()
