"""Take the pictures of the documentation: ./dev screenshots

Builds and serves the demo region, opens its main pages in Chromium and writes docs/pictures/*.png, each below
250 kB.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402
from tests.e2e.demo_server import CHROMIUM_ARGUMENTS, find_chromium, serve_demo, sign_in  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
LARGEST_BYTES = 250_000
CHANGE = (
    "/cockpit/was-waere-wenn/?art=neu&felder=G1&von=36&bis=120&form=visit&ort=L%C3%BCgde&plaetze=60&rechnen=1"
)


@dataclass(frozen=True)
class Picture:
    """One picture: file name, page, window, and the part of the page it shows ("" = the window)."""

    name: str
    path: str
    account: str = ""
    width: int = 1280
    height: int = 900
    scheme: str = "light"
    part: str = ""


PICTURES = (
    Picture("cockpit", "/cockpit/", "koordination", height=860),
    Picture("cockpit-dark", "/cockpit/?gebiet=05766052", "koordination", height=860, scheme="dark"),
    Picture("chain", "/cockpit/?gebiet=05766052", "koordination", part=".chain"),
    Picture("chain-phone", "/cockpit/?gebiet=05766052", "koordination", width=360, part=".chain"),
    Picture("matrix", "/cockpit/", "koordination", part="section[aria-labelledby=matrix]"),
    Picture("map", "/cockpit/", "koordination", part="section[aria-labelledby=karte]"),
    Picture("gap", "/cockpit/luecke/P5/G1/?gebiet=05766052", "koordination"),
    Picture("what-if", CHANGE, "koordination"),
    Picture("finder", "/"),
    Picture("finder-results", "/angebote/?q=Hebamme"),
    Picture("finder-phone", "/angebote/?q=Hebamme", width=360, height=740),
)


def take_picture(browser: Browser, site_url: str, picture: Picture) -> Path:
    """Open a page in a window of its own and write its picture."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        locale="de-DE",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if picture.account:
        sign_in(page, site_url, picture.account)
    answer = page.goto(site_url + picture.path, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise SystemExit(
            f"{picture.path} antwortet nicht mit 200: Bitte die Adresse in {Path(__file__).name} prüfen."
        )
    file = FOLDER / f"{picture.name}.png"
    if picture.part:
        page.locator(picture.part).first.screenshot(path=file)
    else:
        page.screenshot(path=file)
    context.close()
    return file


def main() -> None:
    """Take all pictures; complain about one that is too large."""
    chromium = find_chromium()
    if not chromium:
        raise SystemExit("Für die Bilder wird Chromium gebraucht (unter Debian: apt-get install chromium).")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        serve_demo(Path(home)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_ARGUMENTS))
        for picture in PICTURES:
            file = take_picture(browser, server.url, picture)
            size = file.stat().st_size
            print(f"{file.relative_to(ROOT)}  {size / 1000:.0f} kB")
            if size > LARGEST_BYTES:
                raise SystemExit(f"{file.name} ist größer als {LARGEST_BYTES / 1000:.0f} kB.")
        browser.close()


if __name__ == "__main__":
    main()
