"""Every write on the evidence. Each checks its rule, validates, saves and logs in one transaction."""

from kekiz.evidence.actions.areas import load_areas, load_places
from kekiz.evidence.actions.children import load_children
from kekiz.evidence.actions.needs import decide_need, redact_need, report_need
from kekiz.evidence.actions.norms import set_norm

__all__ = [
    "decide_need",
    "load_areas",
    "load_children",
    "load_places",
    "redact_need",
    "report_need",
    "set_norm",
]
