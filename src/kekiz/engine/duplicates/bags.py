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
    """Trigram codes of bag b: ``codes[starts[b]:starts[b + 1]]``, sorted; weights and counts by code.

    Equal texts share a bag: ``bag_of`` names it per text.
    """

    bag_of: NDArray[np.int32]
    starts: NDArray[np.int64]
    codes: NDArray[np.uint32]
    holders: NDArray[np.int64]  # texts that hold the trigram
    weights: NDArray[np.float32]  # inverse document frequency
    norms: NDArray[np.float64]  # squared length, per bag

    def measure(self, texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Squared length of the texts' bags."""
        return np.asarray(self.norms[self.bag_of[texts]])

    def compare(
        self, lefts: NDArray[np.int64], rights: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Cosine, and the share of the smaller bag held by the larger; 0 where a text is empty."""
        alike, part = np.zeros(len(lefts)), np.zeros(len(lefts))
        arrays = (self.starts, self.codes, self.weights, self.norms)
        compare_bags(self.bag_of[lefts], self.bag_of[rights], *arrays, alike, part)
        return np.minimum(alike, 1.0), np.minimum(part, 1.0)

    def without(self, texts: pa.Array) -> Bags:
        """The bags without the trigrams of another text of the same row, under the same weights."""
        if not len(self.codes):
            return self
        other_of, starts, codes = _list_trigrams(texts)
        kept = np.empty(int(np.diff(self.starts)[self.bag_of].sum()), dtype=np.uint32)
        kept_starts = drop_trigrams(self.bag_of, self.starts, self.codes, other_of, starts, codes, kept)
        kept = kept[: kept_starts[-1]]
        norms = np.zeros(len(texts))
        measure_bags(kept_starts, kept, self.weights, norms)
        each = np.arange(len(texts), dtype=np.int32)
        return Bags(each, kept_starts, kept, self.holders, self.weights, norms)


def fill_bags(texts: pa.Array) -> Bags:
    """Count the trigrams of all texts; common ones ("kita") weigh little (Spärck Jones 1972)."""
    bag_of, starts, codes = _list_trigrams(texts)
    holders = np.zeros(1 << TRIGRAM_BITS, dtype=np.int64)
    count_holders(starts, codes, np.bincount(bag_of, minlength=len(starts) - 1), holders)
    weights = np.log((len(texts) + 1.0) / (holders + 0.5)).astype(np.float32)
    weights = np.maximum(weights, np.float32(0.05))
    norms = np.zeros(len(starts) - 1)
    measure_bags(starts, codes, weights, norms)
    return Bags(bag_of, starts, codes, holders, weights, norms)


def _list_trigrams(texts: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint32]]:
    """Bag of every text, and start and codes of every bag."""
    coded = texts.cast(pa.string()).dictionary_encode()
    bag_of = np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int32)
    texts = coded.dictionary
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(texts.buffers()[2] or b" ", dtype=np.uint8)
    codes = np.empty(int(offsets[-1] - offsets[0]), dtype=np.uint32)
    starts = count_trigrams(offsets, letters, codes)
    return bag_of, starts, codes[: starts[-1]]  # a view: pages never written take no memory
