"""Why not: the need of every cell, phase and group, split by reason for one field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.cells import Cells
from kekiz.engine.kernels.rounds import GRAIN
from kekiz.engine.reach import Classes
from kekiz.engine.seek import Assignment

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
REASONS = ("found", "not_found", "full", "hurdle", "too_far", "no_offer")
COLUMNS = ("need", *REASONS)


@dataclass(frozen=True)
class Split:
    """Children by reason: 7 columns (need, then the six reasons, which add up to it) × C × P × G."""

    children: Floats

    @property
    def need(self) -> Floats:
        return np.asarray(self.children[0])

    @property
    def found(self) -> Floats:
        return np.asarray(self.children[1])


def split_need(
    classes: Classes, found: Assignment, possible: Assignment, exists: Bools, cells: Cells
) -> Split:
    """Split the need of every class by reason and add the classes up by cell, phase and group.

    found: got a place. not_found: a place exists that coordination would win. full: usable offers in reach,
    no place left in the best assignment. hurdle: something in reach, but cost, language … bar it. too_far:
    offers for this age exist in the region, none in reach (or none open to this place). no_offer: nobody
    offers it.
    ``exists``: per phase, whether the region has any offer of the field.
    """
    unmet = found.need - possible.served
    has_usable = np.diff(classes.start) > 0
    reason = np.where(
        has_usable, 2, np.where(classes.is_barred, 3, np.where(exists[classes.phase], 4, 5))
    )  # position within REASONS
    parts = [found.need, found.served, possible.served - found.served]
    parts += [np.where((reason == position)[:, None], unmet, 0) for position in range(2, len(REASONS))]
    # Classes stand in the order of cell and phase, so those of one cell and phase are neighbours.
    place = classes.cell * cells.n.shape[1] + classes.phase
    first = np.flatnonzero(np.diff(place, prepend=-1))
    grains = np.zeros((len(COLUMNS), cells.n.shape[0] * cells.n.shape[1], cells.n.shape[2]), dtype=np.int64)
    grains[:, place[first]] = np.add.reduceat(np.stack(parts), first, axis=1)
    return Split(grains.reshape(len(COLUMNS), *cells.n.shape) * GRAIN)
