"""Load a whole register at once (demo, import): every row is checked first, then all are stored or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Subquery

from kekiz.accounts.actions import write_log_entry
from kekiz.accounts.actors import Actor
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import User
from kekiz.engine.problems import SHOWN_PER_COLUMN, Problem
from kekiz.register import rules
from kekiz.register.actions.offers import OFFER_VALUES
from kekiz.register.actions.providers import PROVIDER_VALUES, SITE_VALUES
from kekiz.register.content import build_places, build_version, describe_offer
from kekiz.register.facets import Mode, OfferState
from kekiz.register.models import (
    Cooperation,
    Offer,
    OfferVersion,
    Provider,
    PublishedPlace,
    SearchEntry,
    Site,
)
from kekiz.register.search.entries import build_entry

Row = Mapping[str, Any]
Keyed = dict[str, Any]
BATCH = 500
# The first row of a sheet is its header, so the first entry is row 2: as the engine's tables count.
FIRST_ROW = 2
_CONNECTED = {"provider", "published"}
_SIDES = ("offer_a", "offer_b")


@dataclass(frozen=True)
class LoadedRegister:
    """How many rows were stored."""

    providers: int
    sites: int
    offers: int
    cooperations: int


@dataclass
class _Faults:
    """Collects what is wrong, per table and column only the first ones in words."""

    problems: list[Problem] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, table: str, row: int, column: str, message: str) -> None:
        self.counts[(table, column)] += 1
        if self.counts[(table, column)] <= SHOWN_PER_COLUMN:
            self.problems.append(Problem(table, message, row=row, column=column))

    def raise_all(self) -> None:
        if not self.problems:
            return
        messages = [str(problem) for problem in self.problems]
        hidden = sum(self.counts.values()) - len(messages)
        if hidden:
            messages.append(f"… und {hidden} weitere Fehler derselben Art.")
        raise InvalidInput(messages)


def load_register(
    *,
    actor: Actor,
    providers: Sequence[Row],
    sites: Sequence[Row],
    offers: Sequence[Row],
    cooperations: Sequence[Row] = (),
    publish: bool = True,
) -> LoadedRegister:
    """Store new providers, sites, offers and cooperations in one transaction; publish the offers if asked.

    A row maps column names to values: ``key`` and PROVIDER_VALUES, SITE_VALUES or OFFER_VALUES; an offer
    names its ``provider`` (key) and ``sites`` (keys), which may be stored already; a cooperation names
    ``offer_a``, ``offer_b`` (keys), ``kind`` and ``since``.
    Raises ActionDenied, or InvalidInput with all faults (table, row, column).
    """
    if not rules.can_load_register(actor, {str(row.get("ags", "")) for row in sites}):
        raise ActionDenied(
            "Ein ganzes Register liest nur die Koordination ein, in deren Gebiet alle Orte liegen."
        )
    faults = _Faults()
    with transaction.atomic():
        provider_rows = _read_rows("Träger", Provider, providers, PROVIDER_VALUES, faults)
        site_rows = _read_rows("Orte", Site, sites, SITE_VALUES, faults)
        known_providers = provider_rows | _find_stored(
            Provider, {str(row.get("provider", "")) for row in offers}
        )
        known_sites = site_rows | _find_stored(Site, {key for row in offers for key in row.get("sites", ())})
        offer_rows = _read_rows("Angebote", Offer, offers, OFFER_VALUES - {"provider"}, faults)
        places = _connect_offers(offers, offer_rows, known_providers, known_sites, faults, publish)
        pairs = _read_cooperations(cooperations, offer_rows, faults)
        faults.raise_all()
        for model, rows in ((Provider, provider_rows), (Site, site_rows), (Offer, offer_rows)):
            model._default_manager.bulk_create(rows.values(), batch_size=BATCH)
        _store_places(offer_rows, places)
        Cooperation.objects.bulk_create(pairs, batch_size=BATCH)
        if publish:
            _publish_all(actor, offer_rows, places)
        loaded = LoadedRegister(len(provider_rows), len(site_rows), len(offer_rows), len(pairs))
        _log_load(actor, loaded, {site.ags for site in site_rows.values()})
    return loaded


def _read_rows(
    table: str, model: type[models.Model], rows: Sequence[Row], columns: frozenset[str], faults: _Faults
) -> Keyed:
    """Unsaved rows by key. Foreign keys are connected later."""
    read: Keyed = {}
    stored = _find_stored(model, {str(row.get("key", "")) for row in rows})
    for number, values in enumerate(rows, start=FIRST_ROW):
        for column in sorted(set(values) - columns - {"key", "provider", "sites"}):
            faults.add(
                table,
                number,
                column,
                f"Die Spalte ist unbekannt. Möglich sind: {', '.join(sorted(columns))}.",
            )
        row = _build_row(model, values, columns)
        _check_row(table, number, row, faults)
        key = getattr(row, "key", "")
        if key in read or key in stored:
            faults.add(
                table,
                number,
                "key",
                f"Den Schlüssel „{key}“ gibt es schon. Jeder Schlüssel steht nur einmal.",
            )
        read.setdefault(key, row)
    return read


def _build_row(model: type[models.Model], values: Row, columns: frozenset[str]) -> models.Model:
    row = model(key=str(values.get("key", "")))
    for column in columns & set(values):
        is_empty = values[column] == "" and model._meta.get_field(column).null
        setattr(row, column, None if is_empty else values[column])
    return row


def _check_row(table: str, number: int, row: models.Model, faults: _Faults) -> None:
    # Not full_clean: uniqueness and foreign keys are checked for all rows together.
    checks: tuple[Callable[[], None], ...] = (partial(row.clean_fields, exclude=_CONNECTED), row.clean)
    for check in checks:
        try:
            check()
        except ValidationError as error:
            for column, messages in error.message_dict.items():
                for message in messages:
                    faults.add(table, number, column, message)
            return


def _find_stored(model: type[models.Model], keys: Iterable[str]) -> Keyed:
    wanted = sorted(keys)
    found: Keyed = {}
    for start in range(0, len(wanted), BATCH):
        for row in model._default_manager.filter(key__in=wanted[start : start + BATCH]):
            found[row.key] = row  # type: ignore[attr-defined]
    return found


def _connect_offers(
    rows: Sequence[Row], offers: Keyed, providers: Keyed, sites: Keyed, faults: _Faults, publish: bool
) -> dict[str, list[Site]]:
    """Set the provider of each offer; return its sites by the offer's key."""
    places: dict[str, list[Site]] = {}
    for number, row in enumerate(rows, start=FIRST_ROW):
        offer = offers[str(row.get("key", ""))]
        provider = providers.get(str(row.get("provider", "")))
        if provider is None:
            faults.add(
                "Angebote", number, "provider", f"Den Träger „{row.get('provider', '')}“ gibt es nicht."
            )
        else:
            offer.provider = provider
        keys = list(dict.fromkeys(row.get("sites", ())))
        for key in keys:
            if key not in sites:
                faults.add("Angebote", number, "sites", f"Den Ort „{key}“ gibt es nicht.")
        places[offer.key] = [sites[key] for key in keys if key in sites]
        if publish and offer.mode == Mode.VISIT and not keys:
            faults.add("Angebote", number, "sites", "Ein Angebot vor Ort braucht mindestens einen Ort.")
    return places


def _read_cooperations(rows: Sequence[Row], offers: Keyed, faults: _Faults) -> list[Cooperation]:
    named = {str(row.get(side, "")) for row in rows for side in _SIDES}
    known = offers | _find_stored(Offer, named - set(offers))
    taken = _find_stored_pairs(named - set(offers))
    pairs: list[Cooperation] = []
    for number, row in enumerate(rows, start=FIRST_ROW):
        a, b = (str(row.get(side, "")) for side in _SIDES)
        for side, key in zip(_SIDES, (a, b), strict=True):
            if key not in known:
                faults.add("Zusammenarbeit", number, side, f"Das Angebot „{key}“ gibt es nicht.")
        if a not in known or b not in known:
            continue
        pair = Cooperation(offer_a=known[a], offer_b=known[b])
        pair.kind, pair.since = row.get("kind") or pair.kind, row.get("since") or None
        _check_pair(number, pair, faults)
        if a == b:
            faults.add(
                "Zusammenarbeit", number, "offer_b", "Ein Angebot arbeitet nicht mit sich selbst zusammen."
            )
        if (a, b, pair.kind) in taken:
            faults.add("Zusammenarbeit", number, "offer_b", "Diese Zusammenarbeit ist schon eingetragen.")
        taken.add((a, b, pair.kind))
        pairs.append(pair)
    return pairs


def _find_stored_pairs(keys: set[str]) -> set[tuple[str, str, str]]:
    stored = Cooperation.objects.values_list("offer_a__key", "offer_b__key", "kind") if keys else ()
    return {pair for pair in stored if pair[0] in keys}


def _check_pair(number: int, pair: Cooperation, faults: _Faults) -> None:
    try:
        pair.clean_fields(exclude={"offer_a", "offer_b"})
    except ValidationError as error:
        for column, messages in error.message_dict.items():
            faults.add("Zusammenarbeit", number, column, " ".join(messages))


def _store_places(offers: Keyed, places: dict[str, list[Site]]) -> None:
    through = Offer.sites.through
    links = [
        through(offer_id=offers[key].pk, site_id=site.pk) for key, sites in places.items() for site in sites
    ]
    through._default_manager.bulk_create(links, batch_size=BATCH)


def _publish_all(actor: Actor, offers: Keyed, places: dict[str, list[Site]]) -> None:
    publisher = actor if isinstance(actor, User) else None
    versions: list[OfferVersion] = []
    for key, offer in offers.items():
        content = describe_offer(offer, places[key], offer.provider)
        versions.append(build_version(offer, content, number=1, published_by=publisher))
    OfferVersion.objects.bulk_create(versions, batch_size=BATCH)
    published = [place for version in versions for place in build_places(version, version.content)]
    PublishedPlace.objects.bulk_create(published, batch_size=BATCH)
    SearchEntry.objects.bulk_create([build_entry(version) for version in versions], batch_size=BATCH)
    ids = [offer.pk for offer in offers.values()]
    newest = OfferVersion.objects.filter(offer=OuterRef("pk")).values("pk")[:1]
    for start in range(0, len(ids), BATCH):
        Offer.objects.filter(pk__in=ids[start : start + BATCH]).update(
            published=Subquery(newest), state=OfferState.PUBLISHED
        )


def _log_load(actor: Actor, loaded: LoadedRegister, ags: set[str]) -> None:
    districts = sorted({code[:5] for code in ags if code})
    write_log_entry(
        actor=actor,
        code="register.loaded",
        target_type="register",
        target_key=districts[0] if districts else "register",
        target_label=f"{loaded.offers} Angebote, {loaded.providers} Träger, {loaded.sites} Orte",
        area=" ".join(districts),
    )
