"""Children by reason, and the cube of all links of a run that every figure is summed from."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.accounts.areas import is_covered
from kekiz.analysis.models import Run
from kekiz.analysis.queries.disclosure import mask_of
from kekiz.analysis.queries.runs import RunId, read_table, run_id
from kekiz.engine.gaps import COLUMNS, REASONS
from kekiz.engine.scheme import Scheme
from kekiz.evidence.models import Area
from kekiz.evidence.queries import shipped_scheme

__all__ = ["REASONS", "LinkCube", "Reasons", "link_cube", "municipalities_in", "shown_total"]


@dataclass(frozen=True)
class Reasons:
    """The need of some links in children per year, split by reason; the six reasons add up to the need."""

    need: float = 0.0
    found: float = 0.0
    not_found: float = 0.0
    full: float = 0.0
    hurdle: float = 0.0
    too_far: float = 0.0
    no_offer: float = 0.0

    @classmethod
    def of_array(cls, values: NDArray[np.float64]) -> Reasons:
        """From the seven columns, need first."""
        return cls(*(float(value) for value in values))

    @classmethod
    def hidden(cls) -> Reasons:
        """A need too small to show: not a number in every part, so that nothing can be read from it."""
        return cls(*[math.nan] * len(COLUMNS))

    @property
    def is_hidden(self) -> bool:
        """Is the need left out because it is small, or because it would give a small one away?"""
        return math.isnan(self.need)

    @property
    def unmet(self) -> float:
        """Children who need a place and do not find one."""
        return max(self.need - self.found, 0.0)

    @property
    def unmet_share(self) -> float | None:
        """Unmet ÷ need, 0..1; None where no need is assumed."""
        return self.unmet / self.need if self.need > 0 else None

    @property
    def largest_reason(self) -> str:
        """The code of the reason that leaves most children behind; "" if none is left behind."""
        code = max(REASONS[1:], key=lambda name: float(getattr(self, name)))
        return code if getattr(self, code) > 0 else ""

    def as_dict(self) -> dict[str, float]:
        """The seven columns by name."""
        return asdict(self)

    def __sub__(self, other: Reasons) -> Reasons:
        return Reasons(*(a - b for a, b in zip(asdict(self).values(), asdict(other).values(), strict=True)))


@dataclass(frozen=True)
class LinkCube:
    """All links of a run: municipality × phase × field × group × (need, six reasons), children per year."""

    ags: tuple[str, ...]
    scheme: Scheme
    values: NDArray[np.float64]

    def total(
        self, *, ags: list[str] | None = None, phase: str = "", field: str = "", group: str = ""
    ) -> Reasons:
        """The sum over municipalities, phases, fields and groups; what is left out is summed over."""
        part = self.values if ags is None else self.values[[self.ags.index(key) for key in ags]]
        picks = (
            (phase, self.scheme.phase_codes),
            (field, self.scheme.field_codes),
            (group, self.scheme.group_codes),
        )
        for axis, (code, codes) in enumerate(picks, start=1):
            if code:
                part = part.take([codes.index(code)], axis=axis)
        return Reasons.of_array(part.sum(axis=(0, 1, 2, 3)))


def shown_total(
    run: Run,
    cube: LinkCube,
    *,
    ags: list[str] | None = None,
    phase: str = "",
    field: str = "",
    group: str = "",
) -> Reasons:
    """As ``LinkCube.total``, but hidden where the run leaves the number out.

    ``cube``: of the run, or of a what-if beside it: the needs are the same, so the same numbers stay out.
    """
    is_hidden = mask_of(run).is_need_hidden(
        cube.ags if ags is None else ags, cube.ags, phase=phase, field=field, group=group, scheme=cube.scheme
    )
    return Reasons.hidden() if is_hidden else cube.total(ags=ags, phase=phase, field=field, group=group)


def build_cube(links: pa.Table, scheme: Scheme) -> LinkCube:
    """Lay the table ``links`` out as a cube."""
    names = np.array(links["ags"].to_pylist(), dtype=object).astype(str)
    ags = tuple(sorted(set(names.tolist())))
    index = [np.searchsorted(ags, names)] if ags else [np.array([], dtype=np.int64)]
    for column, codes in (
        ("phase", scheme.phase_codes), ("field", scheme.field_codes), ("group", scheme.group_codes),
    ):  # fmt: skip
        position = {code: number for number, code in enumerate(codes)}
        index.append(np.array([position[code] for code in links[column].to_pylist()], dtype=np.int64))
    shape = (
        len(ags),
        len(scheme.phase_codes),
        len(scheme.field_codes),
        len(scheme.group_codes),
        len(COLUMNS),
    )
    values = np.zeros(shape)
    columns = np.stack([links[name].to_numpy() for name in COLUMNS], axis=1)
    np.add.at(values, tuple(index), columns)
    return LinkCube(ags, scheme, values)


def link_cube(run: Run) -> LinkCube:
    """The cube of a run, kept for the next question."""
    return _read_cube(run_id(run))


@lru_cache(maxsize=8)
def _read_cube(identity: RunId) -> LinkCube:
    return build_cube(read_table(identity, "links"), shipped_scheme())


def municipalities_in(run: Run, area: Area | None) -> list[str]:
    """The municipalities (AGS) of the run that belong to the area; all without an area."""
    ags = link_cube(run).ags
    return list(ags) if area is None else [key for key in ags if is_covered(key, area.ags)]
