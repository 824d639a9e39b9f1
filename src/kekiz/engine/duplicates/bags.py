"""Texts as bags of character trigrams, each weighted by how rare it is in these lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..kernels.duplicates import (
    TRIGRAM_BITS,
    compare_bags,
    count_holders,
    count_trigrams,
    drop_trigrams,
    measure_bags,
)


@dataclass(frozen=True)
class Bags:
    """Trigram codes of text i: ``codes[starts[i]:starts[i + 1]]``, sorted; weights and counts by code."""

    starts: NDArray[np.int64]
    codes: NDArray[np.uint32]
    holders: NDArray[np.int64]  # texts that hold the trigram
    weights: NDArray[np.float32]  # inverse document frequency
    norms: NDArray[np.float64]  # squared length

    def compare(
        self, lefts: NDArray[np.int64], rights: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Cosine, and the share of the smaller bag held by the larger; 0 where a text is empty."""
        alike, part = np.zeros(len(lefts)), np.zeros(len(lefts))
        arrays = (self.starts, self.codes, self.weights, self.norms)
        compare_bags(lefts, rights, *arrays, alike, part)
        return np.minimum(alike, 1.0), np.minimum(part, 1.0)

    def without(self, texts: pa.Array) -> Bags:
        """The bags without the trigrams of another text of the same row, under the same weights."""
        if not len(self.codes):
            return self
        starts, codes = _list_trigrams(texts)
        kept = np.empty(len(self.codes), dtype=np.uint32)
        kept_starts = drop_trigrams(self.starts, self.codes, starts, codes, kept)
        kept = kept[: kept_starts[-1]]
        norms = np.zeros(len(texts))
        measure_bags(kept_starts, kept, self.weights, norms)
        return Bags(starts=kept_starts, codes=kept, holders=self.holders, weights=self.weights, norms=norms)


def fill_bags(texts: pa.Array) -> Bags:
    """Count the trigrams of all texts; common ones ("kita") weigh little (Spärck Jones 1972)."""
    starts, codes = _list_trigrams(texts)
    holders = np.zeros(1 << TRIGRAM_BITS, dtype=np.int64)
    count_holders(codes, holders)
    weights = np.log((len(texts) + 1.0) / (holders + 0.5)).astype(np.float32)
    weights = np.maximum(weights, np.float32(0.05))
    norms = np.zeros(len(texts))
    measure_bags(starts, codes, weights, norms)
    return Bags(starts=starts, codes=codes, holders=holders, weights=weights, norms=norms)


def _list_trigrams(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    texts = texts.cast(pa.string())
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(texts.buffers()[2] or b" ", dtype=np.uint8)
    codes = np.empty(int(offsets[-1] - offsets[0]), dtype=np.uint32)
    starts = count_trigrams(offsets, letters, codes)
    return starts, codes[: starts[-1]]  # a view: pages never written take no memory
