"""Real open lists come through the same door; what arrives is compared with the source, row by row."""

import csv
import json

import pytest
from tests.register.imports.lists import LIPPE_PLACES

from kekiz.accounts.actors import SYSTEM
from kekiz.register.import_plan import Options, plan_import
from kekiz.register.imports.files import read_path
from kekiz.register.imports.gazetteer import Gazetteer, GazetteerPlace
from kekiz.register.imports.mapping import propose_mapping
from kekiz.register.imports.refusals import RefusedList
from kekiz.register.imports.rows import read_rows

pytestmark = pytest.mark.real
LEAST = 0.98
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@pytest.fixture(scope="module")
def german_places(data_folder):
    """A gazetteer as an installation of the region would have it: names of municipalities, bounds of
    districts.
    """
    folder = data_folder / "germany"
    with (folder / "de_gemeinden_einwohner_2022-12-31.csv").open(encoding="utf-8") as file:
        places = [GazetteerPlace(row["GEN"], row["AGS"]) for row in csv.DictReader(file)]
    districts = json.loads((folder / "de_kreise_vg250_simplified.geojson").read_text(encoding="utf-8"))[
        "features"
    ]
    bounds = {one["properties"]["AGS"]: one["geometry"] for one in districts}

    def choose(*starts):
        return Gazetteer(
            [place for place in places if place.ags.startswith(starts)],
            {key: geometry for key, geometry in bounds.items() if key.startswith(starts)},
        )

    return choose


def read_source(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_as_proposed(path, places, **fallbacks):
    sheet = read_path(path).largest
    rows = read_rows(sheet, propose_mapping(sheet).change({}, fallbacks), places)
    assert all(
        any(finding.kind == "fault" and finding.text for finding in row.findings)
        for row in rows
        if row.is_wrong
    )
    return sheet, rows


def share(results):
    results = list(results)
    return sum(results) / len(results)


def test_day_care_of_schleswig_holstein(db, data_folder, german_places):
    path = data_folder / "offers" / "sh_kitas_kitaportal.csv"
    _, rows = read_as_proposed(path, german_places("01"))
    source = read_source(path)
    assert len(rows) == len(source) == 1870
    valid = [
        (row, said)
        for row, said in zip(rows, source, strict=True)
        if said["lat"]
        and said["lon"]
        and said["age_from_months"]
        and said["age_to_months"]
        and float(said["age_from_months"]) < float(said["age_to_months"])
    ]
    assert len(valid) > 1700
    assert share(is_as_said(row, said) for row, said in valid) >= LEAST
    plan = plan_import(SYSTEM, "SH", rows, Options())
    assert plan.counts["new"] >= LEAST * len(valid)
    assert plan.counts["new"] + plan.counts["refused"] == 1870
    assert all(row.is_wrong for row in rows if plan.outcomes[row.number] == "refused")


def is_as_said(row, said):
    hours = f"Mo-Fr {said['opens']}-{said['closes']}"
    return (
        not row.is_wrong
        and (row.offer["age_from_months"], row.offer["age_to_months"])
        == (float(said["age_from_months"]), float(said["age_to_months"]))
        and row.offer["opening_hours"] == hours
        and (row.located.lat, row.located.lon) == (float(said["lat"]), float(said["lon"]))
        and row.offer["title"] == " ".join(said["name"].split())
        and row.provider == " ".join(said["provider"].split())
    )


def test_day_care_of_berlin_without_names(db, data_folder, german_places):
    path = data_folder / "offers" / "berlin_kitas_2017.csv"
    _, rows = read_as_proposed(path, german_places("11"))
    source = read_source(path)
    assert len(rows) == len(source) == 2552
    assert share(is_as_berlin_said(row, said) for row, said in zip(rows, source, strict=True)) >= LEAST
    plan = plan_import(SYSTEM, "Berlin", rows, Options())
    assert plan.counts["new"] >= LEAST * 2552
    assert all(row.is_wrong for row in rows if plan.outcomes[row.number] == "refused")


def is_as_berlin_said(row, said):
    return (
        (not row.is_wrong)
        and row.offer["age_from_months"] == int(said["min_age_months"])
        and unfold(row.offer.get("opening_hours", "")) == unfold(said["open"])
        and (row.located.lat, row.located.lon) == (float(said["lat"]), float(said["lon"]))
        and row.located.ags == "11000000"
        and row.offer.get("places") == (int(float(said["places"])) if said["places"] else None)
        and row.offer["title"].startswith(said["type"])
    )


def unfold(hours):
    """Weekday -> times, so that "Mo-Fr 8-17" equals five single days."""
    result = {}
    for rule in (part.strip() for part in hours.split(";") if part.strip()):
        days, times = rule.split(" ", 1)
        for part in days.split(","):
            first, _, last = part.partition("-")
            for day in DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]:
                result.setdefault(day, set()).update(times.replace(" ", "").split(","))
    return result


def test_youth_centres_from_plain_json(data_folder, german_places):
    path = data_folder / "offers" / "de_queer_centers.json"
    _, rows = read_as_proposed(path, german_places(""), fields="S1")
    source = json.loads(path.read_text(encoding="utf-8"))
    inside = [
        (row, said)
        for row, said in zip(rows, source, strict=True)
        if 47.2 < said["lat"] < 55.2 and 5.8 < said["lng"] < 15.1 and "Wien" not in said["address"]
    ]
    assert len(inside) == 48
    right = [
        not row.is_wrong
        and (row.located.lat, row.located.lon) == (said["lat"], said["lng"])
        and (said["min_age"] < 0 or row.offer["age_from_months"] == 12 * said["min_age"])
        and (said["max_age"] < 0 or row.offer["age_to_months"] == min(12 * said["max_age"], 324))
        for row, said in inside
    ]
    assert share(right) >= LEAST, [
        (row.offer["title"], row.findings) for (row, _), good in zip(inside, right, strict=True) if not good
    ]


def test_the_older_hsds_layout_of_ohana(data_folder):
    folder = data_folder / "hsds" / "ohana-sample-csv"
    sheet, rows = read_as_proposed(folder, LIPPE_PLACES, ages="0-27 Jahre", fields="M1")
    services, locations = (
        read_source(folder / "services.csv"),
        {one["id"]: one for one in read_source(folder / "locations.csv")},
    )
    assert sheet.form == "hsds"
    assert [row.offer["title"] for row in rows] == [one["name"].strip() for one in services]
    for row, service in zip(rows, services, strict=True):
        at = locations[service["location_id"]]
        if at["latitude"]:
            assert (row.place.lat, row.place.lon) == (float(at["latitude"]), float(at["longitude"]))
            assert any("liegt nicht in Deutschland" in finding.text for finding in row.findings), (
                "told, not guessed"
            )
    by_title = {row.offer["title"]: row for row in rows}
    hours = [row.offer.get("opening_hours") for row in rows]
    assert "Mo 08:00-12:00,14:00-16:00; We 10:00-15:00" in hours or any(
        "10:00-15:00" in (one or "") for one in hours
    )
    assert len(by_title) > 20


def test_ohana_arrives_as_drafts_without_a_place_where_asked_for(db, data_folder):
    _, rows = read_as_proposed(
        data_folder / "hsds" / "ohana-sample-csv", LIPPE_PLACES, ages="0-27 Jahre", fields="M1"
    )
    plan = plan_import(SYSTEM, "Ohana", rows, Options(keep_unplaced=True, area=("05766",)), shares_ids=True)
    adults = [row for row in rows if any("beginnt mit" in finding.text for finding in row.findings)]
    assert plan.counts["new"] == len(rows) - len(adults)
    assert adults, "offers for older people say why they are refused"


@pytest.mark.parametrize(
    "name",
    [
        "csv",
        "tabular.json",
        "service_full.json",
        "service_list.json",
        "organization_full.json",
        "service_at_location_full.json",
    ],
)
def test_the_examples_of_hsds(data_folder, name):
    path = data_folder / "hsds" / "hsds-3.1-dev-examples" / name
    _, (row,) = read_as_proposed(path, LIPPE_PLACES)
    assert row.offer["title"] == "Community Counselling"
    assert (row.offer["age_from_months"], row.offer["age_to_months"]) == (144, 324)
    if name != "service_list.json":
        assert row.provider == "Example Organization Inc."
        assert row.offer["opening_hours"] == "Th,Fr 10:00-18:00"
    assert any("liegt nicht" in one.text or "fehl" in one.text for one in row.findings)


@pytest.mark.parametrize(
    "name",
    [
        "base.json",
        "location.json",
        "organization_list.json",
        "taxonomy.json",
        "taxonomy_list.json",
        "taxonomy_term.json",
    ],
)
def test_examples_without_offers_are_refused_with_a_reason(data_folder, name):
    with pytest.raises(RefusedList) as caught:
        read_path(data_folder / "hsds" / "hsds-3.1-dev-examples" / name)
    assert "Angebote" in caught.value.reason
