"""The description of the open data for data portals: DCAT-AP 3 with the rules of DCAT-AP.de 3.0, as JSON-LD.

Sources: SEMIC, DCAT-AP 3.0 (mandatory: title, description, publisher of a catalogue; title and description of
a dataset; accessURL of a distribution); GovData, DCAT-AP.de 3.0 (contributor, licence by its list, political
geocoding by official keys).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kekiz.register.exports.formats import Licence

JsonLd = dict[str, Any]
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_EU = "http://publications.europa.eu/resource/authority/"
_FILE_TYPES = {
    "xlsx": "XLSX", "csv": "CSV", "hsds-json": "JSON", "hsds-csv": "ZIP", "geojson": "GEOJSON",
    "parquet": "PARQUET",
}  # fmt: skip
_THEMES = ("SOCI", "EDUC", "HEAL")  # population and society, education, health
# Official keys by length, as DCAT-AP.de names places.
_PLACES = {
    2: "http://dcat-ap.de/def/politicalGeocoding/stateKey/",
    5: "http://dcat-ap.de/def/politicalGeocoding/districtKey/",
    8: "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/",
}
_LEVELS = {2: "state", 5: "administrativeDistrict", 8: "municipality"}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}


@dataclass(frozen=True)
class Distribution:
    """One file of a dataset: its form, address, and size in bytes where it is known."""

    key: str
    title: str
    url: str
    media_type: str
    conforms_to: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Dataset:
    """A dataset: words, its files, when its contents last changed, keywords.

    ``frequency``: how often it changes, by the list of the EU; ``provenance``: where it comes from.
    """

    key: str
    title: str
    description: str
    distributions: Sequence[Distribution]
    modified: dt.datetime | None
    keywords: Sequence[str] = ()
    frequency: str = "UPDATE_CONT"
    provenance: str = ""


@dataclass(frozen=True)
class Portal:
    """Who publishes, where, and for which area (official key and name)."""

    page_url: str
    api_url: str
    openapi_url: str
    site_url: str
    area_key: str
    area_name: str
    contact_email: str


def describe_catalogue(portal: Portal, datasets: Sequence[Dataset], licence: Licence) -> JsonLd:
    """The catalogue with its datasets as JSON-LD."""
    page = portal.page_url
    publisher: JsonLd = {
        "@id": f"{page}#herausgeber",
        "@type": "foaf:Agent",
        "foaf:name": licence.publisher,
        "foaf:homepage": {"@id": portal.site_url},
    }
    nodes: list[JsonLd] = [
        publisher,
        {
            "@id": f"{page}#katalog",
            "@type": "dcat:Catalog",
            "dct:title": _german(f"Offene Daten: {portal.area_name}"),
            "dct:description": _german(
                f"Angebote für Kinder, Jugendliche und Familien in der Region {portal.area_name}, und was "
                "Kindern dort fehlt, sobald es veröffentlicht ist."
            ),
            "dct:publisher": {"@id": publisher["@id"]},
            "dct:language": {"@id": f"{_EU}language/DEU"},
            "dct:license": {"@id": licence.catalogue_url},
            "foaf:homepage": {"@id": page},
            "dcat:dataset": [{"@id": f"{page}#{one.key}"} for one in datasets],
            "dcat:service": {"@id": f"{page}#api"},
            **_describe_area(portal),
        },
        _describe_service(portal, datasets, licence, publisher),
        *_list_vocabulary(portal, datasets, licence),
    ]
    for dataset in datasets:
        nodes += [_describe_dataset(portal, dataset, publisher)]
        nodes += [_describe_distribution(portal, dataset, one, licence) for one in dataset.distributions]
    if portal.contact_email:
        nodes.append(
            {
                "@id": f"{page}#kontakt",
                "@type": "vcard:Kind",
                "vcard:fn": licence.publisher,
                "vcard:hasEmail": {"@id": f"mailto:{portal.contact_email}"},
            }
        )
    return {"@context": _CONTEXT, "@graph": nodes}


def write_json_ld(described: JsonLd) -> bytes:
    """As bytes, the same for the same description."""
    return json.dumps(described, ensure_ascii=False, indent=1).encode()


def write_turtle(described: JsonLd) -> bytes:
    """The same triples as Turtle."""
    from rdflib import Graph  # noqa: PLC0415 - takes a third of a second to load

    graph = Graph().parse(data=write_json_ld(described), format="json-ld")
    return graph.serialize(format="turtle", encoding="utf-8")


def _describe_dataset(portal: Portal, dataset: Dataset, publisher: JsonLd) -> JsonLd:
    page = portal.page_url
    described: JsonLd = {
        "@id": f"{page}#{dataset.key}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{page}#{dataset.key}",
        "dct:title": _german(dataset.title),
        "dct:description": _german(dataset.description),
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:language": {"@id": f"{_EU}language/DEU"},
        "dct:accrualPeriodicity": {"@id": f"{_EU}frequency/{dataset.frequency}"},
        "dcat:theme": [{"@id": f"{_EU}data-theme/{theme}"} for theme in _THEMES],
        "dcat:keyword": [_german(word) for word in dataset.keywords],
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [{"@id": f"{page}#{dataset.key}-{one.key}"} for one in dataset.distributions],
        **_describe_area(portal),
    }
    if portal.contact_email:
        described["dcat:contactPoint"] = {"@id": f"{page}#kontakt"}
    if dataset.provenance:
        described["dct:provenance"] = {
            "@id": f"{page}#{dataset.key}-herkunft",
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": _german(dataset.provenance),
        }
    return described | _write_modified(dataset)


def _describe_distribution(
    portal: Portal, dataset: Dataset, distribution: Distribution, licence: Licence
) -> JsonLd:
    described: JsonLd = {
        "@id": f"{portal.page_url}#{dataset.key}-{distribution.key}",
        "@type": "dcat:Distribution",
        "dct:title": _german(distribution.title),
        "dcat:accessURL": {"@id": distribution.url},
        "dcat:downloadURL": {"@id": distribution.url},
        "dcat:mediaType": {"@id": f"{MEDIA_TYPES}{distribution.media_type}"},
        "dct:format": {"@id": f"{_EU}file-type/{_FILE_TYPES[distribution.key]}"},
        "dct:license": {"@id": licence.catalogue_url},
        "dcatap:availability": {"@id": f"{_EU}planned-availability/AVAILABLE"},
        "dcatde:licenseAttributionByText": _german(licence.publisher),
    }
    if distribution.conforms_to:
        described["dct:conformsTo"] = {"@id": distribution.conforms_to}
    if distribution.size is not None:
        described["dcat:byteSize"] = {"@value": str(distribution.size), "@type": "xsd:nonNegativeInteger"}
    return described | _write_modified(dataset)


def _describe_service(
    portal: Portal, datasets: Sequence[Dataset], licence: Licence, publisher: JsonLd
) -> JsonLd:
    return {
        "@id": f"{portal.page_url}#api",
        "@type": "dcat:DataService",
        "dct:title": _german("Offene Schnittstelle (HSDS 3.1)"),
        "dcat:endpointURL": {"@id": portal.api_url},
        "dcat:endpointDescription": {"@id": portal.openapi_url},
        "dcat:servesDataset": [{"@id": f"{portal.page_url}#{one.key}"} for one in datasets[:1]],
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:license": {"@id": licence.catalogue_url},
    }


def _list_vocabulary(portal: Portal, datasets: Sequence[Dataset], licence: Licence) -> list[JsonLd]:
    """What the nodes above point to, with its kind, so that the description can be checked on its own."""
    names = {one.key for dataset in datasets for one in dataset.distributions}
    media = sorted({one.media_type for dataset in datasets for one in dataset.distributions})
    standards = sorted({one.conforms_to for dataset in datasets for one in dataset.distributions} - {""})
    nodes: list[JsonLd] = [
        {"@id": licence.catalogue_url, "@type": "dct:LicenseDocument", "dct:title": _german(licence.name)},
        {"@id": f"{_EU}language/DEU", "@type": "dct:LinguisticSystem"},
        _name_concept(f"{_EU}planned-availability/AVAILABLE", "verfügbar"),
        {"@id": portal.site_url, "@type": "foaf:Document"},
        {"@id": portal.page_url, "@type": "foaf:Document"},
    ]
    words = {
        "SOCI": "Bevölkerung und Gesellschaft",
        "EDUC": "Bildung, Kultur und Sport",
        "HEAL": "Gesundheit",
    }
    nodes += [_name_concept(f"{_EU}data-theme/{theme}", words[theme]) for theme in _THEMES]
    nodes += [{"@id": f"{MEDIA_TYPES}{one}", "@type": "dct:MediaType"} for one in media]
    nodes += [
        {"@id": f"{_EU}file-type/{_FILE_TYPES[name]}", "@type": "dct:MediaTypeOrExtent"}
        for name in sorted(names)
    ]
    nodes += [{"@id": one, "@type": "dct:Standard"} for one in standards]
    frequencies = sorted({dataset.frequency for dataset in datasets})
    nodes += [{"@id": f"{_EU}frequency/{one}", "@type": "dct:Frequency"} for one in frequencies]
    area = _describe_area(portal)
    if area:
        nodes.append(
            {
                "@id": area["dct:spatial"]["@id"],
                "@type": "dct:Location",
                "skos:prefLabel": _german(portal.area_name),
            }
        )
    return nodes


def _name_concept(url: str, name: str) -> JsonLd:
    return {"@id": url, "@type": "skos:Concept", "skos:prefLabel": _german(name)}


def _describe_area(portal: Portal) -> JsonLd:
    """The place by its official key; nothing where the region has none."""
    length = len(portal.area_key)
    if length not in _PLACES or not portal.area_key.isdigit():
        return {}
    url = f"{_PLACES[length]}{portal.area_key}"
    return {
        "dct:spatial": {"@id": url},
        "dcatde:politicalGeocodingURI": {"@id": url},
        "dcatde:politicalGeocodingLevelURI": {
            "@id": f"http://dcat-ap.de/def/politicalGeocoding/Level/{_LEVELS[length]}"
        },
    }


def _write_modified(dataset: Dataset) -> JsonLd:
    if dataset.modified is None:
        return {}
    moment = dataset.modified.astimezone(dt.UTC).isoformat(timespec="seconds")
    return {"dct:modified": {"@value": moment, "@type": "xsd:dateTime"}}


def _german(text: str) -> JsonLd:
    return {"@value": text, "@language": "de"}
