"""Measurements of a region's ways, and whether they still fit what the register and the norms say today."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.cache import cache
from django.utils import timezone

from kekiz.analysis import bridge, ways
from kekiz.analysis.models import Run, TravelMeasurement
from kekiz.analysis.queries.runs import stored_inputs
from kekiz.engine.parameters import settle_norms
from kekiz.engine.run import Inputs
from kekiz.evidence.queries import newest_children_load, norms_in_force, regions
from kekiz.register.queries import published_mark
from kekiz.travel.provenance import tell_norms
from kekiz.travel.request import Request

TABLES = ("times", "spots")
OLD_AFTER_DAYS = 365  # timetables change every December
KEPT_S = 3600
FIRST_TIME = {"osm": {"file": "region.osm.pbf"}, "gtfs": {"file": "fahrplan.zip"}}


@dataclass(frozen=True)
class Fit:
    """Where a measurement no longer fits: counts of today's register, modes and norms."""

    new_offers: int = 0  # at a place to which nothing was measured
    new_cells: int = 0
    outgrown: tuple[str, ...] = ()  # modes in which longer ways are acceptable today than were measured
    is_paced_anew: bool = False  # speed or boarding are other norms today

    @property
    def is_good(self) -> bool:
        """Nothing has changed since."""
        return self == Fit()


@dataclass(frozen=True)
class MeasurementStanding:
    """What the coordination should know of the region's measured ways beside a run."""

    measurement: TravelMeasurement | None
    is_used: bool  # the run knew it, and used the modes that count
    fit: Fit
    is_timetable_old: bool
    command: str  # that measures anew

    @property
    def is_stale(self) -> bool:
        """Measuring anew would change something."""
        return self.measurement is not None and (self.is_timetable_old or not self.fit.is_good)


def newest_measurement(region_key: str) -> TravelMeasurement | None:
    """The measurement that the next run of the region uses, without its tables; None: ways by the model."""
    found = TravelMeasurement.objects.filter(region_key=region_key).defer(*TABLES)
    return found.order_by("-pk").first()


def measurement_standing(run: Run) -> MeasurementStanding:
    """The newest measurement of the run's region beside today's register, children and norms."""
    measurement = newest_measurement(run.region_key)
    if measurement is None:
        return MeasurementStanding(None, False, Fit(), False, write_command(None, run.region_key))
    return MeasurementStanding(
        measurement=measurement,
        is_used=run.ways is not None and run.ways["digest"] == measurement.digest,
        fit=_fit_today(measurement),
        is_timetable_old=_is_old(measurement, timezone.localdate()),
        command=write_command(measurement, run.region_key),
    )


def _is_old(measurement: TravelMeasurement, today: dt.date) -> bool:
    day = measurement.told.get("gtfs", {}).get("date")
    return day is not None and (today - dt.date.fromisoformat(day)).days > OLD_AFTER_DAYS


def _fit_today(measurement: TravelMeasurement) -> Fit:
    """Kept for an hour as long as neither children nor published offers change: it reads all of them."""
    region, day = measurement.region_key, timezone.localdate()
    load, norms = newest_children_load(region), norms_in_force(region, on=day)
    state = (measurement.digest, load.pk if load else 0, *published_mark(on=day), norms.digest[:16], day)
    key = "kekiz-ways-" + "-".join(map(str, state))
    known: Fit | None = cache.get(key)
    if known is None:
        known = find_fit(measurement, bridge.take_snapshot(region, day).inputs)
        cache.set(key, known, KEPT_S)
    return known


def find_fit(measurement: TravelMeasurement, inputs: Inputs) -> Fit:
    """Where a measurement no longer fits these inputs."""
    new_offers, new_cells = ways.count_new(inputs, measurement)
    norms = tell_norms(settle_norms(inputs.norms, inputs.scheme))
    return Fit(
        new_offers=new_offers,
        new_cells=new_cells,
        outgrown=tuple(ways.choose_modes(inputs, measurement)[1]),
        is_paced_anew=norms != measurement.told["norms"],
    )


def estimated_offers(run: Run) -> list[ways.EstimatedOffer]:
    """The offers of the run to which the model stands in for measured ways, by name."""
    return ways.find_estimated(stored_inputs(run))


def count_unmeasured(run: Run, positions: Collection[tuple[float, float]]) -> int:
    """To how many of the positions (EPSG:3035, metres) the model stands in for the run's measured ways."""
    points = np.array(list(positions), dtype=float).reshape(-1, 2)
    return int(ways.lies_unmeasured(stored_inputs(run), points[:, 0], points[:, 1]).sum())


def write_command(measurement: TravelMeasurement | None, region_key: str) -> str:
    """The command that measures anew, with the files and wishes of the last time."""
    told: dict[str, Any] = measurement.told if measurement else FIRST_TIME
    words = ["kekiz", "travel", "--register"]
    if len(regions()) > 1:
        words += ["--region", region_key]
    words += [word for name in ("osm", "gtfs") if name in told for word in (f"--{name}", told[name]["file"])]
    return shlex.join([*words, *(_list_wishes(told["gtfs"]) if "date" in told.get("gtfs", {}) else [])])


def _list_wishes(gtfs: dict[str, Any]) -> list[str]:
    """Options that differ from what `kekiz travel` takes by itself; the day follows the new timetable."""
    usual = vars(Request())
    words = []
    for name, option in (("percentile", "percentile"), ("walk_minutes", "walk"), ("changes", "changes")):
        if gtfs[name] != usual[name]:
            words += [f"--{option}", f"{gtfs[name]:g}"]
    window = [gtfs["depart_from_s"], gtfs["depart_to_s"]]
    if window != [usual["depart_from_s"], usual["depart_to_s"]]:
        words += ["--depart", "-".join(f"{second // 3600:02}:{second % 3600 // 60:02}" for second in window)]
    return words
