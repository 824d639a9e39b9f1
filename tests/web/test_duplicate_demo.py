"""Doubled entries of the worked region: what was planted leads its list on the page."""

import re
import tomllib

import pytest
from tests.conftest import ROOT, make_person
from tests.evidence.region import load_region
from tests.register.doubles import search
from tests.web.finder_region import keep_stored

from kekiz.cli.demo_region import _load_register
from kekiz.register import duplicate_queries
from kekiz.register.models import Offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_register")]
SOURCE = ROOT / "demo" / "lippe"
PLANTED = tomllib.loads((ROOT / "demo" / "truths.toml").read_text(encoding="utf-8"))["duplicate"]


def load_demo():
    """Areas, and the register as the demo has it, searched for doubled offers."""
    load_region()
    _load_register(SOURCE)
    search("offer")


@pytest.fixture(scope="module")
def demo_register(django_db_setup, django_db_blocker):
    """The register of the worked region with its queue."""
    with keep_stored(django_db_blocker, load_demo):
        yield


@pytest.mark.parametrize("planted", PLANTED, ids=[planted["offers"][0] for planted in PLANTED])
def test_every_planted_duplicate_is_first_or_second_in_the_list_of_its_municipality(alina, planted):
    listed = duplicate_queries.queued_pairs(alina, "offer", areas=[planted["ags"]])
    first = [one.keys for one in duplicate_queries.sort_pile(listed, "likely")[:2]]
    assert tuple(sorted(planted["offers"])) in first


def test_the_page_lists_them_at_the_top(client):
    client.force_login(make_person("alina"))
    page = client.get("/cockpit/doppelte/angebote/").content.decode()
    addresses = re.findall(r'class="pairs__names" href="/cockpit/doppelte/angebote/([^/]+)/([^/]+)/', page)
    planted = {tuple(sorted(one["offers"])) for one in PLANTED}
    assert planted <= set(addresses[: len(PLANTED) + 1])


def test_the_audit_sample_is_a_fifth_and_the_queue_is_not_endless():
    search_pairs = duplicate_queries.latest_search("offer").pairs
    assert search_pairs.filter(is_audit=True).count() == search_pairs.count() // 5
    assert search_pairs.count() < Offer.objects.count() / 2
