"""What HSDS has no column for, as terms of taxonomies: fields of need, life phases, facets of kekiz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kekiz.register import facets
from kekiz.register.hsds.identity import Identity

Json = dict[str, object]
FIELDS, PHASES, FACETS = "kekiz-fields", "kekiz-phases", "kekiz-facets"
VERSION = "1"
TAXONOMIES = {
    FIELDS: (
        "Bedarfsfelder",
        "Acht Felder, in denen Kinder etwas brauchen (Lebenslagen nach Laubstein, Holz, Seddig).",
    ),
    PHASES: ("Lebensphasen", "Sieben Phasen von der Schwangerschaft bis zum Übergang in den Beruf."),
    FACETS: ("Merkmale von Angeboten", "Merkmale, die HSDS nicht kennt; der Wert steht am Merkmal."),
}
# Facets of an offer that have no place in HSDS; each is an attribute with the value as text.
FACET_NAMES = {
    "key": "Schlüssel",
    "mode": "Form",
    "access": "Zugang",
    "cost": "Kosten",
    "hurdles": "Hürden",
    "system": "System",
    "level": "Stufe",
    "evidence": "Wirksamkeit",
    "barrier_free": "Barrierefreiheit",
    "opening_hours": "Öffnungszeiten (Schreibweise von OpenStreetMap)",
    "age_from_months": "Alter von (Monate)",
    "age_to_months": "Alter bis (Monate)",
    "plain_text": "Leichte Sprache",
    "summary": "Kurz gesagt",
    "permanent": "Dauerhaft",
    "until": "Läuft bis",
    "assured_by": "Bestätigt von",
    "is_invented": "Erfundenes Beispiel",
    "places": "Plätze im Jahr",
}
# Said only where the columns of HSDS cannot tell it, and of providers and sites.
FURTHER_NAMES = {
    "description": "Beschreibung",
    "street": "Straße und Hausnummer",
    "provider_kind": "Art des Trägers",
}


@dataclass(frozen=True)
class Term:
    """One term of a taxonomy."""

    taxonomy: str
    code: str
    name: str


def list_terms() -> Iterator[Term]:
    """All terms, taxonomy by taxonomy, in a fixed order."""
    for field in facets.SCHEME.fields:
        yield Term(FIELDS, field.code, field.name)
    for phase in facets.SCHEME.phases:
        yield Term(PHASES, phase.code, phase.name)
    for code, name in {**FACET_NAMES, **FURTHER_NAMES}.items():
        yield Term(FACETS, code, name)


def find_phases(age_from_months: int, age_to_months: int) -> list[str]:
    """Codes of the life phases that an age range touches."""
    return [
        phase.code
        for phase in facets.SCHEME.phases
        if phase.age_from < age_to_months and phase.age_to > age_from_months
    ]


def describe_taxonomy(identity: Identity, taxonomy: str) -> Json:
    """A taxonomy as HSDS writes it."""
    name, description = TAXONOMIES[taxonomy]
    return {
        "id": identity.name("taxonomy", taxonomy),
        "name": name,
        "description": description,
        "version": VERSION,
    }


def describe_term(identity: Identity, term: Term, *, full: bool = False) -> Json:
    """A term as HSDS writes it; ``full`` adds its taxonomy."""
    if not full:
        return _describe_term(identity, term)
    return {
        **_describe_term(identity, term),
        "taxonomy_detail": describe_taxonomy(identity, term.taxonomy),
    }


@lru_cache(maxsize=256)  # every offer names some thirty of them
def _describe_term(identity: Identity, term: Term) -> Json:
    return {
        "id": identity.name("term", term.taxonomy, term.code),
        "code": term.code,
        "name": term.name,
        "description": term.name,
        "taxonomy": term.taxonomy,
        "language": "de",
        "taxonomy_id": identity.name("taxonomy", term.taxonomy),
    }


TERMS = {(term.taxonomy, term.code): term for term in list_terms()}
