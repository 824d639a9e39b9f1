"""schemathesis asks the write endpoints anything their description allows, and things it does not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from tests.conftest import make_person

from kekiz.accounts.token_actions import create_token
from kekiz.register.models import Offer
from kekiz.site.wsgi import application

EXAMPLES = 8  # for each operation and mode
described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
pytestmark = pytest.mark.usefixtures("kept_connection")
OPERATIONS = {
    operation.ok().label: operation.ok()
    for operation in described.get_all_operations()
    if "/provider/" in operation.ok().path
}


@pytest.fixture
def token(region):
    """Dora's."""
    dora = make_person("dora")
    return create_token(actor=dora, provider_key="familienbuende-lemgo", label="Fuzz", days=30)[1]


# Without a body only the token could be wrong, which test_write_api tries.
ASKED = [
    (name, mode)
    for name, operation in OPERATIONS.items()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE or "requestBody" in operation.definition.raw
]


def make_sensible(body):
    """A body that keeps the rules no schema can say (docs/api.md), and is the same in everything else.

    That ages are in order, a site is there, an address is one: only the register can tell. With these kept,
    every value that the description allows has to be accepted.
    """
    body = dict(body)
    ages = {"age_from_months", "age_to_months"}
    if ages & set(body):
        body["age_from_months"] = min(body.get("age_from_months", 0), 323)
        body["age_to_months"] = max(body.get("age_to_months", 0), body["age_from_months"] + 1)
    for name, sensible in (
        ("title", "Titel"), ("email", "kurse@example.org"), ("website", "https://example.org"),
    ):  # fmt: skip
        if body.get(name, "").strip() or name == "title" in body:
            body[name] = body[name] if name == "title" and body[name].strip() else sensible
    if "sites" in body:
        body["sites"] = ["lemgo-haus"][: len(body["sites"])]
    if {"permanent", "until"} & set(body):
        body["until"] = body.get("until")
        body["permanent"] = body["until"] is None
    if {"cost", "hurdles"} & set(body):
        body["cost"] = body.get("cost", "unknown")
        is_paid = body["cost"] not in {"free", "unknown"}
        kept = [code for code in body.get("hurdles", []) if code != "paid" or is_paid]
        body["hurdles"] = kept
    return body


@pytest.mark.parametrize(("name", "mode"), ASKED)
def test_the_write_api_keeps_its_description(token, name, mode):
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
    def ask(case):
        if "key" in case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["key"] = "elterncafe"
        if "If-Match" in (case.headers or {}) and mode is GenerationMode.POSITIVE:
            case.headers["If-Match"] = "*"
        if mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            case.body = make_sensible(case.body)
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    published = set(Offer.objects.exclude(published=None).values_list("key", "published"))
    ask()
    # Whatever a program sends, families see what they saw: nothing is published without a person.
    assert set(Offer.objects.exclude(published=None).values_list("key", "published")) == published
    assert not Offer.objects.filter(provider__key="stadt-detmold").exclude(state="published").exists()


def test_every_address_is_described():
    assert len(OPERATIONS) == 7
