"""Start the demo region on a free port, find Chromium; for browser tests and docs/screenshots.py."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Kette-zeigen-2026"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 360


@dataclass(frozen=True)
class DemoServer:
    """A running demo and the folder it keeps its data in."""

    url: str
    home: Path


RUN_AGAIN = """
import django
django.setup()
from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.actions import run_analysis
from kekiz.analysis.queries import latest_run
run = latest_run()
run_analysis(actor=SYSTEM, region_key=run.region_key, reference_date=run.reference_date)
"""


def run_analysis_again(server: DemoServer) -> None:
    """Analyse the region of a running demo again, in a process of its own beside the server."""
    environment = os.environ | {
        "KEKIZ_DEMO": "1",
        "KEKIZ_HOME": str(server.home),
        "DATABASE_URL": f"sqlite:///{server.home / 'var' / 'demo.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "kekiz.site.settings",
    }
    subprocess.run([sys.executable, "-c", RUN_AGAIN], cwd=ROOT, env=environment, check=True)


class DemoServerError(RuntimeError):
    """The demo server did not start; the text holds the end of what it printed."""


def find_chromium() -> str | None:
    """Where Debian's Chromium is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def find_free_port() -> int:
    """A port that nothing listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve_demo(home: Path) -> Iterator[DemoServer]:
    """Build the demo region below `home` and serve it; the server stops at the end."""
    environment = os.environ | {
        "KEKIZ_DEMO": "1",
        "KEKIZ_HOME": str(home),
        "KEKIZ_PARTS": str(ROOT / "node_modules"),
        "KEKIZ_HOSTS": "127.0.0.1,localhost",
    }
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "KEKIZ_SECRET_KEY"):  # the demo brings its own
        environment.pop(name, None)
    port = find_free_port()
    log = home / "server.log"
    command = [sys.executable, "-m", "kekiz", "demo", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/gesund", server, log)
        yield DemoServer(f"http://127.0.0.1:{port}", home)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def _wait_until_up(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise DemoServerError(f"The demo server did not start:\n{log.read_text(errors='replace')[-3000:]}")


def sign_in(page, site_url: str, account: str) -> None:
    """Sign a demo account ("koordination", "lesen" …) in."""
    page.goto(f"{site_url}/konto/login/")
    page.fill("input[name=login]", f"{account}@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/konto/login" not in url)
