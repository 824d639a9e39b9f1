"""Readers of single cells: each returns what was read and what was not understood, and never raises."""

from .addresses import Address, read_address, split_street
from .ages import Ages, read_age, read_ages
from .choices import read_access, read_barrier_free, read_languages, read_mode, read_yes_no
from .contacts import read_email, read_phone, read_url
from .costs import Cost, read_cost
from .hours import join_hours, read_hours
from .numbers import read_coordinate, read_date, read_position, read_whole_number
from .reading import Reading, as_text

__all__ = [
    "Address",
    "Ages",
    "Cost",
    "Reading",
    "as_text",
    "join_hours",
    "read_access",
    "read_address",
    "read_age",
    "read_ages",
    "read_barrier_free",
    "read_coordinate",
    "read_cost",
    "read_date",
    "read_email",
    "read_hours",
    "read_languages",
    "read_mode",
    "read_phone",
    "read_position",
    "read_url",
    "read_whole_number",
    "read_yes_no",
    "split_street",
]
