"""Named people and small machinery for every test.

Alina coordinates the chain of Kreis Lippe, Bert works in Lemgo's youth welfare office, Cem for the town of
Lügde, Dora for a provider, Eva reads the figures, Frido has an account and nothing else.
"""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIPPE = "05766"
LEMGO = "05766044"
LUEGDE = "05766052"
DETMOLD = "05766020"
PASSWORD = "nur-fuer-tests-geheim"

PEOPLE = {
    "alina": ("Alina Koordination", [("district", LIPPE)]),
    "bert": ("Bert Jugendamt", [("youth_office", LEMGO)]),
    "cem": ("Cem Kommune", [("municipality", LUEGDE)]),
    "dora": ("Dora Träger", [("provider", "familienbuende-lemgo")]),
    "eva": ("Eva Leserin", [("reader", LIPPE)]),
    "frido": ("Frido Fremd", []),
}


def find_chromium() -> str | None:
    """Return the path of Debian's Chromium or of Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


def pytest_collection_modifyitems(items):
    """Skip tests marked `browser` where no Chromium is installed."""
    if find_chromium():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def pytest_terminal_summary(terminalreporter):
    """Say at the end what was left out, and on which database the suite ran."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} tests: {reason}", yellow=True)
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    terminalreporter.write_line(f"Database: {database}")


def make_person(name: str):
    """Create one of the named people with the roles above."""
    from kekiz.accounts.actions import create_user, grant_role
    from kekiz.accounts.actors import SYSTEM

    display_name, roles = PEOPLE[name]
    user = create_user(
        actor=SYSTEM, email=f"{name}@example.org", display_name=display_name, password=PASSWORD
    )
    for role, area in roles:
        grant_role(actor=SYSTEM, user=user, role=role, area=area)
    return user


@pytest.fixture
def alina(db):
    """Coordination of the district."""
    return make_person("alina")


@pytest.fixture
def bert(db):
    """Youth welfare office of Lemgo."""
    return make_person("bert")


@pytest.fixture
def cem(db):
    """Town of Lügde."""
    return make_person("cem")


@pytest.fixture
def dora(db):
    """Works for the provider `familienbuende-lemgo`."""
    return make_person("dora")


@pytest.fixture
def eva(db):
    """Reads the figures of the district."""
    return make_person("eva")


@pytest.fixture
def frido(db):
    """Has an account without any role."""
    return make_person("frido")


@pytest.fixture
def people(db):
    """All six, by first name."""
    return {name: make_person(name) for name in PEOPLE}


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real open data, or a skipped test that says where it was looked for."""
    folder = Path(os.environ.get("KEKIZ_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "lippe").is_dir():
        pytest.skip(f"no open data: set KEKIZ_DATA or put it at {folder}")
    return folder
