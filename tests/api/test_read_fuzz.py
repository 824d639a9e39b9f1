"""schemathesis asks the API anything its description allows, and things it does not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from kekiz.site.wsgi import application

pytestmark = pytest.mark.usefixtures("kept_connection")
EXAMPLES = 15  # for each operation and mode; bench and people may ask for more
described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPERATIONS = {
    operation.ok().label: operation.ok()
    for operation in described.get_all_operations()
    if "/provider/" not in operation.ok().path  # those want a token: test_write_fuzz
}


# An address without any input cannot be asked in a wrong way.
ASKED = [
    (name, mode)
    for name, operation in OPERATIONS.items()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE or operation.definition.raw.get("parameters")
]


@pytest.mark.parametrize(("name", "mode"), ASKED)
def test_the_api_keeps_its_description(region, name, mode):
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate()

    ask()


def test_every_address_is_described():
    assert len(OPERATIONS) == 11
