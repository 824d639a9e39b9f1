"""Requests go to named hosts only, with limits; an HSDS API and two address services on this machine
answer.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.register.imports.lists import LIPPE_PLACES, plain_csv, read, row

from kekiz.register.imports.mapping import propose_mapping
from kekiz.register.imports.outgoing import RefusedRequest, fetch_json
from kekiz.register.imports.remote import build_geocoder, read_hsds_api
from kekiz.register.imports.rows import read_rows

PAGES = 3


def describe_service(number):
    place = {
        "location": {
            "name": "Haus",
            "latitude": 52.028,
            "longitude": 8.899,
            "addresses": [
                {
                    "address_1": f"Weg {number}",
                    "city": "Lemgo",
                    "postal_code": "32657",
                    "country": "DE",
                    "address_type": "physical",
                }
            ],
        }
    }
    return {
        "id": f"s{number}", "name": f"Elterncafé {number}", "status": "active", "description": "Kaffee",
        "minimum_age": 0, "maximum_age": 2, "organization": {"name": "Haus der Familie"},
        "schedules": [{"freq": "WEEKLY", "byday": "MO,WE", "opens_at": "09:00", "closes_at": "12:00"}],
        "service_at_locations": [place],
    }  # fmt: skip


class Answers(BaseHTTPRequestHandler):
    """An HSDS API with three pages; /nominatim/search and /photon/api; and what a bad server does."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self):
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        Answers.asked.append(self.path)
        page = int(query.get("page", 1))
        if parts.path == "/hsds/services":
            short = [{"id": f"s{page}-{n}", "name": "x", "status": "active"} for n in (1, 2)]
            self.send({"total_pages": PAGES, "page_number": page, "contents": short})
        elif parts.path.startswith("/hsds/services/"):
            self.send(describe_service(parts.path.rpartition("/")[2]) | {"id": parts.path.rpartition("/")[2]})
        elif parts.path == "/endless/services":
            self.send({"total_pages": 900, "contents": [describe_service(1)]})
        elif parts.path == "/strict/services":
            if "full" in query:
                self.send_error(422)
            else:
                self.send([describe_service(1)])
        elif parts.path == "/nominatim/search":
            self.send([{"lat": "52.0301", "lon": "8.9012"}] if "Mittelstr" in query["q"] else [])
        elif parts.path == "/photon/api":
            self.send({"features": [{"geometry": {"coordinates": [8.9012, 52.0301]}}]})
        elif parts.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data")
            self.end_headers()
        elif parts.path == "/html":
            self.send("<html>", plain=True)
        else:
            self.send_error(500)

    def send(self, content, plain=False):
        body = content.encode() if plain else json.dumps(content).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        """Quiet."""


@pytest.fixture(scope="module")
def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_hsds_api_is_read_page_by_page(host):
    seen = []
    sheet = read_hsds_api(
        f"http://{host}/hsds", hosts=[host], progress=lambda done, of: seen.append((done, of))
    ).largest
    assert len(sheet.rows) == 2 * PAGES
    assert seen == [(1, 3), (2, 3), (3, 3)]
    rows = read_rows(sheet, propose_mapping(sheet), LIPPE_PLACES)
    assert not any(one.is_wrong for one in rows)
    assert rows[0].offer["opening_hours"] == "Mo,We 09:00-12:00"
    assert (rows[0].offer["age_from_months"], rows[0].offer["age_to_months"]) == (0, 36), (
        "HSDS counts the last year in"
    )


def test_a_server_that_knows_no_full_answers_is_asked_without(host):
    assert len(read_hsds_api(f"http://{host}/strict", hosts=[host]).largest.rows) == 1


def test_an_api_that_repeats_itself_is_left(host):
    with pytest.raises(RefusedRequest, match="wiederholt"):
        read_hsds_api(f"http://{host}/endless", hosts=[host])


@pytest.mark.parametrize("path", ["/away", "/html", "/broken"])
def test_redirects_pages_and_errors_are_refused(host, path):
    with pytest.raises(RefusedRequest):
        fetch_json(f"http://{host}{path}", hosts=[host])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x", "http://localhost:1/x", "ftp://example.org/x", "http://user:pass@example.org/",
        "http://example.org:8080/", "file:///etc/passwd", "http://[::1]/", "http://example.org\n.evil.de/", "https:///x",
    ],
)  # fmt: skip
def test_hosts_that_are_not_named_are_never_asked(url):
    with pytest.raises(RefusedRequest, match=r"nicht freigegeben|keine Webadresse"):
        fetch_json(url, hosts=["example.org"])


def test_a_named_host_that_leads_inside_is_refused(monkeypatch):
    import socket

    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words, **named: inside)
    with pytest.raises(RefusedRequest, match="eigenen Netz"):
        fetch_json("https://api.example.org/x", hosts=["api.example.org"])


@pytest.mark.parametrize("path", ["/nominatim/search", "/photon/api"])
def test_addresses_are_placed_by_the_service_of_the_settings(host, path):
    sheet, mapping, _ = read(plain_csv([row(1), row(2)]))
    rows = read_rows(sheet, mapping, LIPPE_PLACES, geocode=build_geocoder(f"http://{host}{path}"))
    assert [(one.located.lat, one.located.lon) for one in rows] == [(52.0301, 8.9012)] * 2
    assert rows[0].located.ags == "05766044"


def test_a_service_that_fails_is_asked_three_times_and_the_gazetteer_answers(host):
    Answers.asked.clear()
    sheet, mapping, _ = read(plain_csv([row(number) for number in range(1, 7)]))
    rows = read_rows(sheet, mapping, LIPPE_PLACES, geocode=build_geocoder(f"http://{host}/broken/search"))
    assert len(Answers.asked) == 3
    assert {one.located.lat for one in rows} == {52.0279}
    assert all("ungefähr" in one.located.how for one in rows)


def test_without_a_service_nothing_is_asked():
    assert build_geocoder("") is None
