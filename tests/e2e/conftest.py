"""A real server on the demo region, a real browser, and the checks that every page has to pass.

The demo database is built once per test session and folder of pytest's cache; Debian's Chromium shows the pages.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "Kette-zeigen-2026"
ACCOUNTS = ("koordination", "jugendamt", "kommune", "traeger", "lesen")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BUILD_SECONDS, START_SECONDS = 300, 60
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path():
    """Where Debian's Chromium is; without it browser tests are skipped."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def site_url(tmp_path_factory, chromium_path):
    """The address of a server that serves a freshly built demo region."""
    home = tmp_path_factory.mktemp("demo-home")
    environment = os.environ | {
        "KEKIZ_DEMO": "1",
        "KEKIZ_HOME": str(home),
        "KEKIZ_PARTS": str(ROOT / "node_modules"),
        "KEKIZ_HOSTS": "127.0.0.1,localhost",
    }
    environment.pop("DATABASE_URL", None)  # the demo brings its own database
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    port = find_free_port()
    log = home / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "kekiz", "demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_up(f"http://127.0.0.1:{port}/gesund", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def find_free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(url, server, log):
    deadline = time.monotonic() + BUILD_SECONDS + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the demo server did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def browser(chromium_path):
    """One browser for the session."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=list(CHROMIUM_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sign_in_states(browser: Browser, site_url):
    """Sign in each demo account once; gives the cookies by account name."""
    states = {}
    for account in ACCOUNTS:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{site_url}/konto/login/")
        page.fill("input[name=login]", f"{account}@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/konto/login" not in url)
        states[account] = context.storage_state()
        context.close()
    return states


class Visit:
    """A browser window that writes down every complaint: console errors, failed requests, foreign hosts."""

    def __init__(self, context: BrowserContext, site_url: str) -> None:
        self.site_url = site_url
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._watch)

    def _hear(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text}")

    def _watch(self, request) -> None:
        if not request.url.startswith((self.site_url, "data:", "blob:")):
            self.complaints.append(f"request to another host: {request.url}")

    def open(self, path: str) -> Page:
        """Open a page of the site; it has to answer with 200."""
        answer = self.page.goto(self.site_url + path)
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self.page

    def check(self) -> None:
        """No complaint so far, no axe finding, nothing wider than the window."""
        assert self.complaints == []
        assert find_axe_violations(self.page) == []
        assert measure_overflow(self.page) <= 0


@pytest.fixture
def visit(browser: Browser, site_url, sign_in_states):
    """Open windows: visit(width=320, scheme="dark", account="koordination", script=False)."""
    contexts = []

    def start(*, width=1280, height=900, scheme="light", account="", script=True, **options) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="de-DE",
            java_script_enabled=script,
            storage_state=sign_in_states[account] if account else None,
            **options,
        )
        contexts.append(context)
        return Visit(context, site_url)

    yield start
    for context in contexts:
        context.close()


def find_axe_violations(page: Page) -> list[str]:
    """Run axe-core in the page. Its text is evaluated by the debugger, so the page's own policy stays in force."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: ./dev test installs it")
    page.evaluate(AXE.read_text(encoding="utf-8") + "\n;undefined")
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", AXE_TAGS
    )
    return [
        f"{violation['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def measure_overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
