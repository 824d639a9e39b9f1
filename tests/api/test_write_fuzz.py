"""schemathesis asks the write endpoints anything their description allows, and things it does not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.conftest import make_person

from kekiz.accounts.token_actions import create_token
from kekiz.api.v1.offers import OfferIn
from kekiz.register.models import Offer
from kekiz.site.wsgi import application

EXAMPLES = 8  # for each operation and mode
# The schema says which values there are. That a site exists, ages are in order and an address is one, only
# the register can say: such a refusal is no fault of the description.
BEYOND_THE_SCHEMA = [positive_data_acceptance]
described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
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


@pytest.mark.parametrize(("name", "mode"), ASKED)
def test_the_write_api_keeps_its_description(token, name, mode):
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
    def ask(case):
        if "key" in case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["key"] = "elterncafe"
        if "If-Match" in (case.headers or {}) and mode is GenerationMode.POSITIVE:
            case.headers["If-Match"] = "*"
        answer = case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"}, excluded_checks=BEYOND_THE_SCHEMA
        )
        if answer.status_code == 422 and mode is GenerationMode.POSITIVE:
            places = {fault["where"].partition("/")[2] for fault in answer.json()["errors"]}
            assert places <= set(OfferIn.model_fields) | {"search", "page", "per_page"}

    published = set(Offer.objects.exclude(published=None).values_list("key", "published"))
    ask()
    # Whatever a program sends, families see what they saw: nothing is published without a person.
    assert set(Offer.objects.exclude(published=None).values_list("key", "published")) == published
    assert not Offer.objects.filter(provider__key="stadt-detmold").exclude(state="published").exists()


def test_every_address_is_described():
    assert len(OPERATIONS) == 7
