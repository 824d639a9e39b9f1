"""What nobody has said of cost and access is unknown: never free, never "with registration"."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from tests.conftest import LIPPE
from tests.evidence.region import load_region
from tests.register.world import get_offer, get_provider, get_site, load_world, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.bridge import take_snapshot
from kekiz.engine.scheme import HURDLES
from kekiz.register import actions
from kekiz.register.facets import Access, Cost
from kekiz.register.hsds.identity import Identity
from kekiz.register.hsds.write import Published, describe_service
from kekiz.register.models import ImportLink, Offer
from kekiz.register.queries import offers_for_family, offers_of_unknown_cost, published_offer
from kekiz.register.validation import InvalidFields
from kekiz.web.family.guide_content import collect_guide
from kekiz.web.provider.forms import START

DAY = dt.date(2026, 11, 26)
SILENT = offer_row("stiller-treff", title="Stiller Treff", cost="unknown", access="unknown")


@pytest.fixture
def silent_offer(db):
    """Families see an offer of which nobody has said what it costs and how one gets in."""
    load_world([offer_row("elterncafe", title="Elterncafé"), SILENT])
    return get_offer("stiller-treff")


def test_an_offer_begins_as_unknown(db):
    load_world([offer_row("elterncafe")])
    offer = actions.create_offer(
        actor=SYSTEM, provider=get_provider(), title="Neu", sites=[get_site()], age_from_months=0,
        age_to_months=12, fields=["S1"],
    )  # fmt: skip
    assert (offer.cost, offer.access, offer.barrier_free) == (Cost.UNKNOWN, Access.UNKNOWN, "unknown")
    assert (START["cost"], START["access"]) == (Cost.UNKNOWN, Access.UNKNOWN)


def test_unknown_is_not_free(silent_offer):
    assert {offer.key for offer in offers_for_family(free=True)} == {"elterncafe"}
    assert {offer.key for offer in offers_for_family()} == {"elterncafe", "stiller-treff"}
    assert offers_of_unknown_cost() == {"stiller-treff"}
    with pytest.raises(InvalidFields, match="passt nicht zu „Kosten nicht bekannt“"):
        actions.change_offer(actor=SYSTEM, offer=silent_offer, hurdles=["paid"])


def test_families_read_that_nobody_has_said_it(silent_offer):
    page = Client().get("/angebot/stiller-treff/").content.decode()
    assert page.count("Dazu liegt keine Angabe vor – bitte fragen Sie nach.") == 3  # access, cost, barriers
    assert "Kostenlos" not in page
    assert "price" not in page
    listed = Client().get("/angebote/").content.decode()
    assert "Kosten nicht bekannt" in listed
    assert "Zugang nicht bekannt" in listed
    for lead, words in {"en": "We have no information on this", "ar": "لا تتوفر معلومات عن ذلك"}.items():
        assert words in Client().get(f"/{lead}/angebot/stiller-treff/").content.decode()


def test_the_printed_guide_names_what_is_unknown(silent_offer):
    guide = collect_guide("05766044", "Lemgo", today=DAY, page_url="https://a.example", area_names={})
    facts = [
        entry.facts for phase in guide.phases for field in phase.fields for entry in field.entries
        if entry.title == "Stiller Treff"
    ]  # fmt: skip
    assert facts[0][1:] == ("Kosten nicht bekannt", "Zugang nicht bekannt")


def test_hsds_leaves_out_what_is_unknown(silent_offer):
    version = silent_offer.published
    service = describe_service(Published(version.content, version.published_at), Identity("05766"))
    assert "cost_options" not in service
    assert "application_process" not in service
    said = {one["taxonomy_term"]["name"] for one in service["attributes"]}
    assert not {"Kosten", "Zugang"} & said


def test_the_engine_counts_an_unknown_cost_like_a_paid_one_and_says_so(silent_offer):
    load_region()
    snapshot = take_snapshot(LIPPE, DAY)
    paid = 1 << HURDLES.index("paid")
    hurdles = dict(zip(snapshot.inputs.offers.offer, snapshot.inputs.offers.hurdles, strict=True))
    assert hurdles["stiller-treff"] & paid
    assert not hurdles["elterncafe"] & paid
    (assumption,) = [source for source in snapshot.sources if source.get("label")]
    assert assumption["name"] == "Ein Angebot sagt nichts zu den Kosten; gerechnet wie „kostet Geld“"
    actions.end_offer(actor=SYSTEM, offer=silent_offer)
    assert not any(source.get("label") for source in take_snapshot(LIPPE, DAY).sources)


def test_what_a_list_does_not_say_stays_unknown(silent_offer):
    migration = import_module("kekiz.register.migrations.0008_unknown_values")
    values = {"cost": "paid", "cost_note": migration.OLD_NOTE, "access": "registration"}
    drafts = {
        name: Offer.objects.create(
            key=name, provider=get_provider(), title=name, age_from_months=0, age_to_months=12, fields=["S1"],
            **{**values, **changes},
        )
        for name, changes in {
            "silent": {}, "spoken": {"cost_note": "5 Euro"}, "paid": {"hurdles": ["paid"]}, "approved": {},
        }.items()
    }  # fmt: skip
    for name, content in {"silent": {}, "spoken": {"access": "registration"}, "approved": {}}.items():
        ImportLink.objects.create(source="Liste", row_key=name, offer=drafts[name], content=content)
    actions.change_offer(actor=SYSTEM, offer=drafts["approved"], sites=[get_site()])
    actions.publish_offer(actor=SYSTEM, offer=drafts["approved"])
    migration.forget_assumed_values(apps, None)
    now = {name: (get_offer(name).cost, get_offer(name).access) for name in drafts}
    assert now == {
        "silent": ("unknown", "unknown"),
        "spoken": ("paid", "registration"),
        "paid": ("paid", "registration"),
        "approved": ("paid", "registration"),
    }
    assert get_offer("silent").cost_note == ""
    migration.assume_again(apps, None)
    assert (get_offer("silent").cost, get_offer("stiller-treff").cost) == ("paid", "paid")
    assert published_offer("stiller-treff").content["cost"] == "unknown", "what is published is written once"
