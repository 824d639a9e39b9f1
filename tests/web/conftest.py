"""A small region with a stored run, and browsers of the named people."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from tests.conftest import LIPPE, PEOPLE, make_person
from tests.evidence.region import load_region
from tests.register.world import load_world

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.actions import run_analysis

DAY = dt.date(2025, 6, 1)


@pytest.fixture(autouse=True)
def known_region(monkeypatch):
    """The name of the region as a server remembers it that has run for a while: it costs no query."""
    monkeypatch.setattr("kekiz.web.region.read_region_name", lambda _period: "Kreis Lippe")


@pytest.fixture(autouse=True)
def forgotten_tries():
    """Every test begins with a visitor who has tried no dead link yet."""
    cache.clear()


@pytest.fixture
def region(db):
    """Areas, places, children and the published register of three municipalities."""
    load_region()
    load_world()


@pytest.fixture
def run(region):
    """The stored analysis of that region."""
    return run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)


def open_browser(name: str) -> Client:
    """A browser in which the named person is signed in; "visitor" is nobody."""
    browser = Client()
    if name in PEOPLE:
        browser.force_login(make_person(name))
    return browser


@pytest.fixture
def alinas_browser(run):
    """Alina, who coordinates the district, before the cockpit."""
    return open_browser("alina")
