"""HSDS (Open Referral): services as JSON or as tables of a CSV package, current and older column layouts.

Every pair of service and location becomes one row; the rows of a service share its id and become one
offer with
several sites. Columns are named as in the standard, so that the mapping finds them by their names.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kekiz.register.opening_hours import DAYS, LONGEST_STRETCH_DAYS, write_date_item

from .refusals import RefusedList
from .sheets import Sheet, SheetRow, refuse_too_many

Row = dict[str, Any]
COLUMNS = (
    "service.id",
    "service.name",
    "organization.name",
    "service.description",
    "service.eligibility_description",
    "service.application_process",
    "service.minimum_age",
    "service.maximum_age",
    "service.fees",
    "service.languages",
    "service.schedules",
    "service.phones",
    "service.email",
    "service.url",
    "service.capacity",
    "service.taxonomy",
    "service.keywords",
    "service.funding",
    "service.assured_date",
    "service.status",
    "location.name",
    "location.location_type",
    "location.address_1",
    "location.city",
    "location.postal_code",
    "location.country",
    "location.latitude",
    "location.longitude",
    "location.accessibility",
)
_WEEKDAYS = {
    "monday": "Mo",
    "tuesday": "Tu",
    "wednesday": "We",
    "thursday": "Th",
    "friday": "Fr",
    "saturday": "Sa",
    "sunday": "Su",
}


def read_services(name: str, services: Iterable[Mapping[str, Any]]) -> Sheet:
    """Rows of services as the API gives them. Raises RefusedList where there are too many."""
    return build_sheet(name, (row for service in services for row in _read_service(service)))


def build_sheet(name: str, found: Iterable[Row]) -> Sheet:
    """A sheet with the columns of COLUMNS that hold anything. Raises RefusedList where there are too many."""
    rows: list[Row] = []
    for row in found:
        rows.append(row)
        refuse_too_many(len(rows))
    used = [column for column in COLUMNS if any(row.get(column) not in (None, "") for row in rows)]
    entries = tuple(
        SheetRow(number, tuple(row.get(column) for column in used))
        for number, row in enumerate(rows, start=1)
    )
    return Sheet(name, tuple(used), entries, header_rows=(), form="hsds")


def _read_service(service: Mapping[str, Any]) -> Iterator[Row]:
    organization = _dict(service.get("organization"))
    costs = [write_cost(option) for option in _dicts(service.get("cost_options"))]
    common: Row = {
        "service.id": service.get("id"),
        "service.name": service.get("name"),
        "organization.name": organization.get("name"),
        "service.description": service.get("description"),
        "service.eligibility_description": service.get("eligibility_description"),
        "service.application_process": service.get("application_process"),
        "service.minimum_age": service.get("minimum_age"),
        "service.maximum_age": service.get("maximum_age"),
        "service.fees": _join(service.get("fees_description") or service.get("fees"), *costs),
        "service.languages": _join(
            *(one.get("code") or one.get("name") for one in _dicts(service.get("languages")))
        ),
        "service.email": service.get("email"),
        "service.url": service.get("url") or organization.get("website"),
        "service.capacity": next((one.get("maximum") for one in _dicts(service.get("capacities"))), None),
        "service.taxonomy": _join(
            *(_dict(one.get("taxonomy_term")).get("name") for one in _dicts(service.get("attributes")))
        ),
        "service.funding": _join(*(one.get("source") for one in _dicts(service.get("funding")))),
        "service.assured_date": service.get("assured_date"),
        "service.status": service.get("status"),
    }
    places = _dicts(service.get("service_at_locations")) or [{}]
    return (common | _read_place(service, organization, place) for place in places)


def _read_place(service: Mapping[str, Any], organization: Mapping[str, Any], place: Mapping[str, Any]) -> Row:
    location = _dict(place.get("location"))
    address = next(
        (one for one in _dicts(location.get("addresses")) if one.get("address_type") != "postal"), None
    )
    address = address or next(iter(_dicts(location.get("addresses"))), {})
    sources = (place, service, location)
    schedules = next((found for one in sources if (found := _dicts(one.get("schedules")))), [])
    phones = next((found for one in (*sources, organization) if (found := _dicts(one.get("phones")))), [])
    return {
        "service.schedules": write_schedules(schedules),
        "service.phones": _join(*(phone.get("number") for phone in phones if is_voice(phone))),
        **describe_location(location, address),
        "location.accessibility": _join(
            *(one.get("description") for one in _dicts(location.get("accessibility")))
        ),
    }


def describe_location(location: Mapping[str, Any], address: Mapping[str, Any]) -> Row:
    """The columns of a location and its address."""
    return {
        "location.name": location.get("name"),
        "location.location_type": location.get("location_type"),
        "location.address_1": _join(address.get("address_1"), address.get("address_2")),
        "location.city": address.get("city"),
        "location.postal_code": address.get("postal_code"),
        "location.country": address.get("country"),
        "location.latitude": location.get("latitude"),
        "location.longitude": location.get("longitude"),
    }


def is_voice(phone: Mapping[str, Any]) -> bool:
    """Is this a number one can call?"""
    return str(phone.get("type") or phone.get("number_type") or "voice").lower() not in {"fax", "sms", "tty"}


def write_cost(option: Mapping[str, Any]) -> str:
    """One cost option in words: "Under 18s: 35 GBP per 1 hour session"."""
    amount = option.get("amount")
    price = f"{amount} {str(option.get('currency') or 'EUR').upper()}" if amount not in (None, "") else ""
    return " ".join(
        str(part) for part in (option.get("option"), price, option.get("amount_description")) if part
    )


def write_schedules(schedules: Iterable[Mapping[str, Any]]) -> str:
    """Schedules as opening hours in words that the reader of hours knows; other rhythms as a remark."""
    parts = []
    for one in schedules:
        opens, closes = _clock(one.get("opens_at")), _clock(one.get("closes_at"))
        days = str(one.get("byday") or _WEEKDAYS.get(str(one.get("weekday") or "").strip().lower(), ""))
        days = ",".join(day.strip().title() for day in days.replace(";", ",").split(",") if day.strip())
        is_weekly = (
            str(one.get("freq") or "WEEKLY").upper() == "WEEKLY" and str(one.get("interval") or "1") == "1"
        )
        times = f"{opens}-{closes}" if opens and closes else ""
        dates = _write_dates(one)
        if dates and times:
            weekdays = f"{days} " if "-" in dates and days else ""
            parts.append(f"{dates} {weekdays}{times}")
        elif days and times and is_weekly and all(day[-2:] in _WEEKDAYS.values() for day in days.split(",")):
            parts.append(f"{days} {times}")
        elif one.get("description"):
            parts.append('"' + " ".join(str(one["description"]).replace('"', " ").split())[:100] + '"')
        elif days or times:
            parts.append(f"{days} {times}".strip())
    return "; ".join(parts)


def _write_dates(schedule: Mapping[str, Any]) -> str:
    """The day of something that happens once, or the stretch with a first and a last day; "" for all else."""
    first = _day(schedule.get("dtstart") or schedule.get("valid_from"))
    last = _day(schedule.get("until") or schedule.get("valid_to"))
    if first and str(schedule.get("count") or "") in {"1", "1.0"}:
        # Once on several weekdays, or on another than the date's, says something else.
        weekday = DAYS[first.weekday()].upper()
        is_same_day = str(schedule.get("byday") or weekday).strip().upper() == weekday
        return write_date_item(first) if is_same_day else ""
    is_weekly = str(schedule.get("freq") or "WEEKLY").upper() == "WEEKLY"
    is_usual = str(schedule.get("interval") or "1") in {"1", "1.0"} and is_weekly
    if first and last and is_usual and first < last <= first + dt.timedelta(days=LONGEST_STRETCH_DAYS):
        return write_date_item(first, last)
    return ""


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def _clock(value: Any) -> str:
    text = str(value or "").strip()
    return text[:5] if len(text) >= 8 and text[2] == ":" and text[5] == ":" else text


def read_tables(name: str, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Sheet:
    """Rows of a CSV package: tables by name. Raises RefusedList without services."""
    if not tables.get("services"):
        raise RefusedList("Im HSDS-Paket fehlt die Tabelle „services“ oder sie ist leer.")
    return build_sheet(name, _join_tables(tables))


def _join_tables(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Row]:
    by = _Tables(tables)
    for service in tables["services"]:
        links = by.find("service_at_location", "service_id", service.get("id")) or by.find(
            "service_at_locations", "service_id", service.get("id")
        )
        places = [(link, by.one("locations", link.get("location_id"))) for link in links]
        if not places and service.get("location_id"):  # the older layout: a service stands at one location
            places = [({}, by.one("locations", service["location_id"]))]
        yield from (_join_row(by, service, link, location) for link, location in places or [({}, {})])


class _Tables:
    """Finds rows of a package by a key column."""

    def __init__(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._tables = tables
        self._indexes: dict[tuple[str, str], dict[str, list[Mapping[str, Any]]]] = {}

    def find(self, table: str, column: str, key: Any) -> list[Mapping[str, Any]]:
        """The rows whose column holds the key; none for an empty key."""
        if key in (None, ""):
            return []
        index = self._indexes.get((table, column))
        if index is None:
            index = defaultdict(list)
            for row in self._tables.get(table, ()):
                if row.get(column) not in (None, ""):
                    index[str(row[column])].append(row)
            self._indexes[(table, column)] = index
        return index.get(str(key), [])

    def one(self, table: str, key: Any) -> Mapping[str, Any]:
        """The row with this id, or an empty one."""
        return next(iter(self.find(table, "id", key)), {})

    def of_first(self, table: str, keys: Iterable[tuple[str, Any]]) -> list[Mapping[str, Any]]:
        """The rows of the first key that has any."""
        return next((found for column, key in keys if (found := self.find(table, column, key))), [])


def _join_row(
    by: _Tables, service: Mapping[str, Any], link: Mapping[str, Any], location: Mapping[str, Any]
) -> Row:
    place_keys = (
        ("service_at_location_id", link.get("id")),
        ("service_id", service.get("id")),
        ("location_id", location.get("id")),
    )
    organization = by.one("organizations", service.get("organization_id") or location.get("organization_id"))
    address = by.of_first("addresses", (("location_id", location.get("id")),)) or by.of_first(
        "physical_addresses", (("location_id", location.get("id")),)
    )
    schedules = by.of_first("schedules", place_keys) or by.of_first("regular_schedules", place_keys)
    phones = by.of_first("phones", (*place_keys, ("organization_id", organization.get("id"))))
    languages = by.of_first("languages", place_keys)
    capacity = by.find("service_capacity", "service_id", service.get("id"))
    access = by.find("accessibility", "location_id", location.get("id"))
    costs = [write_cost(option) for option in by.find("cost_options", "service_id", service.get("id"))]
    return {
        "service.id": service.get("id"),
        "service.name": service.get("name"),
        "organization.name": organization.get("name"),
        "service.description": service.get("description"),
        "service.eligibility_description": service.get("eligibility_description")
        or service.get("eligibility"),
        "service.application_process": service.get("application_process"),
        "service.minimum_age": service.get("minimum_age"),
        "service.maximum_age": service.get("maximum_age"),
        "service.fees": _join(service.get("fees_description") or service.get("fees"), *costs),
        "service.languages": _join(*(one.get("code") or one.get("name") for one in languages))
        or service.get("languages"),
        "service.schedules": write_schedules(schedules),
        "service.phones": _join(*(phone.get("number") for phone in phones if is_voice(phone))),
        "service.email": service.get("email") or location.get("email"),
        "service.url": service.get("url") or service.get("website") or location.get("website"),
        "service.capacity": next((one.get("maximum") for one in capacity), None),
        "service.keywords": service.get("keywords"),
        "service.funding": _join(
            *(one.get("source") for one in by.find("funding", "service_id", service.get("id")))
        ),
        "service.assured_date": service.get("assured_date"),
        "service.status": service.get("status"),
        **describe_location(location, next(iter(address), {})),
        "location.accessibility": _join(*(one.get("description") for one in access))
        or location.get("accessibility"),
    }


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _join(*parts: Any) -> str:
    return ", ".join(dict.fromkeys(str(part).strip() for part in parts if part not in (None, "")))
