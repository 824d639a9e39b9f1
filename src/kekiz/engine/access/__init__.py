"""Spatial access measures of the literature: how well each place is served, as far as travel goes.

`e2sfca` and `three_sfca` give places per child (0 where nothing is in reach), `raam` gives a cost (the lower
the better, infinite where nothing is in reach). Travel cost is an input: `Pairs` holds given costs in any
unit, `StraightLine` holds coordinates in metres and stores no pair.

Place indices are positions in the `demand` and `supply` arrays; every place keeps its row in the answer.
"""

from kekiz.engine.access.catchments import e2sfca, three_sfca
from kekiz.engine.access.costs import Pairs, Points, StraightLine, list_pairs_within
from kekiz.engine.access.rational import RationalAccess, raam

__all__ = [
    "Pairs",
    "Points",
    "RationalAccess",
    "StraightLine",
    "e2sfca",
    "list_pairs_within",
    "raam",
    "three_sfca",
]
