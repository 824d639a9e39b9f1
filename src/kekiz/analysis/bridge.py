"""From the database to the engine's tables (offers, children, cooperations, norms); Parquet and back."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kekiz.accounts.areas import is_touching
from kekiz.engine.norms import Norm, Norms
from kekiz.engine.run import Inputs
from kekiz.engine.scheme import HURDLES, OFFER_MODES, Scheme
from kekiz.engine.tables import (
    COOPERATION_KINDS,
    Children,
    Cooperations,
    Offers,
    children_from_arrow,
    cooperations_from_arrow,
    offers_from_arrow,
)
from kekiz.evidence.queries import children_table, newest_children_load, norms_in_force, shipped_scheme
from kekiz.register.facets import Cost, Mode
from kekiz.register.models import Cooperation
from kekiz.register.queries import visible_versions

# An offer at several sites becomes one engine row per site: "key@site".
SITE_MARK = "@"
INPUT_PREFIX = "input_"
OFFER_COLUMNS = {
    "offer": pa.string(), "provider": pa.string(), "name": pa.string(), "lat": pa.float64(),
    "lon": pa.float64(), "age_from": pa.float64(), "age_to": pa.float64(), "fields": pa.string(),
    "places": pa.float64(),
    "mode": pa.string(), "area": pa.string(), "hurdles": pa.string(), "languages": pa.string(),
    "until": pa.string(),
}  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """What a run reads, and where it comes from."""

    inputs: Inputs
    sources: list[dict[str, Any]]
    is_synthetic: bool
    has_invented_offers: bool


def take_snapshot(region_key: str, reference_date: dt.date) -> Snapshot:
    """The published offers of the region on the day, its children, cooperations and norms in force.

    Raises evidence.queries.NoChildrenError, or engine InputError if what is stored does not fit together.
    """
    scheme = shipped_scheme()
    contents = _published_contents(region_key, reference_date)
    rows = {content["key"]: _offer_rows(content, region_key) for content in contents}
    offers = [row for key in sorted(rows) for row in rows[key]]
    table = pa.Table.from_pylist(offers, schema=pa.schema(list(OFFER_COLUMNS.items())))
    inputs = Inputs(
        children=children_table(region_key),
        offers=offers_from_arrow(table, scheme),
        norms=norms_in_force(region_key, on=reference_date),
        scheme=scheme,
        cooperations=_collect_cooperations(rows, scheme),
    )
    load = newest_children_load(region_key)
    dataset = load.dataset if load else None
    sources: list[dict[str, Any]] = [
        {name: getattr(dataset, name) for name in ("name", "source", "licence", "year", "method", "note")}
    ]
    return Snapshot(
        inputs=inputs,
        sources=(sources if dataset else []) + _describe_assumptions(contents),
        is_synthetic=bool(dataset and dataset.is_synthetic),
        has_invented_offers=any(content["is_invented"] for content in contents),
    )


def _published_contents(region_key: str, reference_date: dt.date) -> list[dict[str, Any]]:
    versions = visible_versions(on=reference_date).order_by("offer__key")
    return [
        content for content in versions.values_list("content", flat=True) if _concerns(content, region_key)
    ]


def _concerns(content: dict[str, Any], region_key: str) -> bool:
    if content["mode"] == Mode.VISIT:
        return any(site["ags"].startswith(region_key) for site in content["sites"])
    return not content["service_area"] or is_touching(region_key, content["service_area"])


def _offer_rows(content: dict[str, Any], region_key: str) -> list[dict[str, Any]]:
    """The engine rows of one offer: a visited offer once per site in the region, its places shared evenly."""
    row = {
        "provider": content["provider"]["key"],
        "name": content["title"],
        "age_from": content["age_from_months"],
        "age_to": content["age_to_months"],
        "fields": " ".join(content["fields"]),
        "mode": content["mode"],
        "area": " ".join(content["service_area"]),
        "hurdles": " ".join(_list_hurdles(content)),
        "languages": " ".join(content["languages"]),
        "until": content["until"] or "",
    }
    key, places, sites = content["key"], content["places"], content["sites"]
    if content["mode"] != Mode.VISIT:
        # The place of an offer that comes home or is online decides nothing.
        return [row | {"offer": key, "places": places, "lat": None, "lon": None}]
    here = [site for site in sites if site["ags"].startswith(region_key)]
    return [
        row
        | {
            "offer": key if len(sites) == 1 else f"{key}{SITE_MARK}{site['key']}",
            "places": None if places is None else places / len(sites),
            "lat": site["lat"],
            "lon": site["lon"],
        }
        for site in here
    ]


def _list_hurdles(content: dict[str, Any]) -> list[str]:
    """The hurdles of an offer. Assumption: one of unknown cost keeps families away like a paid one."""
    hurdles = list(content["hurdles"])
    return hurdles if content["cost"] != Cost.UNKNOWN or "paid" in hurdles else ["paid", *hurdles]


def _describe_assumptions(contents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the run takes for granted of its offers, beside its sources; none where everything is said."""
    count = sum(content["cost"] == Cost.UNKNOWN for content in contents)
    if not count:
        return []
    words = "Ein Angebot sagt" if count == 1 else f"{count} Angebote sagen"
    return [
        {
            "label": "Annahme zu Kosten",
            "name": f"{words} nichts zu den Kosten; gerechnet wie „kostet Geld“",
            "source": "", "licence": "", "year": None, "method": "", "note": "",
        }
    ]  # fmt: skip


def _collect_cooperations(rows: Mapping[str, list[dict[str, Any]]], scheme: Scheme) -> Cooperations:
    pairs = Cooperation.objects.order_by("offer_a__key", "offer_b__key", "kind")
    listed = [
        {
            "offer_a": a["offer"],
            "offer_b": b["offer"],
            "kind": kind,
            "since": since.isoformat() if since else "",
        }
        for key_a, key_b, kind, since in pairs.values_list("offer_a__key", "offer_b__key", "kind", "since")
        for a in rows.get(key_a, ())
        for b in rows.get(key_b, ())
    ]
    names = ("offer_a", "offer_b", "kind", "since")
    table = pa.Table.from_pylist(listed, schema=pa.schema([(name, pa.string()) for name in names]))
    return cooperations_from_arrow(table, scheme)


def offer_key(row_name: str) -> str:
    """The key of the offer that an engine row stands for."""
    return row_name.partition(SITE_MARK)[0]


def write_inputs(inputs: Inputs) -> dict[str, pa.Table]:
    """The inputs of a run as tables that are stored with it."""
    scheme = inputs.scheme
    tables = {
        "children": _children_to_arrow(inputs.children, scheme),
        "offers": _offers_to_arrow(inputs.offers, scheme),
        "norms": _norms_to_arrow(inputs.norms),
    }
    if inputs.cooperations is not None:
        tables["cooperations"] = _cooperations_to_arrow(inputs.cooperations)
    return {INPUT_PREFIX + name: table for name, table in tables.items()}


def read_inputs(tables: Mapping[str, pa.Table]) -> Inputs:
    """The inputs of a stored run: the inverse of ``write_inputs``."""
    scheme = shipped_scheme()
    cooperations = tables.get(f"{INPUT_PREFIX}cooperations")
    return Inputs(
        children=children_from_arrow(tables[f"{INPUT_PREFIX}children"], scheme),
        offers=offers_from_arrow(tables[f"{INPUT_PREFIX}offers"], scheme),
        norms=Norms(Norm(**row) for row in tables[f"{INPUT_PREFIX}norms"].to_pylist()),
        scheme=scheme,
        cooperations=None if cooperations is None else cooperations_from_arrow(cooperations, scheme),
    )


def _children_to_arrow(children: Children, scheme: Scheme) -> pa.Table:
    return pa.table(
        {
            "cell": pa.array(children.cell, pa.string()),
            "x": children.x,
            "y": children.y,
            "ags": pa.array(children.ags, pa.string()),
            "phase": pa.array(np.array(scheme.phase_codes, dtype=object)[children.phase], pa.string()),
            "group": pa.array(np.array(scheme.group_codes, dtype=object)[children.group], pa.string()),
            "n": children.n,
        }
    )


def _offers_to_arrow(offers: Offers, scheme: Scheme) -> pa.Table:
    def list_codes(masks: Any, codes: tuple[str, ...]) -> pa.Array:
        return pa.array(
            [" ".join(code for bit, code in enumerate(codes) if mask >> bit & 1) for mask in masks.tolist()],
            pa.string(),
        )

    texts = {name: pa.array(getattr(offers, name), pa.string()) for name in ("offer", "provider", "name")}
    return pa.table(
        texts
        | {
            "x": offers.x,
            "y": offers.y,
            "age_from": offers.age_from,
            "age_to": offers.age_to,
            "fields": list_codes(offers.fields, scheme.field_codes),
            "places": offers.places,
            "mode": pa.array(np.array(OFFER_MODES, dtype=object)[offers.mode], pa.string()),
            "area": pa.array(offers.area, pa.string()),
            "hurdles": list_codes(offers.hurdles, HURDLES),
            "languages": pa.array(offers.languages, pa.string()),
            "until": pa.array(offers.until, pa.string()),
        }
    )


def _cooperations_to_arrow(cooperations: Cooperations) -> pa.Table:
    return pa.table(
        {
            "offer_a": pa.array(cooperations.offer_a, pa.string()),
            "offer_b": pa.array(cooperations.offer_b, pa.string()),
            "kind": pa.array(np.array(COOPERATION_KINDS, dtype=object)[cooperations.kind], pa.string()),
            "since": pa.array(cooperations.since, pa.string()),
        }
    )


def _norms_to_arrow(norms: Norms) -> pa.Table:
    numbers = {"low": pa.float64(), "mid": pa.float64(), "high": pa.float64(), "valid_from": pa.date32()}
    names = Norm.__dataclass_fields__
    schema = pa.schema([(name, numbers.get(name, pa.string())) for name in names])
    return pa.Table.from_pylist([asdict(norm) for norm in norms.entries], schema=schema)


def write_parquet(table: pa.Table) -> bytes:
    """A table as Parquet; the same table gives the same bytes."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def read_parquet(content: bytes) -> pa.Table:
    """The table that ``write_parquet`` wrote."""
    return pq.read_table(io.BytesIO(content))
