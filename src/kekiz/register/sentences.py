"""Log codes of the register as German sentences."""

REGISTER_SENTENCES = {
    "provider.created": "{actor} hat den Träger „{label}“ angelegt.",
    "provider.changed": "{actor} hat den Träger „{label}“ geändert.",
    "site.created": "{actor} hat den Ort „{label}“ angelegt.",
    "offer.created": "{actor} hat das Angebot „{label}“ angelegt.",
    "offer.changed": "{actor} hat das Angebot „{label}“ geändert.",
    "offer.submitted": "{actor} hat das Angebot „{label}“ zur Prüfung gegeben.",
    "offer.published": "{actor} hat das Angebot „{label}“ veröffentlicht.",
    "offer.paused": "{actor} hat das Angebot „{label}“ pausiert.",
    "offer.ended": "{actor} hat das Angebot „{label}“ beendet.",
    "cooperation.recorded": "{actor} hat die Zusammenarbeit „{label}“ eingetragen.",
    "cooperation.removed": "{actor} hat die Zusammenarbeit „{label}“ entfernt.",
    "import.done": "{actor} hat die Liste „{label}“ übernommen.",
    "import.published": "{actor} hat die Angebote der Liste „{label}“ veröffentlicht.",
    "import.undone": "{actor} hat die Übernahme der Liste „{label}“ zurückgenommen.",
    "register.loaded": "{actor} hat Angebote eingelesen: {label}.",
}
