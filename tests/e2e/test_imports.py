"""Taking a list over in the browser: where it begins, how far it has come, and a file that is no list."""

import json
import re

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import find_axe_violations, measure_overflow
from tests.register.imports.lists import plain_csv, row

START = "/cockpit/listen/"
MANY = 2_000
# While the answer is on its way nobody can ask the page from outside: it writes down what it says.
WRITE_DOWN = """
addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector("[data-work]");
  const note = (list, text) => text && sessionStorage.setItem(list, JSON.stringify(
    [...new Set([...JSON.parse(sessionStorage.getItem(list) ?? "[]"), text])]));
  new MutationObserver(() => {
    if (!panel || panel.hidden) return;
    note("shown", panel.querySelector("[data-work-text]").textContent);
    note("spoken", document.querySelector("[data-work-spoken]").textContent);
    note("shares", panel.querySelector("progress").position);
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
});
"""


def test_the_first_page_is_clean_and_reached_from_the_cockpit(visit):
    window = visit(account="koordination")
    page = window.open("/cockpit/")
    page.get_by_role("link", name="Listen übernehmen").click()
    window.check_everywhere()
    assert visit(account="lesen").open("/cockpit/").get_by_role("link", name="Listen übernehmen").count() == 0


def test_what_is_no_list_is_told_on_a_clean_page(visit, tmp_path):
    broken = tmp_path / "x.xlsx"
    broken.write_bytes(b"%PDF-1.7")
    window = visit(width=320, account="koordination")
    page = window.open(START)
    page.set_input_files("#liste", broken)
    page.locator("#liste").press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert "PDF" in page.locator("[role=alert]").inner_text()
    assert find_axe_violations(page) == []
    assert measure_overflow(page) <= 0


@pytest.fixture
def many_rows(tmp_path):
    """A list that takes a while."""
    path = tmp_path / "viele.csv"
    path.write_bytes(plain_csv([row(number) for number in range(1, MANY + 1)]))
    return path


def open_check(page, path, source):
    """Send a list and go on to its check."""
    page.set_input_files("#liste", path)
    page.fill("#quelle", source)
    page.get_by_role("button", name="Datei senden").click()
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    expect(page.get_by_role("heading", name="Das würde geschehen")).to_be_visible()


def test_a_long_import_says_how_far_it_is_and_is_spoken_sparingly(visit, many_rows):
    window = visit(account="koordination")
    window.page.add_init_script(WRITE_DOWN)
    page = window.open(START)
    open_check(page, many_rows, "Viele Angebote")
    page.evaluate("sessionStorage.clear()")
    page.get_by_role("button", name="Liste übernehmen").click()
    page.wait_for_url(re.compile(r"/listen/\d+/$"))
    expect(page.locator(".frame__messages")).to_contain_text("Die Liste ist übernommen.")
    shown, spoken, shares = (
        json.loads(page.evaluate("list => sessionStorage.getItem(list)", name))
        for name in ("shown", "spoken", "shares")
    )
    assert any(re.search(r"von 2\u202f000 (Zeilen|Angeboten) ", text) for text in shown), shown
    assert shares == sorted(shares), "the bar never goes back"
    assert spoken[0] == "Die Liste wird übernommen …"
    assert len(spoken) <= 4, "at the start, a quarter, a half, three quarters"
    assert page.locator("[data-work]").is_hidden()
    page.get_by_text("Übernahme zurücknehmen").click()
    page.get_by_role("button", name="Ganze Liste zurücknehmen").click()
    expect(page.locator(".frame__messages")).to_contain_text("wieder wie vorher", timeout=60_000)
    assert window.complaints == []


def test_two_presses_at_once_take_a_list_over_once(visit, many_rows):
    window = visit(account="koordination")
    page = window.open(START)
    open_check(page, many_rows, "Doppelt gedrückt")
    answers = page.evaluate("""async () => {
        const form = document.querySelector("button[name=uebernehmen]").form;
        const send = async () => {
            const words = new FormData(form);
            words.set("uebernehmen", "1");
            const answer = await fetch(location.href, { method: "POST", body: words });
            return [answer.status, new URL(answer.url).pathname, await answer.text()];
        };
        return Promise.all([send(), send()]);
    }""")
    number = re.search(r"/listen/(\d+)/", page.url)[1]
    assert [answer[:2] for answer in answers] == [[200, f"{START}{number}/"]] * 2
    assert sum("nicht noch einmal übernommen" in answer[2] for answer in answers) == 1
    page.goto(page.url)
    assert page.url.endswith(f"{START}{number}/")
    expect(page.locator(".lead")).to_contain_text("2\u202f000 neue und 0 geänderte Angebote")
    page.get_by_text("Übernahme zurücknehmen").click()
    page.get_by_role("button", name="Ganze Liste zurücknehmen").click()
    expect(page.locator(".frame__messages")).to_contain_text("wieder wie vorher", timeout=60_000)


def test_the_bar_is_clean_wherever_it_stands(visit):
    window = visit(account="koordination")
    page = window.open(START)
    page.evaluate("""() => {
        const panel = document.querySelector("[data-work]");
        panel.querySelector("[data-work-title]").textContent = "Die Liste wird übernommen";
        panel.querySelector("[data-work-text]").textContent = "4 200 von 10 000 Angeboten gespeichert";
        panel.querySelector("progress").value = .42;
        panel.hidden = false;
    }""")
    window.check_everywhere()


def test_a_file_that_is_fetched_takes_the_bar_away_again(visit, list_file):
    window = visit(account="koordination")
    page = window.open(START)
    open_check(page, list_file, "Mit Antwort")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Liste mit Ergebnis").click()
        expect(page.locator("[data-work]")).to_be_visible()
    assert fetched.value.suggested_filename.endswith("-geprueft.xlsx")
    expect(page.locator("[data-work]")).to_be_hidden()
    page.get_by_role("button", name="Liste verwerfen").click()
    expect(page.locator(".frame__messages")).to_contain_text("verworfen")
