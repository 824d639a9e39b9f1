"""The search for a better choice of a maximum cover, branch by branch (plan/cover.py)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from kekiz.engine.kernels.cover_proof import BRANCH_PACE, choose_split, split_branch
from kekiz.engine.plan.cover_kernel import Bools, Floats, Incumbent, Kernel, States

Branch = tuple[States, Floats, float, int]  # state, prices, bound, the site to split by
AT_ONCE = 2  # branches split side by side
FIRST_BRANCHES = 60  # while they last a better choice settles the sites anew
FEW_BRANCHES = 4  # split before the next look for one


class Branches:
    """The branches of a kernel that are not settled yet, as a stack.

    Always ``AT_ONCE`` are split side by side, each with the best value known before: the outcome does not
    depend on how many processors there are.
    """

    def __init__(
        self,
        kernel: Kernel,
        known: Incumbent,
        state: States,
        price: Floats,
        root: tuple[float, Floats, Floats],
    ) -> None:
        self.kernel, self.table = kernel, kernel.index()
        bound, mean, total = root
        split = choose_split(
            self.table, kernel.count, state, price, mean, total, bound, known.value - kernel.base, known.room
        )
        self.stack: list[Branch] = [(state, price, bound, split)]

    def search_first(self, known: Incumbent, most_branches: int) -> int:
        """Split the first ones, up to a better choice; returns how many may still be split after that."""
        before, rest = known.value, most_branches
        while self.stack and known.value == before and most_branches - rest < FIRST_BRANCHES and rest:
            step = min(FEW_BRANCHES, rest)
            self.search(known, step)
            rest -= step
        return rest

    def search(self, known: Incumbent, most_branches: int) -> None:
        """Split up to ``most_branches``, depth first; better choices become known."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while batch := self._take(known, min(AT_ONCE, most_branches)):
                most_branches -= len(batch)
                known.branches += len(batch)
                value, room = known.value - self.kernel.base, known.room
                split = partial(self._split, value=value, room=room)
                for left, best, found in pool.map(split, batch):
                    known.take(self.kernel, best, found)
                    self.stack += left

    def _take(self, known: Incumbent, count: int) -> list[Branch]:
        """The next branches that could hold a better choice, off the stack."""
        least = known.value + known.room - self.kernel.base
        batch: list[Branch] = []
        while self.stack and len(batch) < count:
            branch = self.stack.pop()
            if branch[2] >= least:
                batch.append(branch)
        return batch[::-1]

    def _split(self, branch: Branch, *, value: float, room: float) -> tuple[list[Branch], Bools, float]:
        """What is left of a branch split in two, the best choice met, its value."""
        best = np.zeros(len(self.kernel.sites), np.bool_)
        left, branches, found = split_branch(
            self.table, self.kernel.count, branch, best, value, room, BRANCH_PACE
        )
        return list(zip(*branches, strict=True))[:left], best, found

    def bound(self, known: Incumbent) -> float:
        """What none of the branches left can exceed."""
        return max((branch[2] + self.kernel.base for branch in self.stack), default=known.value)
