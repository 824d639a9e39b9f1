"""What is planted on purpose in the demo region, so that tests know what the analysis has to find."""

from typing import Any

# Around these municipalities no house offers the field to children of the phase (paid offers may be spared).
NO_SITES_NEAR: list[dict[str, Any]] = [
    {"ags": ["05766052", "05766060"], "km": 9.6, "phase": "P4", "field": "G1", "spares_paid": False},
    {"ags": ["05766064"], "km": 7.0, "phase": "P4", "field": "K2", "spares_paid": True},
]
# Kind and municipality with too few places: the factor on what would be enough.
SCARCE_PLACES = {
    ("kita", "05766004"): 0.55,
    ("tagespflege", "05766004"): 0.5,
    ("kita", "05766008"): 0.93,
    ("tagespflege", "05766020"): 0.7,
    ("kita", "05766056"): 0.85,
    ("ogs", "05766008"): 0.8,
    ("ogs", "05766020"): 0.87,
    ("ogs", "05766040"): 0.72,
}

# Gaps the analysis has to see: the reason that weighs most in the link, for the municipality and group
# ("" = whole region, all). `least_share` is the least share of the need that this reason must make up.
GAPS: list[dict[str, Any]] = [
    {
        "name": "no-meeting-in-pregnancy",
        "ags": "",
        "phase": "P1",
        "field": "S1",
        "group": "",
        "reason": "no_offer",
        "least_share": 0.99,
        "kinds": [],
        "note": "Nirgends treffen sich Schwangere mit Gleichgesinnten.",
    },
    {
        "name": "luegde-far-from-health",
        "ags": "05766052",
        "phase": "P4",
        "field": "G1",
        "group": "",
        "reason": "too_far",
        "least_share": 0.6,
        "kinds": [],
        "note": "Von Lügde ist keine Kinderarztpraxis und keine Frühförderung für Kita-Kinder erreichbar.",
    },
    {
        "name": "augustdorf-day-care-full",
        "ags": "05766004",
        "phase": "P4",
        "field": "K1",
        "group": "",
        "reason": "full",
        "least_share": 0.3,
        "kinds": ["kita"],
        "note": "In Augustdorf fehlt fast die Hälfte der Kita-Plätze.",
    },
    {
        "name": "schlangen-culture-costs",
        "ags": "05766064",
        "phase": "P4",
        "field": "K2",
        "group": "low_income",
        "reason": "hurdle",
        "least_share": 0.3,
        "kinds": ["musikgarten"],
        "note": "In Schlangen gibt es für Kita-Kinder nur einen kostenpflichtigen Musikkurs.",
    },
]

OVERLAPS: list[dict[str, Any]] = [
    {
        "kind": "elterncafe",
        "ags": "05766044",
        "provider": "mehrgenerationenverein-salbeihof",
        "title": "Frühstückstreff für Eltern Lemgo",
        "places": 90,
        "extension": "941",
    },
    {
        "kind": "vorlesezeit",
        "ags": "05766008",
        "provider": "bildungsverein-holunder",
        "title": "Geschichtenzeit für Kinder Bad Salzuflen",
        "places": 120,
        "extension": "942",
    },
]

DUPLICATES: list[dict[str, Any]] = [
    {
        "kind": "erziehungsberatung",
        "ags": "05766020",
        "suffix": "beratungsstelle",
        "title": "Beratungsstelle für Erziehungsfragen {ort}",
        "changes": {"summary": "Erziehungs- und Familienberatung für Eltern, Kinder u. Jugendliche."},
        "provider_name": "{name} Detmold",
    },
    {
        "kind": "kleiderladen",
        "ags": "05766008",
        "suffix": "kiste",
        "title": "Kinder-Kleiderladen / Kleiderkiste {ort}",
        "changes": {"opening_hours": "Tu 14:00-17:00", "cost_note": "günstig, teils frei"},
    },
    {
        "kind": "jugendzentrum",
        "ags": "05766040",
        "suffix": "juz",
        "title": "JuZ {ort} (Offener Treff)",
        "changes": {"summary": "Offener Treff f. Jugendliche ab 10 J.", "age_to": 216},
        "provider_name": "{name}",
    },
    {
        "kind": "krabbelgruppe",
        "ags": "05766044",
        "suffix": "eltern-kind",
        "title": "Eltern-Kind-Gruppe (Krabbelkinder) {ort}",
        "changes": {"age_to": 18, "languages": "de"},
    },
]

# The first offer is the largest of its kind in the municipality, the second the nearest of the other kind.
MISSING_HANDOVERS = [
    {"transition": "T1", "from": "hebammensprechstunde", "to": "hebammenhausbesuch", "ags": "05766032"},
    {"transition": "T2", "from": "tagespflege", "to": "kita", "ags": "05766044"},
    {"transition": "T3", "from": "kita", "to": "grundschule", "ags": "05766016"},
    {"transition": "T4", "from": "grundschule", "to": "gesamtschule", "ags": "05766040"},
    {"transition": "T5", "from": "gesamtschule", "to": "oberstufe", "ags": "05766008"},
]

FUNDING_ENDS = [
    {"kind": "elterncafe", "ags": "05766020", "until": "2026-12-31", "funding": "kinderstark (Vorführung)"},
    {
        "kind": "sprachfoerderung",
        "ags": "05766008",
        "until": "2026-12-31",
        "funding": "kinderstark (Vorführung)",
    },
    {
        "kind": "schulgesundheit",
        "ags": "05766020",
        "until": "2027-03-31",
        "funding": "Stiftungsmittel (Vorführung)",
    },
    {
        "kind": "schuleingang",
        "ags": "05766044",
        "until": "2027-07-31",
        "funding": "Landesmittel (Vorführung)",
    },
    {"kind": "uebergangslotsen", "ags": "05766020", "until": "2027-08-31", "funding": "ESF (Vorführung)"},
    {
        "kind": "stadtteilmuetter",
        "ags": "05766008",
        "until": "2027-10-31",
        "funding": "kinderstark (Vorführung)",
    },
]

STALE_EVERY = 33  # every 33rd offer, by key, was confirmed long ago
STALE_DAYS = (570, 1000)  # before the reference date; 18 months are 549 days
