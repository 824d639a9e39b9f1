"""Log codes of the analysis as German sentences."""

ANALYSIS_SENTENCES = {
    "run.created": "{actor} hat die Analyse {label} gerechnet (Lauf {key}).",
    "travel.measured": "{actor} hat gemessene Wege gespeichert – {label}.",
    "run.published": "{actor} hat die Analyse {label} als offene Daten veröffentlicht (Lauf {key}).",
    "run.taken_back": "{actor} hat die Veröffentlichung der Analyse {label} zurückgenommen (Lauf {key}).",
    "verdict.given": "{actor} hat geantwortet – {label}.",
}
