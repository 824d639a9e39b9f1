"""Every address of the site × every kind of visitor × the status it answers with.

An address that is missing here fails the first test: whoever adds a page says who may see it.
"""

import pytest
from django.urls import URLPattern, get_resolver
from tests.web.conftest import open_browser

VISITORS = ("visitor", "frido", "dora", "eva", "cem", "bert", "alina")

OK, TO_LOGIN, AWAY, NO, MISSING = 200, 302, 302, 403, 404
# visitor, without role, provider, reader, municipality, youth office, coordination
EVERYBODY = (OK,) * 7
COCKPIT = (TO_LOGIN, NO, NO, OK, OK, OK, OK)
COORDINATION = (TO_LOGIN, NO, NO, NO, NO, NO, OK)
ONLY_COORDINATION_FINDS_NONE = (TO_LOGIN, NO, NO, NO, NO, NO, MISSING)
NOBODY_FINDS = (TO_LOGIN, NO, NO, MISSING, MISSING, MISSING, MISSING)
SIGNED_IN = (TO_LOGIN, OK, OK, OK, OK, OK, OK)
ONLY_VISITORS = (OK, AWAY, AWAY, AWAY, AWAY, AWAY, AWAY)
ALWAYS_AWAY = (
    AWAY,
) * 7  # a step in the middle of something that nobody here has begun, or asks to sign in again
NOT_SET_UP = (TO_LOGIN, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING)  # no second factor yet

NOBODY_KNOWS = (MISSING,) * 7
PROVIDERS = (TO_LOGIN, NO, OK, NO, NO, NO, NO)
LEMGOS_EDITORS = (
    TO_LOGIN,
    MISSING,
    OK,
    MISSING,
    MISSING,
    OK,
    OK,
)  # of the offer in Lemgo: its people, its area
REVIEWERS = (TO_LOGIN, NO, NO, NO, OK, OK, OK)
REVIEWERS_FIND_NONE = (TO_LOGIN, NO, NO, NO, MISSING, MISSING, MISSING)
NO_TOKEN = (401,) * 7  # whoever is signed in on the pages
NO_POST = (405,) * 7
UNKNOWN = "00000000-0000-4000-8000-000000000000"  # no such thing
COORDINATION = (TO_LOGIN, NO, NO, NO, NO, NO, OK)
COORDINATION_FINDS_NONE = (TO_LOGIN, NO, NO, NO, NO, NO, MISSING)  # no list has been sent here

# pattern as Django prints it: (example address, statuses in the order of VISITORS)
TABLE = {
    "favicon.ico": ("/favicon.ico", ALWAYS_AWAY),  # to the mark
    "gesund": ("/gesund", EVERYBODY),
    "": ("/", EVERYBODY),
    "angebote/": ("/angebote/", EVERYBODY),
    "angebot/<slug:key>/": ("/angebot/elterncafe/", EVERYBODY),
    "mein-kind/": ("/mein-kind/?monat=3&jahr=2025&ort=Lemgo", EVERYBODY),
    "mein-kind/drucken/": ("/mein-kind/drucken/?monat=3&jahr=2025", EVERYBODY),
    "mein-kind/kalender.ics": ("/mein-kind/kalender.ics?monat=3&jahr=2025", EVERYBODY),
    "fehlt-etwas/": ("/fehlt-etwas/", EVERYBODY),
    "fehlt-etwas/danke/": ("/fehlt-etwas/danke/", EVERYBODY),
    "offene-daten/": ("/offene-daten/", EVERYBODY),
    "offene-daten/<str:name>": ("/offene-daten/angebote.geojson", EVERYBODY),
    "wegweiser/": ("/wegweiser/", EVERYBODY),
    "wegweiser/<slug:key>.pdf": ("/wegweiser/05766044.pdf", EVERYBODY),
    "angebot/<slug:key>/termine.ics": (
        "/angebot/elterncafe/termine.ics",
        NOBODY_KNOWS,
    ),  # test_offer_calendar
    "konto/login/": ("/konto/login/", ONLY_VISITORS),
    "konto/logout/": ("/konto/logout/", SIGNED_IN),
    "konto/inactive/": ("/konto/inactive/", EVERYBODY),
    "konto/signup/": ("/konto/signup/", ONLY_VISITORS),  # says that the coordination opens accounts
    "konto/reauthenticate/": ("/konto/reauthenticate/", SIGNED_IN),
    "konto/email/": ("/konto/email/", SIGNED_IN),
    "konto/confirm-email/": ("/konto/confirm-email/", EVERYBODY),
    r"konto/^confirm-email/(?P<key>[-:\w]+)/$": ("/konto/confirm-email/abc/", EVERYBODY),
    "konto/password/change/": ("/konto/password/change/", SIGNED_IN),
    "konto/password/set/": ("/konto/password/set/", ALWAYS_AWAY),
    "konto/password/reset/": ("/konto/password/reset/", EVERYBODY),
    "konto/password/reset/done/": ("/konto/password/reset/done/", EVERYBODY),
    "konto/password/reset/key/done/": ("/konto/password/reset/key/done/", EVERYBODY),
    r"konto/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (
        "/konto/password/reset/key/1-abc/",
        EVERYBODY,
    ),
    "konto/login/code/confirm/": ("/konto/login/code/confirm/", ALWAYS_AWAY),
    "konto/2fa/": ("/konto/2fa/", SIGNED_IN),
    "konto/2fa/authenticate/": ("/konto/2fa/authenticate/", ALWAYS_AWAY),
    "konto/2fa/reauthenticate/": ("/konto/2fa/reauthenticate/", ALWAYS_AWAY),
    "konto/2fa/totp/activate/": ("/konto/2fa/totp/activate/", ALWAYS_AWAY),
    "konto/2fa/totp/deactivate/": ("/konto/2fa/totp/deactivate/", NOT_SET_UP),
    "konto/2fa/recovery-codes/": ("/konto/2fa/recovery-codes/", NOT_SET_UP),
    "konto/2fa/recovery-codes/generate/": ("/konto/2fa/recovery-codes/generate/", ALWAYS_AWAY),
    "konto/2fa/recovery-codes/download/": ("/konto/2fa/recovery-codes/download/", NOT_SET_UP),
    "api/v1/": ("/api/v1/", EVERYBODY),
    "api/v1/openapi.json": ("/api/v1/openapi.json", EVERYBODY),
    "api/v1/services": ("/api/v1/services", EVERYBODY),
    "api/v1/services/<uuidstr:service_id>": (f"/api/v1/services/{UNKNOWN}", NOBODY_KNOWS),
    "api/v1/organizations": ("/api/v1/organizations", EVERYBODY),
    "api/v1/organizations/<uuidstr:organization_id>": (f"/api/v1/organizations/{UNKNOWN}", NOBODY_KNOWS),
    "api/v1/service_at_locations": ("/api/v1/service_at_locations", EVERYBODY),
    "api/v1/service_at_locations/<uuidstr:place_id>": (
        f"/api/v1/service_at_locations/{UNKNOWN}",
        NOBODY_KNOWS,
    ),
    "api/v1/taxonomies": ("/api/v1/taxonomies", EVERYBODY),
    "api/v1/taxonomies/<uuidstr:taxonomy_id>": (f"/api/v1/taxonomies/{UNKNOWN}", NOBODY_KNOWS),
    "api/v1/taxonomy_terms": ("/api/v1/taxonomy_terms", EVERYBODY),
    "api/v1/taxonomy_terms/<uuidstr:term_id>": (f"/api/v1/taxonomy_terms/{UNKNOWN}", NOBODY_KNOWS),
    "api/": ("/api/", EVERYBODY),
    "api/v1/provider/offers": ("/api/v1/provider/offers", NO_TOKEN),
    "api/v1/provider/offers/<key>": ("/api/v1/provider/offers/elterncafe", NO_TOKEN),
    "api/v1/provider/offers/<key>/submit": ("/api/v1/provider/offers/elterncafe/submit", NO_POST),
    "api/v1/provider/sites": ("/api/v1/provider/sites", NO_TOKEN),
    "traeger/": ("/traeger/", PROVIDERS),
    "traeger/neu/": ("/traeger/neu/", PROVIDERS),
    "traeger/angebot/<slug:key>/": ("/traeger/angebot/elterncafe/", LEMGOS_EDITORS),
    "traeger/angebot/<slug:key>/<slug:step>/": ("/traeger/angebot/elterncafe/pausieren/", LEMGOS_EDITORS),
    "traeger/zugaenge/": ("/traeger/zugaenge/", PROVIDERS),
    "einladung/<str:signed>/": ("/einladung/abc/", NOBODY_KNOWS),  # with an open one: test_invitations
    "cockpit/pruefen/": ("/cockpit/pruefen/", REVIEWERS),
    "cockpit/pruefen/<slug:key>/": ("/cockpit/pruefen/elterncafe/", REVIEWERS_FIND_NONE),  # nothing waits
    "cockpit/einladungen/": ("/cockpit/einladungen/", COORDINATION),
    "cockpit/": ("/cockpit/", COCKPIT),
    "cockpit/tabelle/<slug:name>.csv": ("/cockpit/tabelle/kette.csv", COCKPIT),
    "cockpit/luecken/": ("/cockpit/luecken/", COCKPIT),
    "cockpit/luecken/<slug:phase>/": ("/cockpit/luecken/P3/", COCKPIT),
    "cockpit/luecke/<slug:phase>/<slug:field>/": ("/cockpit/luecke/P3/S2/", COCKPIT),
    "cockpit/luecke/<slug:phase>/<slug:field>/<slug:name>.csv": (
        "/cockpit/luecke/P3/S2/angebote.csv",
        COCKPIT,
    ),
    "cockpit/ueberschneidungen/": ("/cockpit/ueberschneidungen/", COCKPIT),
    "cockpit/ueberschneidungen.csv": ("/cockpit/ueberschneidungen.csv", COCKPIT),
    "cockpit/uebergaben/": ("/cockpit/uebergaben/", COCKPIT),
    "cockpit/uebergaben.csv": ("/cockpit/uebergaben.csv", COCKPIT),
    "cockpit/doppelte/": ("/cockpit/doppelte/", COORDINATION),
    "cockpit/doppelte/zusammengefuehrt/": ("/cockpit/doppelte/zusammengefuehrt/", COORDINATION),
    "cockpit/doppelte/<slug:slug>/": ("/cockpit/doppelte/orte/", COORDINATION),
    "cockpit/doppelte/<slug:slug>.csv": ("/cockpit/doppelte/angebote.csv", COORDINATION),
    "cockpit/doppelte/<slug:slug>/lernen/": ("/cockpit/doppelte/angebote/lernen/", COORDINATION),
    "cockpit/doppelte/<slug:slug>/<slug:left>/<slug:right>/": (
        "/cockpit/doppelte/angebote/elterncafe/erziehungsberatung/",  # nothing searched here
        ONLY_COORDINATION_FINDS_NONE,
    ),
    "cockpit/doppelte/<slug:slug>/<slug:left>/<slug:right>/zusammenfuehren/": (
        "/cockpit/doppelte/angebote/elterncafe/erziehungsberatung/zusammenfuehren/",
        ONLY_COORDINATION_FINDS_NONE,
    ),
    "cockpit/ueberschneidung/<str:key>/": (
        "/cockpit/ueberschneidung/erziehungsberatung+telefon/",
        COCKPIT,
    ),
    "cockpit/uebergabe/<str:key>/": ("/cockpit/uebergabe/P2-P3:hebamme+elterncafe/", COCKPIT),
    "cockpit/netzwerk/": ("/cockpit/netzwerk/", COCKPIT),
    "cockpit/netzwerk.csv": ("/cockpit/netzwerk.csv", COCKPIT),
    "stimmt-noch/danke/<slug:answer>/": ("/stimmt-noch/danke/bestaetigt/", EVERYBODY),
    "stimmt-noch/<str:token>/": ("/stimmt-noch/abc/", NOBODY_KNOWS),  # no such link: test_assure_pages
    "stimmt-noch/<str:token>/aendern/": ("/stimmt-noch/abc/aendern/", NOBODY_KNOWS),
    "mein-platz/": ("/mein-platz/", ALWAYS_AWAY),  # test_frame says where to
    "postfach/": ("/postfach/", EVERYBODY),  # the demo only: test_assure_pages
    "cockpit/aktualitaet/": ("/cockpit/aktualitaet/", COCKPIT),
    "cockpit/aktualitaet.csv": ("/cockpit/aktualitaet.csv", COCKPIT),
    "cockpit/aktualitaet/<slug:name>.csv": ("/cockpit/aktualitaet/kommunen.csv", COCKPIT),
    "cockpit/auslaufend/": ("/cockpit/auslaufend/", COCKPIT),
    "cockpit/auslaufend.csv": ("/cockpit/auslaufend.csv", COCKPIT),
    "cockpit/bedarfe/": ("/cockpit/bedarfe/", COORDINATION),
    "cockpit/bedarfe/<int:number>/": ("/cockpit/bedarfe/1/", ONLY_COORDINATION_FINDS_NONE),  # test_need_pages
    "cockpit/was-waere-wenn/": ("/cockpit/was-waere-wenn/", COCKPIT),
    "cockpit/planung/": ("/cockpit/planung/", COCKPIT),
    "cockpit/planung/praxen.csv": ("/cockpit/planung/praxen.csv", COCKPIT),
    "cockpit/planung/vergleich/": ("/cockpit/planung/vergleich/", (TO_LOGIN, NO, NO, AWAY, AWAY, AWAY, AWAY)),
    "cockpit/planung/vergleich.csv": ("/cockpit/planung/vergleich.csv", NOBODY_FINDS),
    "cockpit/planung/<int:number>/": ("/cockpit/planung/1/", NOBODY_FINDS),  # there is none: test_plan_pages
    "cockpit/planung/<int:number>/<slug:name>.csv": ("/cockpit/planung/1/massnahmen.csv", NOBODY_FINDS),
    "cockpit/listen/": ("/cockpit/listen/", COORDINATION),
    "cockpit/listen/<int:number>/": ("/cockpit/listen/1/", COORDINATION_FINDS_NONE),
    "cockpit/listen/<int:number>/spalten/": ("/cockpit/listen/1/spalten/", COORDINATION_FINDS_NONE),
    "cockpit/listen/<int:number>/pruefen/": ("/cockpit/listen/1/pruefen/", COORDINATION_FINDS_NONE),
    "cockpit/listen/<int:number>/stand": ("/cockpit/listen/1/stand", COORDINATION_FINDS_NONE),
    "cockpit/listen/<int:number>/liste.xlsx": ("/cockpit/listen/1/liste.xlsx", COORDINATION_FINDS_NONE),
    "cockpit/listen/<int:number>/<slug:what>": (
        "/cockpit/listen/1/verwerfen",
        (TO_LOGIN, NO, NO, NO, NO, NO, 405),  # only as a form that is sent
    ),
    "cockpit/wie-gerechnet/": ("/cockpit/wie-gerechnet/", COCKPIT),
    "cockpit/wie-gerechnet/kennwerte.csv": ("/cockpit/wie-gerechnet/kennwerte.csv", COCKPIT),
}
# The same patterns with values that lead nowhere.
NOWHERE = {
    "/cockpit/?gebiet=09162000": NOBODY_FINDS,
    "/cockpit/?gruppe=reich": NOBODY_FINDS,
    "/cockpit/tabelle/geheim.csv": NOBODY_FINDS,
    "/cockpit/luecken/P9/": NOBODY_FINDS,
    "/cockpit/luecke/P3/X1/": NOBODY_FINDS,
    "/cockpit/luecke/P3/S2/geheim.csv": NOBODY_FINDS,
    "/cockpit/was-waere-wenn/?art=zauberei": NOBODY_FINDS,
    "/cockpit/doppelte/kinder/": ONLY_COORDINATION_FINDS_NONE,
    "/cockpit/doppelte/angebote/?stapel=alle": ONLY_COORDINATION_FINDS_NONE,
    "/cockpit/ueberschneidungen/?stand=egal": NOBODY_FINDS,
    "/cockpit/ueberschneidung/gibt-es+nicht/": NOBODY_FINDS,
    "/cockpit/uebergaben/?uebergang=T9": NOBODY_FINDS,
    "/traeger/angebot/gibt-es-nicht/": (TO_LOGIN, *(MISSING,) * 6),
    "/traeger/angebot/turnen/": (TO_LOGIN, MISSING, MISSING, MISSING, MISSING, MISSING, OK),  # in Detmold
    "/traeger/angebot/elterncafe/verschenken/": (TO_LOGIN, *(MISSING,) * 6),
    "/cockpit/aktualitaet/?stand=alt": NOBODY_FINDS,
    "/cockpit/aktualitaet/kinder.csv": NOBODY_FINDS,
    "/cockpit/auslaufend/?monate=99": NOBODY_FINDS,
    "/stimmt-noch/danke/geheim/": (MISSING,) * 7,
    "/cockpit/bedarfe/?stand=offen": ONLY_COORDINATION_FINDS_NONE,
    "/offene-daten/analyse.csv": (MISSING,) * 7,  # nothing is published here: test_publication_pages
    "/offene-daten/entwuerfe.csv": (MISSING,) * 7,
    "/wegweiser/09162000.pdf": (MISSING,) * 7,
    "/angebot/gibt-es-nicht/": (MISSING,) * 7,
    "/gibt-es-nicht/": (MISSING,) * 7,
}


def list_patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path
        else:
            yield from list_patterns(entry, path)


def test_every_address_is_in_the_table():
    assert set(list_patterns()) == set(TABLE)


@pytest.mark.parametrize("place", range(len(VISITORS)), ids=VISITORS)
def test_who_may_see_what(run, place):
    browser = open_browser(VISITORS[place])
    wanted = {path: statuses[place] for path, statuses in [*TABLE.values(), *NOWHERE.items()]}
    assert {path: ask(browser, path) for path in wanted} == wanted


def ask(browser, path):
    """The status of an answer; a file is read to its end, which closes it."""
    answer = browser.get(path)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return answer.status_code


def test_the_login_leads_back_to_the_page_that_asked_for_it(run):
    answer = open_browser("visitor").get("/cockpit/luecke/P3/S2/?gebiet=05766044")
    assert answer.url == "/konto/login/?next=/cockpit/luecke/P3/S2/%3Fgebiet%3D05766044"
