"""Export → import into an empty installation → export gives the same bytes, whatever the offers say."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.register.exports.generated import registers
from tests.register.exports.round_trip import bring_in, empty_register, export, photograph
from tests.register.world import load_world

from kekiz.accounts.actors import SYSTEM
from kekiz.register import actions
from kekiz.register.exports.formats import FORMATS

COMPLETE = ("hsds-json", "hsds-csv", "xlsx", "csv")  # no loss by definition
EXAMPLES = {"hsds-json": 8, "hsds-csv": 6, "xlsx": 5, "csv": 5}


def carry(form):
    """There and back again."""
    before, seen = export(form), photograph()
    empty_register()
    bring_in(before, FORMATS[form].file_name)
    for key, content in photograph().items():
        assert content == seen.pop(key)
    assert seen == {}
    assert export(form) == before


@pytest.mark.parametrize("form", COMPLETE)
def test_the_small_register_comes_back(db, form):
    load_world()
    carry(form)


@pytest.mark.parametrize("form", COMPLETE)
def test_any_register_comes_back(db, form):
    @settings(
        max_examples=EXAMPLES[form],
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],  # shrinking a whole register takes longer than reading it
    )
    @given(registers())
    def come_back(register):
        empty_register()
        actions.load_register(actor=SYSTEM, cooperations=(), **register)
        carry(form)

    come_back()
