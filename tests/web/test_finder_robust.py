"""Whatever stands in the address: an answer, no cookie, few queries, quickly."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.finder_region import keep_stored, load_finder_region, offer_row

from kekiz.accounts.actors import SYSTEM
from kekiz.register.actions import load_register
from kekiz.register.queries import offers_for_family
from kekiz.web.finder.plain_words import AGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lippe")]
NAMES = (
    "q",
    "ort",
    "alter",
    "thema",
    "kostenlos",
    "sprache",
    "barrierefrei",
    "umkreis",
    "nahe",
    "seite",
    "fremd",
)
HOSTILE = (
    "", " ", "\x00", "\x1b[31m", "'; DROP TABLE register_offer; --", '"><script>alert(1)</script>', "%", "_",
    "\\", "-5", "-1j", "999999999999m", "1e309", "nan", "NaN,NaN", "inf,-inf", "1e400,9", "-0.0,0",
    "51.9,9.2,3", "0x10", "٣", "²", "a" * 5000, "ä" * 121, "x " * 3000, "{{ 7*7 }}", "../../etc/passwd",
    "\u202e\u2066", "\ud83d", "🍼" * 50, "Lügde\n", "M1 M2",
)  # fmt: skip
PAGES = ("/", "/angebote/", "/angebot/krabbelgruppe-luegde/", "/angebot/gibt-es-nicht/")
FULL_QUESTION = {"q": "Kind", "ort": "Lügde", "alter": "2j", "thema": "S1", "sprache": "de", "umkreis": "20"}


@pytest.fixture(scope="module")
def lippe(django_db_setup, django_db_blocker):
    """The region of the stories."""
    with keep_stored(django_db_blocker, load_finder_region):
        yield


values = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=200), st.sampled_from(sorted(AGES)))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES), values, max_size=6))
def test_any_question_gets_an_answer(question):
    printable = {name: value.encode("utf-8", "replace").decode() for name, value in question.items()}
    response = Client().get("/angebote/", printable, follow=True)
    assert response.status_code == 200
    page = response.content.decode()
    assert "<script>alert" not in page
    assert "<h1" in page


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", NAMES)
def test_each_hostile_value_in_each_parameter(name, value):
    response = Client().get("/angebote/", {name: value.encode("utf-8", "replace").decode()}, follow=True)
    assert response.status_code == 200


def test_an_endless_address_is_answered_at_once():
    response = Client().get("/angebote/", {"ort": "", "q": "ä" * 5000})
    assert response.status_code == 200
    assert "Ihre Suche ist zu lang (5000 Zeichen)" in response.content.decode()


def test_raw_bytes_in_the_address():
    assert Client().get("/angebote/?q=%ff%fe&ort=%00&alter=%c3%28").status_code == 200
    assert Client().get("/angebote/?" + "&".join(f"q={n}" for n in range(900))).status_code == 200


@pytest.mark.parametrize("key", ["a" * 300, "'--", "%00", "x%0d%0aSet-Cookie:a=b", "ä"])
def test_hostile_keys_of_offers(key):
    assert Client().get(f"/angebot/{key}/").status_code == 404


def test_a_text_that_is_too_long_is_refused_in_words():
    page = Client().get("/angebote/", {"q": "x" * 200}).content.decode()
    assert "Ihre Suche ist zu lang (200 Zeichen)" in page


def test_an_age_that_is_not_in_the_list_is_refused_in_words():
    page = Client().get("/angebote/", {"alter": "-3j"}).content.decode()
    assert "„-3j“ steht nicht in der Liste." in page


@pytest.mark.parametrize("page", PAGES)
def test_families_get_no_cookie(page):
    response = Client().get(page)
    assert not response.cookies
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("page", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(page):
    response = Client().get(page)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    text = response.content.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert response.headers["Permissions-Policy"].startswith("geolocation=(self)")


@pytest.mark.parametrize("page", PAGES)
def test_pages_only_read(page):
    assert Client().post(page).status_code == 405
    assert Client().head(page).status_code in {200, 404}


def count_queries(path: str, question: dict[str, str] | None = None) -> int:
    """How many queries a page makes, without the name of the region that the frame remembers."""
    with CaptureQueriesContext(connection) as queries:
        Client().get(path, question or {})
    return sum("'region'" not in query["sql"] for query in queries)


def test_the_number_of_queries_is_fixed():
    offers_for_family()  # the index is built once after a change
    assert count_queries("/") == 1
    assert count_queries("/angebote/") == 5  # two of them ask whether anything was published
    assert count_queries("/angebote/", FULL_QUESTION) == 7
    assert count_queries("/angebot/krabbelgruppe-luegde/") == 3


def test_looking_for_alternatives_stays_bounded():
    hopeless = FULL_QUESTION | {"q": "Raumfahrt", "alter": "25j", "kostenlos": "ja", "barrierefrei": "ja"}
    assert count_queries("/angebote/", hopeless) <= 36
    assert Client().get("/angebote/", hopeless).context["alternatives"].offers


def test_more_offers_need_no_more_queries():
    more = [offer_row(f"treff-{n}", f"Treff für Kinder {n}", "luegde-haus") for n in range(400)]
    load_register(actor=SYSTEM, providers=[], sites=[], offers=more)
    offers_for_family()
    assert count_queries("/angebote/", FULL_QUESTION) == 7
    answer = Client().get("/angebote/", FULL_QUESTION)
    assert answer.context["page"].paginator.count > 400
