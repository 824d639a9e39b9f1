"""Rows of the input tables gathered into arrays whose order depends on content alone.

Sums in floating point depend on the order of their terms. Cells and offers are therefore put into one
canonical order (by position first, then by content, by their id last), so that the order of rows and the
choice of ids change no figure.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.scheme import Scheme
from kekiz.engine.tables import Children, Offers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Cells:
    """C places where children live, with their counts by phase and group."""

    cell: Texts  # C
    x: Floats  # C, metres (EPSG:3035)
    y: Floats  # C
    ags: Texts  # C
    n: Floats  # C, P, G: children

    @property
    def municipalities(self) -> tuple[Texts, Ints]:
        """The municipality keys in order, and for every cell the index of its own."""
        keys, index = np.unique(self.ags.astype(str), return_inverse=True)
        return keys.astype(object), index.astype(np.int64)


def gather_cells(children: Children, scheme: Scheme) -> Cells:
    """Add up the children of each cell, phase and group."""
    names, first, index = np.unique(children.cell.astype(str), return_index=True, return_inverse=True)
    counts = np.zeros((len(names), len(scheme.phases), len(scheme.groups)))
    rows = np.lexsort((children.n, children.group, children.phase, index))
    np.add.at(counts, (index[rows], children.phase[rows], children.group[rows]), children.n[rows])
    content = tuple(counts.transpose(1, 2, 0).reshape(-1, max(len(names), 1)))
    order = np.lexsort(
        (names, *content, children.ags[first].astype(str), children.y[first], children.x[first])
    )
    chosen = first[order]
    return Cells(
        cell=children.cell[chosen],
        x=children.x[chosen],
        y=children.y[chosen],
        ags=children.ags[chosen],
        n=counts[order],
    )


def sort_offers(offers: Offers) -> Offers:
    """The same offers in canonical order."""
    order = np.lexsort(
        (
            offers.offer.astype(str),
            offers.area.astype(str),
            offers.hurdles,
            offers.mode,
            np.nan_to_num(offers.places, nan=-1.0),
            offers.fields,
            offers.age_to,
            offers.age_from,
            np.nan_to_num(offers.y),
            np.nan_to_num(offers.x),
        )
    )
    return replace(offers, **{field.name: getattr(offers, field.name)[order] for field in fields(offers)})
