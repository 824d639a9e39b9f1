"""What if: the engine on the stored input of a run, one offer more, less or larger. Nothing is stored."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kekiz.accounts.errors import InvalidInput
from kekiz.analysis import bridge, ways
from kekiz.analysis.models import Run
from kekiz.analysis.queries.reasons import LinkCube, Reasons, build_cube, link_cube, shown_total
from kekiz.analysis.queries.runs import stored_inputs
from kekiz.engine.norms import Level
from kekiz.engine.problems import InputError
from kekiz.engine.reach import VISIT
from kekiz.engine.run import Inputs, analyse
from kekiz.engine.tables import Offers, offers_from_arrow

NEW_OFFER = "neues-angebot"


@dataclass(frozen=True)
class Comparison:
    """One figure of the baseline beside the same after the change."""

    before: Reasons
    after: Reasons

    @property
    def newly_found(self) -> float:
        """Children per year who find a place only after the change (negative: who lose one)."""
        return self.after.found - self.before.found


@dataclass(frozen=True)
class WhatIf:
    """Baseline and change side by side. ``headline_*`` as in the engine's Result."""

    total: Comparison
    by_phase: dict[str, Comparison]
    by_field: dict[str, Comparison]
    by_municipality: dict[str, Comparison]
    by_group: dict[str, Comparison]
    headline_before: dict[str, Any]
    headline_after: dict[str, Any]
    cube_after: LinkCube
    seconds: float
    is_way_estimated: bool = False  # to the new offer, beside measured ways to the others


def what_if(
    run: Run,
    *,
    add_offer: Mapping[str, Any] | None = None,
    remove_offer: str = "",
    remove_offers: Collection[str] = (),
    change_places: Mapping[str, float] | None = None,
) -> WhatIf:
    """Compare the run with the same region after a change; several changes at once are applied together.

    ``add_offer``: columns of offers.csv (lat, lon, age_from, age_to, fields, places, mode, area, hurdles …);
    ``remove_offer``: key of an offer, ``remove_offers``: of several;
    ``change_places``: places per year by offer key.
    Raises InvalidInput: unknown key, negative places, faulty new offer, no change at all.
    """
    gone = {*remove_offers, *([remove_offer] if remove_offer else [])}
    if add_offer is None and not gone and not change_places:
        raise InvalidInput(
            ["Bitte nennen Sie eine Änderung: ein neues Angebot, ein Ende oder andere Plätze."]
        )
    started = time.perf_counter()
    inputs = stored_inputs(run)
    changed = replace(inputs, offers=_change_offers(inputs, add_offer, gone, change_places or {}))
    result = analyse(changed, level=cast(Level, run.level))
    after = build_cube(result.tables["links"], inputs.scheme)
    return WhatIf(
        total=_compare(run, after),
        by_phase={code: _compare(run, after, phase=code) for code in inputs.scheme.phase_codes},
        by_field={code: _compare(run, after, field=code) for code in inputs.scheme.field_codes},
        by_municipality={ags: _compare(run, after, ags=[ags]) for ags in after.ags},
        by_group={code: _compare(run, after, group=code) for code in inputs.scheme.group_codes},
        headline_before=run.headline,
        headline_after=result.headline,
        cube_after=after,
        seconds=time.perf_counter() - started,
        is_way_estimated=_is_way_estimated(changed),
    )


def _compare(run: Run, after: LinkCube, **picks: Any) -> Comparison:
    """The needs are those of the run, so both sides leave out what the run leaves out."""
    return Comparison(shown_total(run, link_cube(run), **picks), shown_total(run, after, **picks))


def _change_offers(
    inputs: Inputs, add_offer: Mapping[str, Any] | None, gone: set[str], change_places: Mapping[str, float]
) -> Offers:
    offers = inputs.offers
    for key, places in change_places.items():
        offers = _set_places(offers, key, places)
    for key in sorted(gone):
        offers = _select(offers, ~_find_rows(offers, key))
    return offers if add_offer is None else _join(offers, _build_offer(inputs, add_offer))


def _is_way_estimated(changed: Inputs) -> bool:
    new = np.flatnonzero((changed.offers.offer == NEW_OFFER) & (changed.offers.mode == VISIT))
    return bool(ways.lies_unmeasured(changed, changed.offers.x[new], changed.offers.y[new]).any())


def _find_rows(offers: Offers, key: str) -> NDArray[np.bool_]:
    rows = np.array([bridge.offer_key(name) == key for name in offers.offer], dtype=bool)
    if not rows.any():
        raise InvalidInput([f"Das Angebot „{key}“ kommt in diesem Analyselauf nicht vor."])
    return rows


def _set_places(offers: Offers, key: str, places: float) -> Offers:
    """The places of an offer, shared evenly by its sites."""
    rows = _find_rows(offers, key)
    if not 0 <= places < 1e9:
        raise InvalidInput([f"„{places:g}“ Plätze gibt es nicht. Erwartet: eine Zahl ab 0."])
    return replace(offers, places=np.where(rows, places / rows.sum(), offers.places))


def _select(offers: Offers, rows: NDArray[np.bool_]) -> Offers:
    return Offers(**{name: getattr(offers, name)[rows] for name in Offers.__dataclass_fields__})


def _join(offers: Offers, more: Offers) -> Offers:
    names = Offers.__dataclass_fields__
    return Offers(**{name: np.concatenate([getattr(offers, name), getattr(more, name)]) for name in names})


def _build_offer(inputs: Inputs, values: Mapping[str, Any]) -> Offers:
    row = {"offer": NEW_OFFER, "name": "Neues Angebot", **values}
    for name in ("fields", "hurdles", "languages", "area"):
        if isinstance(row.get(name), list | tuple):
            row[name] = " ".join(row[name])
    unknown = sorted(set(row) - set(bridge.OFFER_COLUMNS))
    if unknown:
        raise InvalidInput([f"Die Angabe „{name}“ ist unbekannt." for name in unknown])
    try:
        table = pa.Table.from_pylist([row], schema=pa.schema(list(bridge.OFFER_COLUMNS.items())))
        built = offers_from_arrow(table, inputs.scheme, "Neues Angebot")
    except InputError as error:
        raise InvalidInput(str(error).splitlines()) from error
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InvalidInput([f"Neues Angebot: Eine Angabe hat die falsche Form ({error})."]) from error
    if built.offer[0] in set(inputs.offers.offer):
        raise InvalidInput([f"Den Schlüssel „{built.offer[0]}“ gibt es in diesem Lauf schon."])
    return built
