"""What one run publishes, seen as one system, and which of its numbers stay a dot.

Pages, files and reports show the same counts in many cuts: a municipality, its youth welfare office and
the region; a link, its phase and the whole chain; a group and all children. They are suppressed together,
once, when the run is made (docs/adr/0029-small-numbers-as-one-system.md, docs/method.md: Small numbers).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kekiz.engine.disclosure import Axis, build_axis, extend_table, suppress_row, suppress_table
from kekiz.engine.gaps import REASONS
from kekiz.engine.scheme import Scheme
from kekiz.engine.tables import Children

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HIDDEN = "hidden"  # name of the table
ALL = ""  # the whole region, all phases, all fields, all groups
COLUMNS = ("table", "area", "phase", "field", "group", "offer")


@dataclass(frozen=True)
class SmallNumbers:
    """What counts as small.

    ``smallest_count``: children; fewer, but not none, are left out. ``width``: nobody can pin a count left
    out closer than that. ``smallest_whole``: children that a share without a count beside it has to rest on.
    """

    smallest_count: float = 3.0
    width: float = 3.0
    smallest_whole: float = 10.0


SMALL_NUMBERS = SmallNumbers()


def name_area(municipalities: Iterable[str]) -> str:
    """The name of an area of several municipalities in the table: their keys, in order."""
    return " ".join(sorted(municipalities))


@dataclass(frozen=True)
class AreaTree:
    """Municipalities and the published sums over them: groups without a common member, the region."""

    names: tuple[str, ...]  # of the nodes of ``axis``
    axis: Axis

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The leaves."""
        return self.names[: self.axis.leaves]


def plant_areas(municipalities: Sequence[str], areas: Iterable[Sequence[str]] = ()) -> AreaTree:
    """The tree of a region. Of areas that share a municipality only the first is published as a sum.

    Another one shows a figure only where those of all its municipalities are shown.
    """
    towns = sorted(municipalities)
    number: dict[str, int] = {}
    chosen: list[str] = []
    for area in areas:
        members = [town for town in towns if town in set(area)]
        if 1 < len(members) < len(towns) and not number.keys() & set(members):
            number.update(dict.fromkeys(members, len(chosen)))
            chosen.append(name_area(members))
    for town in towns:
        if town not in number:
            number[town] = len(chosen)
            chosen.append(town)
    axis = build_axis(len(towns), [number[town] for town in towns])
    return AreaTree((*towns, *chosen, ALL), axis)


def hide_small_numbers(
    tables: dict[str, pa.Table],
    children: Children,
    scheme: Scheme,
    *,
    areas: Iterable[Sequence[str]] = (),
    small: SmallNumbers = SMALL_NUMBERS,
    earlier: pa.Table | None = None,
    told: Iterable[tuple[str, str]] = (),
) -> pa.Table:
    """The table ``hidden`` of a run: a row for each number left out, and for each published area.

    ``tables``: ``links``, ``transitions`` and ``offers`` of the run; ``areas``: sets of municipalities that
    pages sum; ``earlier``: the table of an older run with the same needs, whose gaps stay gaps; ``told``:
    links (phase, field) whose needs an older run with the same needs has shown, as those of this run that
    nobody offers (``list_unoffered``). Their needs are shown however small, unless few children live there.
    ``table`` is "areas" (every published area), "needs" (a need and its reasons: area × phase × field ×
    group), "passages" (children who cross: area × transition, named in ``field``, × group) or "offers"
    (children who found a place at an offer, by field). "" is the sum. Same input, same rows, same order.
    """
    tree = plant_areas(sorted(set(tables["links"]["ags"].to_pylist())), areas)
    known = set() if earlier is None else _read_needs(earlier)
    rows = [{"table": "areas", "area": name} for name in sorted(set(tree.names))]
    rows += _hide_needs(tables["links"], children, scheme, tree, small, known, set(told))
    rows += _hide_passages(tables["transitions"], scheme, tree, small)
    rows += _hide_offers(tables["offers"], small)
    full = [{name: row.get(name, ALL) for name in COLUMNS} for row in rows]
    ordered = sorted({tuple(row.values()) for row in full})
    return pa.table(
        {name: pa.array([row[k] for row in ordered], pa.string()) for k, name in enumerate(COLUMNS)}
    )


def _read_needs(hidden: pa.Table) -> set[tuple[str, str, str, str]]:
    return {
        (row["area"], row["phase"], row["field"], row["group"])
        for row in hidden.to_pylist()
        if row["table"] == "needs"
    }


def list_unoffered(links: pa.Table) -> set[tuple[str, str]]:
    """The links (phase, field) that nobody in the region offers: all their children are ``no_offer``.

    Which these are is no secret, so ``no_offer`` of a sum over links tells the sum of their needs.
    """
    here = links.filter(pc.greater(links["no_offer"], 0))
    return set(zip(here["phase"].to_pylist(), here["field"].to_pylist(), strict=True))


def lay_out_links(links: pa.Table, scheme: Scheme, towns: Sequence[str]) -> Floats:
    """Children by municipality × link (phase by phase, its fields in order) × group × reason."""
    fields, groups = len(scheme.fields), len(scheme.groups)
    values = np.zeros((len(towns), len(scheme.phases) * fields, groups, len(REASONS)))
    index = (
        _find(links["ags"], towns),
        _find(links["phase"], scheme.phase_codes) * fields + _find(links["field"], scheme.field_codes),
        _find(links["group"], scheme.group_codes),
    )
    np.add.at(values, index, np.stack([links[name].to_numpy() for name in REASONS], axis=1))
    return values


def _find(column: pa.ChunkedArray, codes: Sequence[str]) -> NDArray[np.int64]:
    position = {code: index for index, code in enumerate(codes)}
    return np.array([position[code] for code in column.to_pylist()], dtype=np.int64)


def name_links(scheme: Scheme) -> list[tuple[str, str]]:
    """The nodes of the axis of links: phase and field; a phase with all fields; everything."""
    links = [(phase, field) for phase in scheme.phase_codes for field in scheme.field_codes]
    return [*links, *((phase, ALL) for phase in scheme.phase_codes), (ALL, ALL)]


def build_link_axis(scheme: Scheme) -> Axis:
    """Links, summed by phase, summed to the whole chain."""
    phases, fields = len(scheme.phases), len(scheme.fields)
    return build_axis(phases * fields, [phase for phase in range(phases) for _ in range(fields)])


def _hide_needs(
    links: pa.Table,
    children: Children,
    scheme: Scheme,
    tree: AreaTree,
    small: SmallNumbers,
    earlier: set[tuple[str, str, str, str]],
    told: set[tuple[str, str]],
) -> list[dict[str, str]]:
    parts = lay_out_links(links, scheme, tree.municipalities)
    axes = [tree.axis, build_link_axis(scheme), build_axis(len(scheme.groups))]
    names, groups = name_links(scheme), (*scheme.group_codes, ALL)
    extended = extend_table(parts.sum(axis=-1), axes)
    places = [(area, *link, group) for area in tree.names for link in names for group in groups]
    was_hidden = np.array([place in earlier for place in places], dtype=bool).reshape(extended.shape)
    unoffered = list_unoffered(links)
    # Neither secrets nor partners for one: whoever knows all that is shown knows these needs.
    for number, link in enumerate(names[: parts.shape[1]]):
        if link in unoffered:
            parts[:, number] = 0.0
        elif link in told:
            parts[:, number][~was_hidden[: len(parts), number, : parts.shape[2]]] = 0.0
    is_hidden = suppress_table(
        parts.sum(axis=-1),
        axes,
        threshold=small.smallest_count,
        protection=small.width,
        parts=parts,
        earlier=was_hidden if earlier else None,
    )
    for link in unoffered:
        _hide_with_sums(is_hidden, was_hidden, names, link)
    is_hidden |= _hide_few_children(children, scheme, tree, small)
    chosen = np.flatnonzero((is_hidden & (extended > 0)).ravel())
    keys = ("area", "phase", "field", "group")
    return [{"table": "needs", **dict(zip(keys, places[k], strict=True))} for k in chosen.tolist()]


def _hide_with_sums(
    is_hidden: Bools, was_hidden: Bools, names: Sequence[tuple[str, str]], link: tuple[str, str]
) -> None:
    """Leave out what was left out of a link that had offers, and the sums whose ``no_offer`` now tells it."""
    here = was_hidden[:, names.index(link)]
    for node in (link, (link[0], ALL), (ALL, ALL)):
        is_hidden[:, names.index(node)] |= here


def _hide_few_children(children: Children, scheme: Scheme, tree: AreaTree, small: SmallNumbers) -> Bools:
    """All links of a phase and group where few children live; so that norms do not lead back to their number.

    A need is children × a public share: of two links of a phase one tells the other. Where the children
    themselves are few, every link goes, with every sum over links and groups, here and in the areas that
    protect this one: along the areas all links of a phase move in step with the children.
    """
    phases, fields, groups = len(scheme.phases), len(scheme.fields), len(scheme.groups)
    count = np.zeros((len(tree.municipalities), phases, groups))
    town = {name: index for index, name in enumerate(tree.municipalities)}
    place = np.array([town.get(ags, -1) for ags in children.ags], dtype=np.int64)
    inside = place >= 0
    np.add.at(count, (place[inside], children.phase[inside], children.group[inside]), children.n[inside])
    is_hidden = np.zeros((len(tree.names), phases * (fields + 1) + 1, groups + 1), dtype=bool)
    for phase in range(phases):
        links = [*range(phase * fields, (phase + 1) * fields), phases * fields + phase, -1]
        for group in range(groups):
            few = suppress_table(
                count[:, phase, group], [tree.axis], threshold=small.smallest_count, protection=small.width
            )
            is_hidden[np.ix_(np.flatnonzero(few), np.array(links), np.array([group, -1]))] = True
    return is_hidden


def _hide_passages(
    transitions: pa.Table, scheme: Scheme, tree: AreaTree, small: SmallNumbers
) -> list[dict[str, str]]:
    towns = tree.municipalities
    codes = [transition.code for transition in scheme.transitions]
    table = transitions.filter(
        pc.and_(pc.not_equal(transitions["ags"], ALL), pc.not_equal(transitions["group"], ALL))
    )
    crossing = table["crossing"].to_numpy()
    handed = crossing * np.nan_to_num(table["with_handover"].to_numpy())
    parts = np.zeros((len(codes), len(towns), len(scheme.groups), 2))
    index = (
        _find(table["transition"], codes),
        _find(table["ags"], towns),
        _find(table["group"], scheme.group_codes),
    )
    np.add.at(parts, index, np.stack([handed, np.maximum(crossing - handed, 0.0)], axis=1))
    axes, groups = [tree.axis, build_axis(len(scheme.groups))], (*scheme.group_codes, ALL)
    rows = []
    for code, part in zip(codes, parts, strict=True):
        is_hidden = suppress_table(
            part.sum(axis=-1), axes, threshold=small.smallest_count, protection=small.width, parts=part
        )
        rows += [
            {"table": "passages", "area": tree.names[area], "field": code, "group": groups[group]}
            for area, group in np.argwhere(is_hidden).tolist()
        ]
    return rows


def _hide_offers(offers: pa.Table, small: SmallNumbers) -> list[dict[str, str]]:
    """Children at an offer, by field; their sum is what the region finds in the field (a nation: 90,000)."""
    names, fields = np.array(offers["offer"].to_pylist()), np.array(offers["field"].to_pylist())
    taken = offers["taken_found"].to_numpy()
    rows = []
    for field in sorted(set(fields.tolist())):
        here = np.flatnonzero(fields == field)
        is_hidden = suppress_row(taken[here], threshold=small.smallest_count, protection=small.width)
        rows += [
            {"table": "offers", "field": field, "offer": str(names[here[k]])}
            for k in np.flatnonzero(is_hidden[:-1]).tolist()
        ]
    return rows
