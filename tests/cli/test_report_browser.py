"""The report in a real browser: nothing for axe to find, no sideways scrolling, no request, no message."""

import shutil
from pathlib import Path

import pytest
from tests.cli.small_region import run_kekiz, write_region

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(
    (path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of the small region with everything folded out."""
    folder = tmp_path_factory.mktemp("report")
    region = write_region(folder / "region")
    assert run_kekiz("analyse", region, "--out", folder / "out").exit_code == 0
    return folder / "out" / "report.html"


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None or not AXE.is_file():
        pytest.skip("needs Chromium and the front-end parts (axe-core)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_report_is_accessible_and_asks_nobody(browser, report, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    requests, messages = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in requests if not url.startswith("data:")] == [report.as_uri()]
    assert messages == []
    page.add_script_tag(path=str(AXE))
    violations = page.evaluate("axe.run()")["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in violations] == []
    page.close()
