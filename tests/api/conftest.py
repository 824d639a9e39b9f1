"""The small published register, and a reader who checks answers against the schemas of HSDS 3.1."""

import json

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from tests.evidence.region import load_region
from tests.register.world import load_world


@pytest.fixture
def region(db):
    """Areas and the published register of three municipalities."""
    load_region()
    load_world()


@pytest.fixture
def kept_connection(db):
    """Requests through WSGI itself keep the connection of the test, as those of Django's own client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def read(region):
    """Ask the API as anybody may; gives the JSON of an answer with status 200."""
    browser = Client()

    def ask(address, **query):
        answer = browser.get(f"/api/v1{address}", query)
        assert answer.status_code == 200, answer.content
        assert not answer.cookies
        return answer.json()

    return ask


@pytest.fixture(scope="session")
def hsds(data_folder):
    """Checks a value against a schema of HSDS by name; gives the faults as sentences."""
    folder = data_folder / "hsds" / "schema"
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    registry = Registry().with_resources(
        [
            (name, Resource.from_contents(schema, default_specification=DRAFT202012))
            for name, schema in schemas.items()
        ]
    )

    def find_faults(name, value):
        checker = Draft202012Validator(
            schemas[name], registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in checker.iter_errors(value)]

    return find_faults
