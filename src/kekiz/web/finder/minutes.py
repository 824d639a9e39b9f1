"""How far families get in a number of minutes, and whether something is open now.

Minutes are estimated by the model of the analysis (engine.reach): as the crow flies × detour ÷ speed, plus
boarding, with the norms in force. Measured times exist for cells of the region, not for addresses; whatever
is shown says "geschätzt".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kekiz.engine.norms import Norms
from kekiz.engine.reach import estimate_minutes, find_distance_m
from kekiz.evidence.queries import norms_in_force, regions
from kekiz.register.open_now import Moment, Opened, build_moment
from kekiz.web.finder.places import Location

MODE_CHOICES = (
    ("fuss", _("zu Fuß")), ("rad", _("mit dem Rad")), ("bus", _("mit dem Bus")), ("auto", _("mit dem Auto")),
)  # fmt: skip
_MODES = {"fuss": "foot", "rad": "bike", "bus": "bus", "auto": "car"}
_MINUTES = (10, 15, 20, 30, 45, 60)
MINUTES_CHOICES = (
    ("", _("egal wie lange")),
    *((str(n), format_lazy("{} {}", n, _("Minuten"))) for n in _MINUTES),
)
OPENED_CHOICES = (("", _("egal wann")), ("ja", _("jetzt geöffnet")), ("unklar", _("Zeiten nicht bekannt")))
OPENED_BY_CODE = {"ja": Opened.YES, "unklar": Opened.UNKNOWN}
OPENED_WORDS = {Opened.YES: _("jetzt geöffnet"), Opened.UNKNOWN: _("Zeiten nicht bekannt")}


@dataclass(frozen=True)
class Trip:
    """So many minutes by one way of travel: how far that is as the crow flies."""

    minutes: int
    mode_code: str
    km: float
    words: str


def plan_trip(minutes: str, mode_code: str, location: Location | None) -> Trip | None:
    """The trip that was asked for, on foot if nothing is said; None without minutes or a place."""
    if not minutes or location is None:
        return None
    mode_code = mode_code or "fuss"
    metres = find_distance_m(int(minutes), *_read_model(_MODES[mode_code]))
    words = gettext("höchstens %(minutes)s Minuten %(mode)s (geschätzt)")
    named = {"minutes": minutes, "mode": dict(MODE_CHOICES)[mode_code]}
    return Trip(int(minutes), mode_code, metres / 1000, words % named)


def write_estimated_minutes(km: float | None, mode_code: str) -> str:
    """ "rund 12 Minuten mit dem Bus (geschätzt)"; "" where the distance is not known."""
    if km is None:
        return ""
    minutes = float(estimate_minutes(np.array([km * 1000]), *_read_model(_MODES[mode_code]))[0])
    words = gettext("rund %(minutes)d Minuten %(mode)s (geschätzt)")
    return words % {"minutes": max(round(minutes), 1), "mode": dict(MODE_CHOICES)[mode_code]}


def read_moment(location: Location | None) -> Moment:
    """Now, in local time, with the holidays of the state the family asks from (else of the region)."""
    return build_moment(timezone.localtime(), location.ags[:2] if location else _region_key()[:2])


def _region_key() -> str:
    loaded = regions()
    return loaded[0].key if loaded else ""


def _read_model(mode: str) -> tuple[float, float, float]:
    """Speed (km/h), detour (factor) and boarding (minutes) of a way of travel."""
    return _settle_model(norms_in_force(_region_key(), on=timezone.localdate()), mode)


@lru_cache(maxsize=16)
def _settle_model(norms: Norms, mode: str) -> tuple[float, float, float]:
    speed, detour, boarding = (norms.find(key, mode=mode) for key in ("speed", "detour", "boarding"))
    if speed is None or detour is None:
        raise LookupError(f"The norms name no speed or detour for {mode!r}.")
    return speed.value("mid"), detour.value("mid"), boarding.value("mid") if boarding else 0.0
