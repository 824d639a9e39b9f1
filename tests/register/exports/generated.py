"""Registers as hypothesis makes them: every facet, several sites, and texts that trip spreadsheets."""

import datetime as dt

from hypothesis import strategies as st
from tests.register.world import offer_row

from kekiz.register import facets

TRICKY = [
    "=1+1",
    "+49 5231 977-0",
    "+cmd|' /C calc'!A0",
    "-",
    "--",
    "n/a",
    "unbekannt",
    "@name",
    "'=x",
    "''+y",
    "'",
    '"',
    '""',
    "Summe",
    "Gesamt",
    "Titel",
    "_x0041_",
    "_x000D_",
    "0123",
    "007,50",
    "1.0",
    "1e5",
    "ja",
    "true",
    "01.02.2027",
    "12-3",
    "Eltern; Kinder, „Café“",
    "Zeile 1\nZeile 2",
    "Zeile 1\r\n\r\nZeile 2\r",
    "a\tb",
    "  doppelt  so  ",
    "Größe ß ẞ é e\u0301",
    "مرحبا",
    "Привет",
    "👶🏽",
    "\u00a0fest",
    "a\u2028b",
    "a\x85b",
    "a\x0bb\x00c",
    "<b>&amp;</b>",
    "{Titel}",
    "https://x.de",
    "#NV",
    "Haus der Familie",
    "Quelle: Amt",
    "\ufeffmark",
    "\u200bnull",
    "\\n",
    "a;b;c;d;e;f",
]
_SIGNS = "aZ äß\n\t;,'\"=+-@|{}_x0\u00a0é№"


def texts(longest, *, least=0):
    """Texts of every kind, not empty where `least` is 1."""
    found = st.one_of(st.sampled_from(TRICKY), st.text(_SIGNS, max_size=40), st.text(max_size=12))
    found = found.filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))
    found = found.map(lambda text: text.replace("\x00", "")[:longest])  # PostgreSQL has no such sign
    return found.filter(lambda text: len(text.strip()) > 0) if least else found


KEYS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,15}", fullmatch=True)
HOURS = st.sampled_from(
    [
        "",
        "Mo 09:00-12:00",
        "Mo-Fr 08:00-12:00,13:00-16:00; PH off",
        "We[1,3] 15:00-17:00",
        "24/7",
        "Tu 10:00+",
        'Mo-Fr 09:00-12:00 "nach Vereinbarung"',
        "Jan-Mar: Sa 10:00-12:00",
        "SH Mo-Fr 10:00-14:00",
        "week 1-53/2 Mo 09:00-10:00",
    ]
)
CODES = {
    name: st.sampled_from([str(code) for code, _ in choices])
    for name, choices in (
        ("mode", facets.Mode.choices),
        ("access", facets.Access.choices),
        ("barrier_free", facets.BarrierFree.choices),
        ("level", facets.Level.choices),
        ("evidence", facets.Evidence.choices),
        ("system", facets.System.choices),
    )
}


def lists(codes):
    return st.lists(st.sampled_from(list(codes)), unique=True, max_size=5)


@st.composite
def offers(draw, key, providers, sites):
    start = draw(st.integers(facets.AGE_MIN_MONTHS, facets.AGE_MAX_MONTHS - 1))
    cost = draw(st.sampled_from(["free", "reduced", "paid"]))
    places = draw(st.lists(st.sampled_from(sites), unique=True, max_size=3))
    until = draw(st.none() | st.dates(dt.date(2030, 1, 1), dt.date(2099, 12, 31)))
    mode = draw(CODES["mode"]) if places else draw(st.sampled_from(["online", "outreach"]))
    summary = draw(texts(300))
    return offer_row(
        key,
        provider=draw(st.sampled_from(providers)),
        sites=places,
        title=draw(texts(200, least=1)),
        summary=summary,
        description=draw(texts(2000) | st.just(summary)),
        plain_text=draw(texts(2000)),
        age_from_months=start,
        age_to_months=draw(st.integers(start + 1, facets.AGE_MAX_MONTHS)),
        fields=draw(lists(facets.FIELD_CODES).filter(bool)),
        places=draw(st.none() | st.integers(0, 1_000_000)),
        mode=mode,
        access=draw(CODES["access"]),
        service_area=draw(lists(["05", "05766", "05766044", "09162000"])),
        hurdles=draw(lists([code for code in facets.HURDLES if cost == "paid" or code != "paid"])),
        cost=cost,
        cost_note=draw(texts(200)),
        languages=draw(lists(facets.LANGUAGE_NAMES)),
        barrier_free=draw(CODES["barrier_free"]),
        system=draw(st.just("") | CODES["system"]),
        level=draw(CODES["level"]),
        permanent=until is None,
        until=until,
        funding=draw(texts(200)),
        opening_hours=draw(HOURS),
        evidence=draw(CODES["evidence"]),
        assured_on=draw(st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2026, 12, 31))),
        assured_by=draw(st.sampled_from(["", "Träger", "Koordination"])),
        website=draw(
            st.sampled_from(["", "https://familien.example.org/café?a=1&b=2#c", "http://example.org"])
        ),
        phone=draw(texts(60)),
        email=draw(st.sampled_from(["", "Info@Example.org", "a+b@example.org"])),
        is_invented=draw(st.booleans()),
    )


@st.composite
def registers(draw, most=5):
    """Providers, sites and offers as `load_register` takes them; names may be equal, keys are not."""
    names = texts(200, least=1)
    providers = [
        {
            "key": key,
            "name": draw(names),
            "kind": draw(st.sampled_from([str(kind) for kind in facets.ProviderKind])),
            "website": draw(st.sampled_from(["", "https://traeger.example.org"])),
            "ags": "05766044",
        }
        for key in draw(st.lists(KEYS, unique=True, min_size=1, max_size=3))
    ]
    sites = [
        {
            "key": key,
            "name": draw(names | st.just("Mittelstraße 1")),
            "town": draw(st.sampled_from(["Lemgo", "Bad Salzuflen"])),
            "street": draw(texts(200) | st.just("Mittelstraße 1")),
            "postcode": draw(st.sampled_from(["", "32657", "01067"])),
            "ags": draw(st.sampled_from(["05766044", "01001000"])),
            "barrier_free": draw(CODES["barrier_free"]),
            "lat": draw(st.floats(47.3, 55.1)),
            "lon": draw(st.sampled_from([8.0, 8.899, 8.9000001])),
        }
        for key in draw(st.lists(KEYS, unique=True, min_size=1, max_size=3))
    ]
    keys = draw(
        st.lists(KEYS | st.sampled_from(["summe", "gesamt-schule"]), unique=True, min_size=1, max_size=most)
    )
    return {
        "providers": providers,
        "sites": sites,
        "offers": [
            draw(offers(key, [one["key"] for one in providers], [one["key"] for one in sites]))
            for key in keys
        ],
    }
