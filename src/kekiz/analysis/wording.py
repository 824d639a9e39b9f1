"""How the parts of a need are called, on pages and in files alike."""

REASON_NAMES = {
    "found": "gefunden",
    "not_found": "nicht gefunden",
    "full": "voll",
    "hurdle": "Hürde",
    "too_far": "zu weit",
    "no_offer": "kein Angebot",
}
