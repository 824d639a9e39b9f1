"""Practices for the small region of the tests, and a run they can be planned on."""

import datetime as dt
from pathlib import Path

from tests.conftest import LIPPE
from tests.evidence.region import load_counts, load_region
from tests.register.world import load_world

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.actions import run_analysis
from kekiz.planning.actions import load_practices

DAY = dt.date(2025, 6, 1)
PRACTICES = """
[[practice]]
key = "elterncafe"
name = "Elterncafé"
fields = "S2 S1"
age_from = 0
age_to = 36
units = [1, 2]
places = 12
staff_eur = 6000
material_eur = 1000
fixed_eur = 800
source = "Träger: Abrechnung 2024"

[[practice]]
key = "spielmobil"
name = "Spielmobil"
fields = "S1"
age_from = 36
age_to = 120
places = 15
mode = "outreach"
staff_eur = 9000
material_eur = 1500
fixed_eur = 4000

[[practice]]
key = "lotse"
name = "Familienlotsin"
kind = "guide"
fields = "S2 M1"
places = 40
guided_share = 0.4
staff_eur = 12000

[more_places]
eur_per_place = 500
share = 0.5

[no_fee]
eur_per_place = 60
"""


def write_practices(folder: Path) -> Path:
    """The practices above as a file."""
    file = folder / "practices.toml"
    file.write_text(PRACTICES, encoding="utf-8")
    return file


def load_planning(folder: Path, factor: float = 4.0):
    """The small region with more children, its run and its practices."""
    load_region()
    load_counts(factor=factor)
    load_world()
    load_practices(actor=SYSTEM, region_key=LIPPE, path=write_practices(folder))
    return run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
