"""Readers of public statistics in the form in which the offices publish them.

Each reader checks its file (every fault with row and column, all at once), turns it into the tables of
``kekiz.engine.tables`` and says in German sentences what it had to assume on the way.
"""

from kekiz.engine.forms.boundaries import Boundaries, read_boundaries
from kekiz.engine.forms.census import CENSUS_FORMS, read_census_grid
from kekiz.engine.forms.low_income import LowIncome, read_low_income
from kekiz.engine.forms.readings import Reading
from kekiz.engine.forms.schools import SCHOOL_FORMS, read_nrw_schools

__all__ = [
    "CENSUS_FORMS",
    "SCHOOL_FORMS",
    "Boundaries",
    "LowIncome",
    "Reading",
    "read_boundaries",
    "read_census_grid",
    "read_low_income",
    "read_nrw_schools",
]
