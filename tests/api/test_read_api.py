"""Reading the open API: pages, filters, one thing, errors, caching, and the schemas of HSDS 3.1."""

import uuid

import pytest
from django.test import Client
from tests.register.world import OFFERS, get_offer

from kekiz.accounts.actors import SYSTEM
from kekiz.register import actions

LISTS = {
    "/services": "service.json",
    "/organizations": "organization.json",
    "/service_at_locations": "service_at_location.json",
    "/taxonomies": "taxonomy.json",
    "/taxonomy_terms": "taxonomy_term.json",
}


def names(page):
    return [entry["name"] for entry in page["contents"]]


@pytest.mark.parametrize("address", LISTS)
def test_lists_and_single_entries_follow_the_schemas(address, read, hsds):
    page = read(address, full="true") if address.startswith(("/services", "/org")) else read(address)
    assert page["total_items"] == len(page["contents"]) > 0
    for entry in page["contents"]:
        assert hsds(LISTS[address], entry) == []
        assert hsds(LISTS[address], read(f"{address}/{entry['id']}")) == []


def test_a_service_says_what_families_see(read):
    service = next(one for one in read("/services", full="true")["contents"] if one["name"] == "Elterncafé")
    offer = get_offer("elterncafe")
    assert service["minimum_age"] == offer.age_from_months / 12
    assert service["organization"]["name"] == "Familienbünde Lemgo"
    (place,) = service["service_at_locations"]
    assert place["location"]["addresses"][0]["city"] == "Lemgo"
    assert place["location"]["external_identifier"] == "05766044"
    assert {"en", "de"} >= {language["code"] for language in service["languages"]}
    fields = [
        one["value"] for one in service["attributes"] if one["taxonomy_term"]["taxonomy"] == "kekiz-fields"
    ]
    assert fields == offer.fields


def test_nothing_is_null_or_made_up(read):
    def walk(value):
        assert value is not None
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(part)

    walk(read("/services", full="true"))


def test_pages_follow_each_other(read):
    whole = names(read("/services"))
    parts = [read("/services", page=page, per_page=2) for page in range(1, len(OFFERS) // 2 + 2)]
    assert [name for part in parts for name in names(part)] == whole
    assert parts[0]["first_page"]
    assert not parts[0]["last_page"]
    assert read("/services", page=99)["empty"]


def test_filters(read):
    assert names(read("/services", search="Turnen"))[0] == "Eltern-Kind-Turnen"
    organization = read("/organizations", search="Turnen")["contents"][0]
    assert len(read("/services", organization_id=organization["id"])["contents"]) < len(OFFERS)
    term = next(one for one in read("/taxonomy_terms", per_page=200)["contents"] if one["code"] == "S1")
    assert names(read("/services", taxonomy_term_id=term["id"])) == ["Elterncafé"]
    assert read("/services", modified_after="2999-01-01T00:00:00Z")["contents"] == []
    assert read("/services", taxonomy_term_id=str(uuid.uuid4()))["empty"]
    near = read("/service_at_locations", proximity="52.0285,8.8995,2")["contents"]
    assert {one["location"]["name"] for one in near} == {"Haus der Familie"}
    assert read("/service_at_locations", postcode="32756")["total_items"] == 2


def test_only_what_is_published_is_told(read):
    before = read("/services")["total_items"]
    service = read("/services", search="Elterncafé")["contents"][0]
    actions.pause_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    assert read("/services")["total_items"] == before - 1
    assert Client().get(f"/api/v1/services/{service['id']}").status_code == 404


def test_errors_are_problems(region):
    browser = Client()
    answers = {
        404: browser.get(f"/api/v1/services/{uuid.uuid4()}"),
        405: browser.post("/api/v1/services"),
        422: browser.get("/api/v1/services", {"page": "zwei", "per_page": 5000}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
    assert {fault["where"] for fault in answers[422].json()["errors"]} == {"query/page", "query/per_page"}
    assert browser.get("/api/v1/nothing").json()["status"] == 404
    assert browser.get("/api/v1/service_at_locations", {"proximity": "here"}).status_code == 422


def test_unchanged_answers_need_no_body(region):
    browser = Client()
    first = browser.get("/api/v1/services")
    again = browser.get("/api/v1/services", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content
    actions.pause_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    assert browser.get("/api/v1/services", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_pages_of_other_sites_may_read_without_cookies(region):
    answer = Client().get("/api/v1/services", headers={"origin": "https://familien.example.org"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Access-Control-Allow-Origin" not in Client().get(
        "/", headers={"origin": "https://familien.example.org"}
    )


def test_the_number_of_queries_does_not_grow_with_the_page(read, django_assert_max_num_queries):
    read("/services")
    with django_assert_max_num_queries(6):
        read("/services", full="true", per_page=200)
