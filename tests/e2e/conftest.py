"""A real server on the demo region, a real browser, and the checks that every page has to pass.

The demo region is built once per test session; Debian's Chromium shows the pages.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.built_demo import copy_demo
from tests.e2e.demo_server import (
    CHROMIUM_ARGUMENTS,
    ROOT,
    DemoServerError,
    find_chromium,
    serve_demo,
    sign_in,
)
from tests.e2e.walkers import WALKERS
from tests.register.imports.lists import office_workbook

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ACCOUNTS = ("koordination", "jugendamt", "kommune", "traeger", "lesen")
WINDOWS = ((320, "light"), (320, "dark"), (1280, "dark"), (1280, "light"))
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path():
    """Where Debian's Chromium is; without it browser tests are skipped."""
    path = find_chromium()
    if not path:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return path


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory, chromium_path):
    """A server that serves a copy of the built demo region."""
    try:
        with serve_demo(copy_demo(tmp_path_factory, "demo-home")[0]) as server:
            yield server
    except DemoServerError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def site_url(demo_server):
    """The address of that server."""
    return demo_server.url


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
        sign_in(context.new_page(), site_url, account)
        states[account] = context.storage_state()
        context.close()
    return states


@pytest.fixture(scope="session")
def list_file(tmp_path_factory):
    """A list as an office sends it, as a file."""
    path = tmp_path_factory.mktemp("lists") / "angebote.xlsx"
    path.write_bytes(office_workbook())
    return path


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
        # The browser shows a PDF with an extension and styles of its own: "chrome-extension:", "chrome:".
        own = (self.site_url, "data:", "blob:", "chrome-extension:", "chrome:")
        if not request.url.startswith(own):
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

    def check_everywhere(self) -> None:
        """The same on a phone and on a desk, in light and in dark."""
        for width, scheme in WINDOWS:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            assert find_axe_violations(self.page) == [], f"{width} pixels, {scheme}"
            assert measure_overflow(self.page) <= 0, f"{width} pixels, {scheme}"
        assert self.complaints == []


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


@pytest.fixture(params=WALKERS)
def walk(request, visit):
    """Somebody who walks a journey, once without script and once by keyboard: walk(account="traeger")."""
    walkers = []

    def start(account=""):
        kind = WALKERS[request.param]
        walkers.append(kind(visit(account=account, **kind.window)))
        return walkers[-1]

    yield start
    assert [complaint for walker in walkers for complaint in walker.visit.complaints] == []


def find_axe_violations(page: Page) -> list[str]:
    """Run axe-core in the page, through the debugger, so that the page's own policy stays in force."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: ./dev test installs it")
    if not page.evaluate("'axe' in window"):
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
