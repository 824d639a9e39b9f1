"""Measurements: see docs/performance.md."""


def is_too_slow(wall_s: float, processor_s: float, bar_s: float, *, workers: int = 1) -> bool:
    """Is a bar in seconds missed, whatever else the machine does?

    Wall time is what a bar means, and on a free machine it decides. Where other programs hold the processors
    it grows without bound; what the work itself took, shared out over its ``workers``, is then all it can
    be blamed for.
    """
    return min(wall_s, processor_s / workers) > bar_s
