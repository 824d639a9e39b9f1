"""Items of the lists to work through: a stable key, the evidence of the run, and where the item stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kekiz.analysis.models import ItemKind, Run, Verdict, VerdictCode
from kekiz.analysis.queries.figures import total_reasons
from kekiz.analysis.queries.pairs import MissingHandover, Overlap, has_pairs, missing_handovers, overlaps
from kekiz.analysis.queries.reasons import municipalities_in
from kekiz.analysis.queries.runs import RunId, read_inputs_of, run_id
from kekiz.analysis.standing import (
    Evidence,
    EvidenceChange,
    State,
    build_evidence,
    digest_evidence,
    find_changes,
)
from kekiz.engine.scheme import HURDLES, OFFER_MODES
from kekiz.evidence.models import Area

PAIR_MARK = "+"


@dataclass(frozen=True)
class Item:
    """Something people may judge; ``ags``: the municipalities it concerns."""

    kind: ItemKind
    key: str
    title: str
    ags: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True)
class OverlapEntry:
    """One line of the list of overlaps: a pair, or three and more offers of one kind in one municipality."""

    item: Item
    pairs: tuple[Overlap, ...]

    @property
    def lead(self) -> Overlap:
        """The pair that puts the entry where it stands."""
        return self.pairs[0]

    @property
    def is_group(self) -> bool:
        """Does it stand for more than one pair?"""
        return bool(self.lead.group)

    @property
    def rows(self) -> tuple[str, ...]:
        """The offers of the entry, as the engine names them, sorted."""
        return tuple(sorted({offer.row for pair in self.pairs for offer in (pair.first, pair.second)}))


@dataclass(frozen=True)
class HandoverEntry:
    """One line of the list of missing handovers."""

    item: Item
    handover: MissingHandover


@dataclass(frozen=True)
class Standing:
    """Where an item stands: the newest verdict, and what changed since."""

    state: State
    verdict: Verdict | None = None
    changes: tuple[EvidenceChange, ...] = ()


def overlap_entries(run: Run, area: Area | None) -> list[OverlapEntry]:
    """The overlaps of the area as people work through them: offers of one kind in a market are one entry."""
    if not has_pairs(run):
        return []
    grouped: dict[str, list[Overlap]] = {}
    for pair in overlaps(run, area):
        key = f"{pair.ags}:{pair.group}" if pair.group else PAIR_MARK.join((pair.first.row, pair.second.row))
        grouped.setdefault(key, []).append(pair)
    kinds = _describe_offers(run_id(run))
    return [_build_overlap_entry(key, tuple(pairs), kinds) for key, pairs in grouped.items()]


def _build_overlap_entry(key: str, pairs: tuple[Overlap, ...], kinds: dict[str, str]) -> OverlapEntry:
    lead = pairs[0]
    ags = (lead.ags,) if lead.ags else ()
    if lead.group:
        offers = {offer.row: offer for pair in pairs for offer in (pair.first, pair.second)}
        evidence = build_evidence({"offers": len(offers)}, {"members": " ".join(sorted(offers))})
        title = f"{len(offers)} Angebote, die einander vertreten könnten"
        return OverlapEntry(Item(ItemKind.OVERLAP, key, title, ags, evidence), pairs)
    figures = {
        "likeness": lead.likeness,
        "distance_km": lead.distance_km,
        "replaceable_a": lead.first.replaceable,
        "replaceable_b": lead.second.replaceable,
        "children_a": lead.first.children,
        "children_b": lead.second.children,
        "places_a": lead.first.places,
        "places_b": lead.second.places,
    }
    facts = {"offer_a": kinds[lead.first.row], "offer_b": kinds[lead.second.row]}
    title = f"{lead.first.name} und {lead.second.name}"
    return OverlapEntry(Item(ItemKind.OVERLAP, key, title, ags, build_evidence(figures, facts)), pairs)


def handover_entries(run: Run, area: Area | None) -> list[HandoverEntry]:
    """The missing handovers of the area, in the order of the work lists."""
    if not has_pairs(run):
        return []
    kinds = _describe_offers(run_id(run))
    return [_build_handover_entry(handover, kinds) for handover in missing_handovers(run, area)]


def _build_handover_entry(handover: MissingHandover, kinds: dict[str, str]) -> HandoverEntry:
    first, second = handover.first, handover.second
    item = Item(
        kind=ItemKind.HANDOVER,
        key=f"{handover.step}:{first.key}{PAIR_MARK}{second.key}",
        title=f"{first.name} → {second.name}",
        ags=(handover.ags,) if handover.ags else (),
        evidence=build_evidence(
            {"shared": handover.shared, "share_of_first": handover.share_of_first},
            {"offer_a": kinds[first.row], "offer_b": kinds[second.row]},
        ),
    )
    return HandoverEntry(item, handover)


def gap_key(phase: str, field: str, area: Area) -> str:
    """The key of the gap of a link in an area."""
    return f"{phase}.{field}@{area.key}"


def gap_item(run: Run, area: Area, phase: str, field: str, title: str) -> Item:
    """The gap of a link in an area, all groups together: the verdict is on the place, not on a group."""
    part = None if area.kind == Area.Kind.REGION else area
    figures = total_reasons(run, part, phase=phase, field=field).as_dict()
    ags = tuple(municipalities_in(run, part))
    return Item(ItemKind.GAP, gap_key(phase, field, area), title, ags, build_evidence(figures, {}))


@lru_cache(maxsize=4)
def _describe_offers(identity: RunId) -> dict[str, str]:
    """What the engine knows of each offer besides its places: another text, another offer to look at."""
    inputs = read_inputs_of(identity)
    offers, scheme = inputs.offers, inputs.scheme
    described = {}
    for index, row in enumerate(offers.offer.tolist()):
        fields = [code for bit, code in enumerate(scheme.field_codes) if int(offers.fields[index]) >> bit & 1]
        hurdles = [code for bit, code in enumerate(HURDLES) if int(offers.hurdles[index]) >> bit & 1]
        mode = OFFER_MODES[int(offers.mode[index])]
        # To 100 metres: a site that is measured anew is not another site.
        at = f"{offers.x[index] / 100:.0f} {offers.y[index] / 100:.0f}" if mode == "visit" else ""
        ages = f"{offers.age_from[index]:g} {offers.age_to[index]:g}"
        described[row] = "|".join(
            (" ".join(fields), ages, mode, " ".join(hurdles), str(offers.area[index]), at)
        )
    return described


def latest_verdicts(region_key: str, kind: str) -> dict[str, Verdict]:
    """The newest verdict of every item of a kind, by key."""
    given = Verdict.objects.filter(region_key=region_key, kind=kind).select_related("created_by", "run")
    return {verdict.item_key: verdict for verdict in given.order_by("pk")}


def verdicts_of(region_key: str, kind: str, item_key: str) -> list[Verdict]:
    """All verdicts of one item, newest first."""
    given = Verdict.objects.filter(region_key=region_key, kind=kind, item_key=item_key)
    return list(given.select_related("created_by", "run").order_by("-pk"))


def stand(item: Item, verdict: Verdict | None) -> Standing:
    """Where an item stands, given its newest verdict."""
    if verdict is None or verdict.verdict == VerdictCode.OPEN:
        return Standing(State.OPEN, verdict)
    if verdict.evidence_digest == digest_evidence(item.evidence):
        return Standing(State.DECIDED, verdict)
    changes = tuple(find_changes(verdict.evidence, item.evidence))
    return Standing(State.AGAIN if changes else State.DECIDED, verdict, changes)


def standings(run: Run, kind: str, items: Iterable[Item]) -> dict[str, Standing]:
    """Where the items of one kind stand, by key."""
    given = latest_verdicts(run.region_key, kind)
    return {item.key: stand(item, given.get(item.key)) for item in items}
