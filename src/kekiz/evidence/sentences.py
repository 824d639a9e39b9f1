"""Log codes of the evidence as German sentences."""

EVIDENCE_SENTENCES = {
    "areas.loaded": "{actor} hat Gebiete eingelesen: {label}.",
    "places.loaded": "{actor} hat das Ortsverzeichnis eingelesen: {label}.",
    "children.loaded": "{actor} hat Kinderzahlen eingelesen: {label}.",
    "norm.set": "{actor} hat den Kennwert „{label}“ für {area} festgelegt.",
    "need.reported": "Ein Bedarf wurde gemeldet ({label}).",
    "need.decided": "{actor} hat über einen gemeldeten Bedarf entschieden ({label}).",
    "need.redacted": "{actor} hat in einem gemeldeten Bedarf Angaben entfernt ({label}).",
}
