"""What the page of a link says of very small needs: they stand there where nobody offers the link."""

from types import SimpleNamespace

import pytest

from kekiz.analysis.queries.reasons import Reasons
from kekiz.web.desk.gap_tables import explain_gap

NOBODY = "kein Angebot. Für dieses Alter bietet das in der Region niemand an."


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (Reasons(need=0.4, no_offer=0.4), [f"Unter 1 Kind: {NOBODY}"]),
        (Reasons(need=1.2, no_offer=1.2), [f"Rund 1 Kind: {NOBODY}"]),
        (Reasons(need=2.3, no_offer=2.3), [f"Rund 2 Kinder: {NOBODY}"]),
        (
            Reasons(need=9.0, found=8.7, full=0.3),
            ["Hier finden alle Kinder, die etwas brauchen, einen Platz."],
        ),
    ],
)
def test_a_small_need_is_told_in_words(reasons, said):
    assert explain_gap(SimpleNamespace(reasons=reasons)) == said
