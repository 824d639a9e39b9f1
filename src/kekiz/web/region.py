"""What the frame of every page says about the region it serves."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext_noop

from kekiz.evidence.queries import regions
from kekiz.web.languages import translate

DEMO_NOTICE = gettext_noop("Alle Angebote dieser Vorführregion sind erfunden.")
NAME_BEFORE_LOADING = gettext_noop("Ihre Region")
# Every page shows the name and it hardly ever changes, so a process asks for it once in a while only.
REMEMBER_SECONDS = 300


@dataclass(frozen=True)
class RegionCard:
    """Name of the region, and whether it is a demonstration."""

    name: str
    is_demo: bool
    demo_notice: str


def get_region_card() -> RegionCard:
    """Read the name from the loaded areas, the demo mark from the settings."""
    name = read_region_name(int(time.monotonic() // REMEMBER_SECONDS))
    return RegionCard(
        name=translate(name) if name == NAME_BEFORE_LOADING else name,
        is_demo=bool(settings.DEMO),
        demo_notice=translate(DEMO_NOTICE),
    )


@lru_cache(maxsize=1)
def read_region_name(_period: int) -> str:
    """The name of the first loaded region, remembered for one period."""
    loaded = regions()
    return loaded[0].name if loaded else NAME_BEFORE_LOADING
