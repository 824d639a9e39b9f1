"""The budget of every public page: at most 150 kB over the line, with all it loads, without the map.

The page is asked of the site itself; what it names (styles, scripts, pictures, fonts) is followed as a
browser would, also from style to style. Everything is counted as the server sends it: compressed with gzip,
pictures and fonts that are compressed already as they are.
"""

import gzip
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from tests.web.finder_region import OFFERS, keep_stored, load_finder_region, offer_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("full_lists")]

BUDGET_BYTES = 150_000
MAP = re.compile(r'<svg class="finder-map".*?</svg>', re.DOTALL)
IN_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)["']?(?!data:|#)([^"')\s;]+)""")
COMPRESSED = {".woff", ".woff2", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"}
LANGUAGES = [code for code, _name in settings.LANGUAGES]
PAGES = {
    "start": "/",
    "list": "/angebote/",
    "list near a place": "/angebote/?ort=Lemgo&alter=1j&kostenlos=ja&minuten=30&mit=auto",
    "list without a hit": "/angebote/?q=Xylophonbau&ort=Lemgo",
    "faults of the search": "/angebote/?ort=Nirgendwo&alter=krumm&minuten=viele",
    "offer": "/angebot/krabbelgruppe-luegde/",
    "offer at two sites": "/angebot/zwei-orte/",
    "offer that is gone": "/angebot/gibt-es-nicht/",
    "my child": "/mein-kind/",
    "chain of my child": "/mein-kind/?monat=3&jahr=2025&ort=Lemgo",
    "chain to print": "/mein-kind/drucken/?monat=3&jahr=2025&ort=Lemgo",
    "what is missing": "/fehlt-etwas/",
    "what is missing, sent": "/fehlt-etwas/danke/",
    "printed guides": "/wegweiser/",
    "sign in": "/konto/login/",
}
MAY_BE_MISSING = {"offer that is gone"}
# In German all of them; in the other languages those with most words and widest letters.
IN_OTHER_LANGUAGES = ("start", "list", "offer", "chain of my child")
SPEAKING = [
    pytest.param(code, name, id=f"{code}: {name}")
    for code in LANGUAGES
    for name in (PAGES if code == "de" else IN_OTHER_LANGUAGES)
]


def write_many_offers() -> list[dict]:
    """Three pages of offers with long texts of their own, so that nothing shrinks by repetition."""
    chance = random.Random(4)
    syllables = [
        "bar",
        "den",
        "fi",
        "gor",
        "hal",
        "ist",
        "kel",
        "lum",
        "mor",
        "nis",
        "pra",
        "tul",
        "wen",
        "zir",
    ]

    def write_words(count: int) -> str:
        return " ".join("".join(chance.choices(syllables, k=3)) for _ in range(count)).capitalize()

    return [
        offer_row(f"viel-{number}", write_words(4), "lemgo-haus", summary=write_words(24)[:300],
                  description="\n".join(write_words(60) for _ in range(4)), languages=["de", "tr", "ar"])
        for number in range(60)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def full_lists(django_db_setup, django_db_blocker):
    """The region of the finder with lists that fill a page."""
    with keep_stored(django_db_blocker, lambda: load_finder_region([*OFFERS, *write_many_offers()])):
        yield


class Sources(HTMLParser):
    """What a browser loads for a page by itself, and whether any of it stands in the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        loads = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
        if tag == "link" and loads & set((values.get("rel") or "").split()):
            self.found.append(values["href"])
        elif tag in {"script", "img", "source", "iframe", "video", "audio", "embed", "input"}:
            self.found += [values[name] for name in ("src", "srcset") if values.get(name)]
        elif tag in {"use", "image"}:
            self.found += [values[name] for name in ("href", "xlink:href") if values.get(name)]
        elif tag == "object" and values.get("data"):
            self.found.append(values["data"])


def list_sources(page: str) -> list[str]:
    """The addresses that a page loads, in order."""
    parser = Sources()
    parser.feed(page)
    return [source for source in parser.found if not source.startswith(("data:", "#"))]


def read_static(address: str) -> tuple[Path, bytes]:
    """A file that the site serves; anything else is a page that loads from somewhere else."""
    path = urlsplit(address).path
    assert path.startswith(settings.STATIC_URL), f"loads {address}"
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    assert found, f"{address} does not exist"
    return Path(found), Path(found).read_bytes()


def weigh_sources(page: str) -> dict[str, int]:
    """Bytes over the line for every file that the page loads, followed from style to style."""
    weights: dict[str, int] = {}
    waiting = list_sources(page)
    while waiting:
        address = waiting.pop()
        if address in weights:
            continue
        file, content = read_static(address)
        weights[address] = len(content) if file.suffix in COMPRESSED else len(gzip.compress(content, 9))
        if file.suffix == ".css":
            waiting += [urljoin(address, inner) for inner in IN_STYLE.findall(content.decode())]
    return weights


def weigh(response) -> dict[str, int]:
    """Bytes of a page, without the map, and of all that it loads."""
    page = response.content.decode()
    return {"page": len(gzip.compress(MAP.sub("", page).encode(), 6)), **weigh_sources(page)}


@pytest.mark.parametrize(("language", "name"), SPEAKING)
def test_every_page_for_families_stays_within_its_budget(language, name):
    lead = "" if language == "de" else f"/{language}"
    response = Client().get(lead + PAGES[name], follow=True)
    assert response.status_code == (404 if name in MAY_BE_MISSING else 200)
    weights = weigh(response)
    assert len(weights) > 3, "the page's styles were found"
    assert sum(weights.values()) <= BUDGET_BYTES, weights


@pytest.mark.parametrize(
    ("address", "status"), [("/api/", 200), ("/stimmt-noch/krumm/", 404), ("/einladung/krumm/", 404)]
)
def test_the_pages_beside_them_do_so_too(address, status):
    response = Client().get(address)
    assert response.status_code == status
    weights = weigh(response)
    assert sum(weights.values()) <= BUDGET_BYTES, weights


def test_the_scale_weighs_what_a_style_loads(tmp_path, settings):
    """A font behind an import behind a style counts, and a file of another site is refused."""
    (tmp_path / "outer.css").write_text('@import "inner.css";')
    (tmp_path / "inner.css").write_text("@font-face { src: url('letters.woff2'); }")
    (tmp_path / "letters.woff2").write_bytes(b"x" * 4000)
    settings.STATICFILES_DIRS = [str(tmp_path)]
    finders.get_finder.cache_clear()
    try:
        weights = weigh_sources('<link rel="stylesheet" href="/static/outer.css">')
    finally:
        finders.get_finder.cache_clear()
    assert weights["/static/letters.woff2"] == 4000
    with pytest.raises(AssertionError, match="loads https"):
        weigh_sources('<img src="https://elsewhere.example/picture.png">')
