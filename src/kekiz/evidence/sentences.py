"""Log codes of the evidence as German sentences."""

EVIDENCE_SENTENCES = {
    "areas.loaded": "{actor} hat Gebiete eingelesen: {label}.",
    "places.loaded": "{actor} hat das Ortsverzeichnis eingelesen: {label}.",
    "children.loaded": "{actor} hat Kinderzahlen eingelesen: {label}.",
    "norm.set": "{actor} hat den Kennwert „{label}“ für {area} festgelegt.",
}
