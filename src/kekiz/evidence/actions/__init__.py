"""Every write on the evidence. Each checks its rule, validates, saves and logs in one transaction."""

from kekiz.evidence.actions.areas import load_areas, load_places
from kekiz.evidence.actions.children import load_children
from kekiz.evidence.actions.norms import set_norm

__all__ = ["load_areas", "load_children", "load_places", "set_norm"]
