"""Small numbers: what is too small to be published.

The pages of the cockpit, for people of the administration, use the threshold alone: sums beside it may give a
dot away. What leaves the house needs ``engine.disclosure.suppress_table``, which leaves out as many further
cells as it takes.
"""

from __future__ import annotations

SMALLEST_SHOWN = 3


def suppress_small(children: float, *, threshold: float = SMALLEST_SHOWN) -> float | None:
    """The number of children as published: None (shown as ".") if it is above 0 and below the threshold."""
    return None if 0 < children < threshold else children
