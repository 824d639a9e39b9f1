"""Norms settled to one level and laid out as arrays: what the kernels read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kekiz.engine.norms import Level, Norm, Norms
from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import HURDLES, MODES, OFFER_MODES, Scheme

Floats = NDArray[np.float64]
Choose = Callable[[Norm], float]


@dataclass(frozen=True)
class Parameters:
    """P phases, F fields, G groups, H hurdles, 4 travel modes (foot, bike, bus, car), 3 offer modes."""

    need_share: Floats  # P, F, G: share of children who need a place
    car_share: Floats  # G
    tries: NDArray[np.int64]  # F, G: rounds of asking
    never_asks: Floats  # F, G
    acceptable_minutes: Floats  # P, 4; not a number = mode not usable in the phase
    hurdle_stops: Floats  # H, G
    assumed_places: Floats  # F, 3
    speed_kmh: Floats  # 4
    detour: Floats  # 4
    boarding_minutes: Floats  # 4
    decay_at_limit: float  # weight of an offer at the acceptable limit, 1 at the door


def settle_norms(
    norms: Norms, scheme: Scheme, level: Level = "mid", choose: Choose | None = None
) -> Parameters:
    """Lay the norms out as arrays, all at one level or each as ``choose`` says.

    Raises InputError naming every norm that is missing.
    """
    missing: list[Problem] = []

    def read(key: str, default: float | None = None, **dimensions: str) -> float:
        norm = norms.find(key, **dimensions)
        if norm is not None:
            return choose(norm) if choose else norm.value(level)
        if default is None:
            named = " ".join(dimensions.values())
            missing.append(Problem("Kennwerte", f"„{key}“ fehlt für {named or 'die Region'}."))
            return 0.0
        return default

    phases, fields, groups = scheme.phase_codes, scheme.field_codes, scheme.group_codes
    parameters = Parameters(
        need_share=np.array(
            [
                [[read("need_share", phase=p, field=f, group=g) for g in groups] for f in fields]
                for p in phases
            ]
        ),
        car_share=np.array([read("car_share", group=g) for g in groups]),
        tries=np.array(
            [[round(read("tries", field=f, group=g)) for g in groups] for f in fields], dtype=np.int64
        ),
        never_asks=np.array([[read("never_asks", field=f, group=g) for g in groups] for f in fields]),
        acceptable_minutes=np.array(
            [[read("acceptable_minutes", np.nan, phase=p, mode=m) for m in MODES] for p in phases]
        ),
        hurdle_stops=np.array([[read("hurdle_stops", hurdle=h, group=g) for g in groups] for h in HURDLES]),
        assumed_places=np.array(
            [[read("assumed_places", field=f, mode=m) for m in OFFER_MODES] for f in fields]
        ),
        speed_kmh=np.array([read("speed", mode=m) for m in MODES]),
        detour=np.array([read("detour", mode=m) for m in MODES]),
        boarding_minutes=np.array([read("boarding", 0.0, mode=m) for m in MODES]),
        decay_at_limit=read("decay_at_limit"),
    )
    if missing:
        raise InputError(missing)
    return parameters
