"""What changed since the run before: stations whose unmet share moved."""

from __future__ import annotations

from dataclasses import dataclass

from kekiz.analysis import queries
from kekiz.analysis.models import Run
from kekiz.evidence.models import Area

# Below half a percentage point a change is noise of rounding and not worth a sentence.
WORTH_TELLING = 0.005


@dataclass(frozen=True)
class Change:
    """A station whose share of children without a place moved; difference of shares, positive = more."""

    name: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def is_better(self) -> bool:
        """Fewer children stay without a place."""
        return self.difference < 0


def list_changes(run: Run, area: Area | None) -> list[Change]:
    """The stations that moved since the run before, the largest move first; empty for a first run."""
    if run.supersedes is None:
        return []
    earlier = {station.code: station.reasons for station in queries.stations(run.supersedes, area)}
    changes = []
    for station in queries.stations(run, area):
        before = earlier[station.code].unmet_share if station.code in earlier else None
        after = station.reasons.unmet_share
        if before is not None and after is not None and abs(after - before) >= WORTH_TELLING:
            changes.append(Change(station.name, before, after))
    return sorted(changes, key=lambda change: -abs(change.difference))
