"""Log codes of the analysis as German sentences."""

ANALYSIS_SENTENCES = {
    "run.created": "{actor} hat die Analyse {label} gerechnet (Lauf {key}).",
    "verdict.given": "{actor} hat geantwortet – {label}.",
}
