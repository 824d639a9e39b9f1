"""What an import would do, decided without writing: the dry run and the import itself follow the same
plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kekiz.accounts import rules as account_rules
from kekiz.accounts.actors import Actor, SystemActor
from kekiz.accounts.areas import is_covered
from kekiz.register import rules
from kekiz.register.facets import Mode, OfferState
from kekiz.register.import_content import as_plain
from kekiz.register.import_models import ImportLink
from kekiz.register.import_partners import PartnerFinder, find_faults, give_keys
from kekiz.register.imports.rows import CHUNK, Progress, ReadRow
from kekiz.register.models import Offer, Provider, Site
from kekiz.register.search_text import fold_text

NEW, CHANGED, SAME, REFUSED, SKIPPED = "new", "changed", "same", "refused", "skipped"
OUTCOMES = {
    NEW: "neu", CHANGED: "geändert", SAME: "unverändert", REFUSED: "nicht übernommen", SKIPPED: "ausgelassen",
}  # fmt: skip


@dataclass(frozen=True)
class Options:
    """How a list is taken over.

    ``target`` is the state of new and changed offers (draft or in_review); ``keep_unplaced`` takes offers
    whose
    place was not found as drafts without one; ``skipped`` are row numbers to leave out; ``area`` is where
    offers
    without a site belong (AGS prefixes).
    """

    target: str = OfferState.DRAFT
    keep_unplaced: bool = False
    skipped: frozenset[int] = frozenset()
    area: tuple[str, ...] = ()

    def as_content(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "target": str(self.target), "keep_unplaced": self.keep_unplaced, "skipped": sorted(self.skipped),
            "area": list(self.area),
        }  # fmt: skip

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Options:
        """From JSON values; unknown ones count as not said."""
        target = content.get("target")
        return cls(
            target=OfferState.IN_REVIEW if target == OfferState.IN_REVIEW else OfferState.DRAFT,
            keep_unplaced=bool(content.get("keep_unplaced")),
            skipped=frozenset(int(number) for number in content.get("skipped", ())),
            area=tuple(str(part) for part in content.get("area", ())),
        )


@dataclass
class PlannedOffer:
    """One entry of the list: its offer (unsaved, or stored and about to change), its sites, what happens."""

    row: ReadRow
    row_key: str
    offer: Offer
    sites: list[Site]
    values: dict[str, Any]
    outcome: str = NEW
    changed: dict[str, Any] = field(default_factory=dict)
    link: ImportLink | None = None


@dataclass
class ImportPlan:
    """Everything an import would write; ``outcomes`` by row number, ``gone`` are offers no longer in the
    list.
    """

    source: str
    options: Options
    providers: list[Provider] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    offers: list[PlannedOffer] = field(default_factory=list)
    outcomes: dict[int, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    read_rows: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to which outcome, and what else would be created."""
        values = list(self.outcomes.values())
        counts = {outcome: values.count(outcome) for outcome in OUTCOMES}
        return {
            "rows": self.read_rows,
            **counts,
            "providers": len(self.providers),
            "sites": len(self.sites),
            "gone": len(self.gone),
        }

    def of(self, *outcomes: str) -> list[PlannedOffer]:
        """The entries with one of these outcomes."""
        return [planned for planned in self.offers if planned.outcome in outcomes]


def plan_import(
    actor: Actor,
    source: str,
    rows: Sequence[ReadRow],
    options: Options,
    *,
    shares_ids: bool = False,
    progress: Progress = lambda done, of: None,
) -> ImportPlan:
    """Decide for every row what would happen; faults found on the way are added to the rows.

    ``shares_ids``: rows with the same id are one offer at several sites (HSDS). ``progress`` hears of
    entries decided.
    """
    plan = ImportPlan(source, options, read_rows=len(rows))
    for row in rows:
        if row.number in options.skipped:
            plan.outcomes[row.number] = SKIPPED
    candidates = [row for row in rows if row.number not in plan.outcomes]
    _forgive_places(candidates, options)
    _check_area(actor, candidates)
    groups = _group_rows([row for row in candidates if not row.is_wrong], shares_ids)
    builder = _Builder(plan, actor, candidates)
    links = {
        link.row_key: link
        for link in ImportLink.objects.filter(source=source)
        .select_related("offer__provider")
        .prefetch_related("offer__sites")
    }
    for number, (row_key, members) in enumerate(groups.items(), start=1):
        builder.add(row_key, members, links.get(row_key))
        if number % CHUNK == 0:
            progress(number, len(groups))
    builder.give_keys()
    for row in candidates:
        plan.outcomes.setdefault(row.number, REFUSED)
    stored = set(groups) | {make_row_key(row) for row in rows if row.external_id or row.offer.get("title")}
    plan.gone = sorted(
        link.offer.key
        for key, link in links.items()
        if key not in stored and link.offer.state != OfferState.ENDED
    )
    return plan


def make_row_key(row: ReadRow) -> str:
    """What an entry of a list is known by: its id, else a digest of title, provider and address."""
    if row.external_id:
        return row.external_id
    parts = [row.offer.get("title", ""), row.provider, row.place.street, row.place.postcode, row.place.town]
    return "#" + hashlib.sha256("\n".join(fold_text(part) for part in parts).encode()).hexdigest()[:40]


def _forgive_places(rows: Iterable[ReadRow], options: Options) -> None:
    """Where asked for, an unknown place is no fault: the offer comes as a draft without one."""
    if not options.keep_unplaced:
        return
    for row in rows:
        faults = [finding for finding in row.findings if finding.kind == "fault"]
        if faults and row.located is None and all(is_about_place(finding.text) for finding in faults):
            row.findings = [finding for finding in row.findings if finding.kind != "fault"]
            for finding in faults:
                row.remark(f"{finding.text} Übernommen als Entwurf ohne Ort.")


def is_about_place(text: str) -> bool:
    """Is a fault only about where the offer takes place?"""
    return text.startswith(("Der Punkt", "Der Ort ", "Zu welcher Kommune", "Es fehlen Adresse"))


def _check_area(actor: Actor, rows: Iterable[ReadRow]) -> None:
    if isinstance(actor, SystemActor):
        return
    held = account_rules.prefixes_of(actor, account_rules.COORDINATING)
    for row in rows:
        outside = [area for area in row.offer.get("service_area", ()) if not is_covered(area, held)]
        if outside and row.located is None:
            row.fault(f"Das Einzugsgebiet {', '.join(outside)} liegt nicht in Ihrem Gebiet.")
        if row.located and not is_covered(row.located.ags, held):
            row.fault(
                f"{row.located.town} liegt nicht in Ihrem Gebiet; das Angebot kann nur die dortige "
                f"Koordination übernehmen."
            )


def _group_rows(rows: Iterable[ReadRow], shares_ids: bool) -> dict[str, list[ReadRow]]:
    groups: dict[str, list[ReadRow]] = {}
    for row in rows:
        key = make_row_key(row)
        if key not in groups:
            groups[key] = [row]
        elif shares_ids and row.external_id:
            groups[key].append(row)
        elif row.external_id:
            row.fault(f"Die Kennung „{row.external_id}“ steht schon in Zeile {groups[key][0].number}.")
        else:
            row.fault(f"Titel, Träger und Adresse stehen genauso schon in Zeile {groups[key][0].number}.")
    return groups


class _Builder:
    """Builds providers, sites and offers; takes stored ones where they are the same."""

    def __init__(self, plan: ImportPlan, actor: Actor, rows: Iterable[ReadRow]) -> None:
        self.plan = plan
        self.actor = actor
        self.partners = PartnerFinder()
        keys = {row.own.key for row in rows if row.own is not None}
        stored = Offer.objects.select_related("provider").prefetch_related("sites") if keys else ()
        self._stored = {offer.key: offer for offer in stored if offer.key in keys}

    def add(self, row_key: str, rows: list[ReadRow], link: ImportLink | None) -> None:
        """Plan one entry of the list; several rows are one offer at several sites."""
        row = rows[0]
        sites = [site for one in rows if (site := self.partners.find_site(one)) is not None]
        sites = list({id(site): site for site in sites}.values())
        provider = self.partners.find_provider(row)
        if any(one.is_wrong for one in rows):
            return
        values = self._complete(row, provider, sites)
        link = link or self._find_same(row, row_key, provider, values)
        if link is not None:
            planned = self._plan_change(row, row_key, link, values, sites, provider)
        else:
            key = row.own.key if row.own else ""
            offer = Offer(key=key, provider=provider, state=self._target(values, sites), **values)
            planned = PlannedOffer(row, row_key, offer, sites, values)
        faults = find_faults(planned.offer, exclude={"key", "provider", "published"})
        for text in faults:
            row.fault(text)
        if faults:
            return
        self.plan.offers.append(planned)
        self.partners.adopt(provider, sites, self.plan.providers, self.plan.sites)
        for one in rows:
            self.plan.outcomes[one.number] = planned.outcome

    def _find_same(
        self, row: ReadRow, row_key: str, provider: Provider, values: dict[str, Any]
    ) -> ImportLink | None:
        """An export that comes home: a stored offer with this key and this provider is the one meant.

        The link is unsaved and says what the offer says now, so that every difference is taken over.
        """
        if row.own is None or not row.own.key or not provider.pk:
            return None
        offer = self._stored.get(row.own.key)
        if offer is None or offer.provider_id != provider.pk:
            return None
        sites = list(offer.sites.all())
        if not rules.can_edit_offer(self.actor, offer, sites):
            return None
        told = {name: getattr(offer, name) for name in values}
        content = describe_values(told, provider, sites)
        return ImportLink(source=self.plan.source, row_key=row_key, offer=offer, content=content)

    def _complete(self, row: ReadRow, provider: Provider, sites: list[Site]) -> dict[str, Any]:
        """The offer's values; one without a site belongs where the list says, else where the import says."""
        values = dict(row.offer)
        is_said = "service_area" in values and (values["service_area"] or isinstance(self.actor, SystemActor))
        if not sites and not is_said:
            values["service_area"] = list(self.plan.options.area)
        return values

    def _target(self, values: dict[str, Any], sites: list[Site]) -> str:
        is_complete = bool(sites) or values.get("mode", Mode.VISIT) != Mode.VISIT
        return self.plan.options.target if is_complete else OfferState.DRAFT

    def _plan_change(
        self,
        row: ReadRow,
        row_key: str,
        link: ImportLink,
        values: dict[str, Any],
        sites: list[Site],
        provider: Provider,
    ) -> PlannedOffer:
        """Only what the list says differently from last time is taken over: work done here in between
        stays.
        """
        offer, before = link.offer, link.content
        planned = PlannedOffer(row, row_key, offer, list(offer.sites.all()), values, SAME, link=link)
        content = describe_values(values, provider, sites)
        if offer.state == OfferState.ENDED:
            if content != before:
                row.remark("Das Angebot ist hier beendet; die Änderung der Liste ist nicht übernommen.")
            planned.values = {}
            return planned
        for name, value in values.items():
            if content[name] != before.get(name) and getattr(offer, name) != value:
                planned.changed[name] = value
                setattr(offer, name, value)
        # Values that were said last time and no longer are fall back to "not said".
        for name in set(before) - set(content) - {"provider", "sites"}:
            default = Offer._meta.get_field(name).get_default()  # type: ignore[union-attr]
            if getattr(offer, name) != default:
                planned.changed[name] = default
                setattr(offer, name, default)
        if content["provider"] != before.get("provider") and offer.provider != provider:
            planned.changed["provider"] = provider
            offer.provider = provider
        if content["sites"] != before.get("sites") and set(sites) != set(planned.sites):
            planned.changed["sites"] = sites
            planned.sites = sites
        if planned.changed:
            planned.outcome = CHANGED
            if offer.state != OfferState.PAUSED:
                offer.state = self._target(values, planned.sites)
        return planned

    def give_keys(self) -> None:
        """Keys for everything new, made of names, none of them taken."""
        give_keys(Provider, [(one, one.name) for one in self.plan.providers])
        give_keys(Site, [(one, f"{one.name} {one.town}") for one in self.plan.sites])
        new = [planned.offer for planned in self.plan.of(NEW)]
        give_keys(Offer, [(one, one.title) for one in new])


def describe_values(values: dict[str, Any], provider: Provider, sites: Iterable[Site]) -> dict[str, Any]:
    """What a list said about an offer, as JSON values."""
    places = sorted(
        f"{site.street}|{site.postcode}|{site.town}|{site.lat:.5f}|{site.lon:.5f}|{site.name}"
        for site in sites
    )
    plain = {name: as_plain(value) for name, value in values.items()}
    return {**plain, "provider": provider.name, "sites": places}
