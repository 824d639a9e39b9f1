"""The pages of sign-in in a real browser: no axe finding, no console error, no sideways scrolling."""

import pytest
from django.core.cache import cache
from tests.conftest import PASSWORD, ROOT, find_chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("login/", "signup/", "password/reset/")
PAGES_SIGNED_IN = ("2fa/", "2fa/totp/activate/", "email/", "password/change/", "logout/")


@pytest.fixture
def browser(monkeypatch):
    """Debian's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would refuse the database beside it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    cache.clear()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield running
        running.close()


def find_axe_faults(page):
    """Run axe-core beside the page's policy and return the names of what it finds."""
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_sign_in_pages_are_accessible_and_quiet(live_server, browser, alina, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    errors, foreign = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: foreign.append(request.url) if is_foreign(request.url, live_server) else None,
    )
    for path in PAGES:
        assert_page_is_fine(page, f"{live_server.url}/konto/{path}")
    page.goto(f"{live_server.url}/konto/login/?next=/konto/2fa/")
    page.get_by_label("E-Mail").fill("alina@example.org")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Anmelden").click()
    page.wait_for_url("**/konto/2fa/")
    for path in PAGES_SIGNED_IN:
        assert_page_is_fine(page, f"{live_server.url}/konto/{path}")
    assert errors == []
    assert foreign == []


def is_foreign(url, live_server):
    """Does this request leave for another host?"""
    return not url.startswith((live_server.url, "data:"))


def assert_page_is_fine(page, url):
    """The page answers, fits its width and has no fault."""
    answer = page.goto(url)
    assert answer.status == 200, url
    assert find_axe_faults(page) == [], url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
