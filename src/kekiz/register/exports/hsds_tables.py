"""The tables of an HSDS CSV package as far as kekiz fills them, after the datapackage of HSDS 3.1."""

from __future__ import annotations

from typing import Any

HSDS_VERSION = "3.1"
_TYPES = {
    "minimum_age": "number", "maximum_age": "number", "assured_date": "date", "latitude": "number",
    "longitude": "number", "opens_at": "time", "closes_at": "time", "amount": "number", "available": "number",
    "maximum": "number", "updated": "datetime",
}  # fmt: skip
# Table: its resource in the datapackage, columns, and which of them must be filled ("*").
TABLES = {
    "accessibility": ("accessibility", "id* location_id description"),
    "addresses": (
        "address", "id* location_id address_1* city* state_province* postal_code* country* address_type*",
    ),
    "attributes": ("attribute", "id* link_id* taxonomy_term_id* link_type link_entity* value"),
    "cost_options": ("cost_option", "id* service_id* option currency amount amount_description"),
    "funding": ("funding", "id* service_id source"),
    "languages": ("language", "id* service_id name code"),
    "locations": (
        "location",
        "id* location_type* name latitude longitude external_identifier external_identifier_type",
    ),
    "organizations": ("organization", "id* name* description* website"),
    "phones": ("phone", "id* service_id number* type"),
    "schedules": ("schedule", "id* service_id freq byday description opens_at closes_at"),
    "service_areas": ("service_area", "id* service_id name extent extent_type"),
    "service_at_location": ("service_at_location", "id* service_id* location_id*"),
    "service_capacity": (
        "service_capacity",
        "id* service_id* unit_id* available* maximum description updated*",
    ),
    "services": (
        "service",
        "id* organization_id* name* description url email status* application_process fees_description "
        "eligibility_description minimum_age maximum_age assured_date",
    ),
    "taxonomies": ("taxonomy", "id* name* description* version"),
    "taxonomy_terms": ("taxonomy_term", "id* code name* description* taxonomy language taxonomy_id"),
    "units": ("unit", "id* name*"),
}  # fmt: skip
_REFERENCES = {
    "location_id": "location", "service_id": "service", "organization_id": "organization",
    "taxonomy_term_id": "taxonomy_term", "taxonomy_id": "taxonomy", "unit_id": "unit",
}  # fmt: skip


def list_columns(table: str) -> list[str]:
    """The columns of a table in their order."""
    return TABLES[table][1].replace("*", "").split()


def describe_package(licence_url: str) -> dict[str, Any]:
    """The datapackage.json (Frictionless, tabular data package) of our tables."""
    return {
        "name": "kekiz-offers",
        "title": "Veröffentlichte Angebote",
        "profile": "tabular-data-package",
        "homepage": "https://docs.openreferral.org",
        "version": HSDS_VERSION,
        "licenses": [{"path": licence_url}],
        "resources": [_describe_table(table) for table in TABLES],
    }


def _describe_table(table: str) -> dict[str, Any]:
    resource, columns = TABLES[table]
    fields = [_describe_column(column) for column in columns.split()]
    keys = [
        {"fields": field["name"], "reference": {"resource": _REFERENCES[field["name"]], "fields": "id"}}
        for field in fields
        if field["name"] in _REFERENCES
    ]
    return {
        "name": resource,
        "path": f"{table}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": "id", **({"foreignKeys": keys} if keys else {})},
    }


def _describe_column(column: str) -> dict[str, Any]:
    name = column.rstrip("*")
    constraints = {"required": True} if column.endswith("*") else {}
    if name == "id":
        constraints["unique"] = True
    described: dict[str, Any] = {"name": name, "type": _TYPES.get(name, "string")}
    if described["type"] == "time":
        described["format"] = "%H:%M"
    return described | ({"constraints": constraints} if constraints else {})
