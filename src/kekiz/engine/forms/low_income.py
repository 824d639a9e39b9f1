"""How many children of a municipality live in families with low income."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.checks import ColumnChecker
from kekiz.engine.files import read_columns

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class LowIncome:
    """Share 0..1 of children in families with low income, by municipality or one for all."""

    everywhere: float
    by_ags: Mapping[str, float] = field(default_factory=dict)
    source: str = "assumption"

    def share_of(self, ags: Texts) -> Floats:
        """The share for each municipality key; the general one where its own is not known."""
        return np.array([self.by_ags.get(key, self.everywhere) for key in ags], dtype=np.float64)

    def describe(self) -> str:
        """The assumption or source as a German sentence."""
        percent = f"{self.everywhere * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",")
        where = "in allen Kommunen"
        if self.by_ags:
            where = f"wo für eine Kommune keine eigene Zahl vorliegt ({len(self.by_ags)} liegen vor)"
        origin = "Annahme, nicht gemessen" if self.source == "assumption" else f"Quelle: {self.source}"
        return f"Einkommensarme Kinder: {percent} % {where}, in allen Altersjahren gleich ({origin})."


def read_low_income(path: Path, *, everywhere: float, source: str) -> LowIncome:
    """Read shares by municipality (columns ``ags``, ``share`` 0..1). Raises InputError."""
    columns = frozenset({"ags", "share"})
    check = ColumnChecker(read_columns(path, known=columns, required=columns), path.name)
    ags = check.ags("ags")
    share = check.numbers("share", low=0, high=1, expected="ein Anteil von 0 bis 1, z. B. 0,16")
    check.unique("ags", ags)
    check.raise_problems()
    return LowIncome(everywhere, dict(zip(ags.tolist(), share.tolist(), strict=True)), source)
