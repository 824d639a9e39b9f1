"""Small numbers: what is too small to be published.

First slice: the threshold alone. Secondary suppression (nobody can work a dot out of the sums) comes with
``engine.disclosure``; until then pages that need to be safe publish sums of municipalities and above only.
"""

from __future__ import annotations

SMALLEST_SHOWN = 3


def suppress_small(children: float, *, threshold: float = SMALLEST_SHOWN) -> float | None:
    """The number of children as published: None (shown as ".") if it is above 0 and below the threshold."""
    return None if 0 < children < threshold else children
