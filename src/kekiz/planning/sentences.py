"""Log codes of the planning as German sentences."""

PLANNING_SENTENCES = {
    "practices.loaded": "{actor} hat die Praxen der Region {area} eingelesen ({label}).",
    "proposal.requested": "{actor} hat den Vorschlag {key} rechnen lassen ({label}).",
}
