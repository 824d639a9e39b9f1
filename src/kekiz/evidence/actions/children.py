"""Take over a table of children of a region."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import transaction

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.engine.problems import SHOWN_PER_COLUMN, InputError
from kekiz.engine.tables import Children, children_from_arrow, digest_tables, read_children
from kekiz.evidence import rules
from kekiz.evidence.models import ChildrenCount, ChildrenLoad, Dataset
from kekiz.evidence.queries import shipped_scheme
from kekiz.register.validation import clean_row

BATCH = 1000


def load_children(
    *,
    actor: Actor,
    region_key: str,
    table: Path | pa.Table | Children,
    name: str,
    source: str,
    licence: str = "",
    year: int | None = None,
    method: str = "",
    note: str = "",
    is_synthetic: bool = False,
) -> ChildrenLoad:
    """Store children by cell, phase and group; from now on they are in force for the region.

    ``table`` is a CSV or Parquet file, an Arrow table or checked Children (columns: docs/method.md).
    Raises ActionDenied, or InvalidInput with every fault (row and column); nothing is stored then.
    """
    if not rules.can_load_evidence(actor, region_key):
        raise ActionDenied("Kinderzahlen einlesen darf nur die Koordination dieser Region.")
    children = _check_children(table, region_key)
    with transaction.atomic():
        number = ChildrenLoad.objects.filter(region_key=region_key).count() + 1
        dataset = Dataset(
            key=f"children-{region_key}-{number}", name=name, source=source, licence=licence, year=year,
            method=method, note=note, is_synthetic=is_synthetic,
        )  # fmt: skip
        clean_row(dataset)
        dataset.save()
        load = ChildrenLoad(region_key=region_key, dataset=dataset, digest=digest_tables(children))
        clean_row(load)
        load.save()
        ChildrenCount.objects.bulk_create(_build_counts(load, children), batch_size=BATCH)
        write_log_entry(
            actor=actor,
            code="children.loaded",
            target_type="children",
            target_key=load.pk,
            target_label=f"{name}, {len(set(children.cell))} Zellen, {children.n.sum():.0f} Kinder",
            area=region_key,
        )
    return load


def _check_children(table: Path | pa.Table | Children, region_key: str) -> Children:
    try:
        if isinstance(table, Children):
            children = table
        elif isinstance(table, Path):
            children = read_children(table, shipped_scheme())
        else:
            children = children_from_arrow(table, shipped_scheme())
    except InputError as error:
        raise InvalidInput(str(error).splitlines()) from error
    outside = [row for row, ags in enumerate(children.ags) if not str(ags).startswith(region_key)]
    if outside:
        shown = [
            f"children, Zeile {row + 2}, Spalte „ags“: {children.ags[row]} liegt außerhalb von {region_key}."
            for row in outside[:SHOWN_PER_COLUMN]
        ]
        more = len(outside) - len(shown)
        raise InvalidInput(shown + ([f"… und {more} weitere Fehler derselben Art."] if more else []))
    if not len(children.n):
        raise InvalidInput(["children: Die Tabelle enthält keine Zeile mit Kindern."])
    return children


def _build_counts(load: ChildrenLoad, children: Children) -> list[ChildrenCount]:
    """Unsaved rows; rows of the same cell, phase and group are added up."""
    scheme = shipped_scheme()
    rows: dict[tuple[Any, ...], ChildrenCount] = {}
    for position in range(len(children.n)):
        key = (children.cell[position], int(children.phase[position]), int(children.group[position]))
        if key in rows:
            rows[key].n += float(children.n[position])
            continue
        rows[key] = ChildrenCount(
            load=load,
            cell=key[0],
            x=float(children.x[position]),
            y=float(children.y[position]),
            ags=children.ags[position],
            phase=scheme.phase_codes[key[1]],
            group=scheme.group_codes[key[2]],
            n=float(np.float64(children.n[position])),
        )
    return list(rows.values())
