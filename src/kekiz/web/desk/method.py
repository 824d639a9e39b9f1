"""What stands behind a run: its norms and how many of them are assumptions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kekiz.analysis.models import Run
from kekiz.analysis.queries import range_drivers, stored_inputs
from kekiz.analysis.wording import WAYS_LABEL
from kekiz.engine.norms import Norm
from kekiz.evidence.queries import shipped_scheme
from kekiz.web.desk.gap_tables import HURDLE_NAMES, TRAVEL_NAMES, write_norm
from kekiz.web.desk.tables import Column, Row, Table
from kekiz.web.words import write_date

KEY_NAMES = {
    "need_share": "Anteil der Kinder mit Bedarf",
    "car_share": "Anteil mit Auto",
    "tries": "Zahl der Versuche",
    "never_asks": "Anteil, der nie fragt",
    "acceptable_minutes": "Zumutbare Minuten",
    "hurdle_stops": "Anteil, den die Hürde abhält",
    "assumed_places": "Angenommene Plätze",
    "speed": "Geschwindigkeit",
    "detour": "Umweg gegenüber der Luftlinie",
    "boarding": "Wartezeit je Fahrt",
    "decay_at_limit": "Neigung an der Grenze des Zumutbaren",
}


@dataclass(frozen=True)
class NormSummary:
    """How many entries there are of a norm, and how many of them are assumptions."""

    name: str
    entries: int
    assumptions: int


def summarise_norms(run: Run) -> list[NormSummary]:
    """Count the norms of a run by kind."""
    norms = stored_inputs(run).norms.entries
    entries = Counter(norm.key for norm in norms)
    assumed = Counter(norm.key for norm in norms if norm.is_assumption)
    return [NormSummary(KEY_NAMES.get(key, key), entries[key], assumed[key]) for key in sorted(entries)]


def tells_ways(run: Run) -> bool:
    """Do the sources of the run speak of its ways? Older runs are without."""
    return any(source.get("label") == WAYS_LABEL for source in run.sources)


def list_drivers(run: Run) -> list[str]:
    """Say which norms most move what children miss on the way, and which way; empty without ranges."""
    fields = {field.code: field.name for field in shipped_scheme().fields}
    sentences = []
    for driver in range_drivers(run, "expected_unmet"):
        subject = {**fields, **HURDLE_NAMES, **TRAVEL_NAMES}.get(driver.subject, driver.subject)
        name = KEY_NAMES.get(driver.key, driver.key) + (f" ({subject})" if subject else "")
        sentences.append(f"{name}: je höher, desto {'mehr' if driver.effect > 0 else 'weniger'} fehlt")
    return sentences


def tabulate_norms(run: Run) -> Table:
    """All norms of a run with value, range and source."""
    columns = (
        Column("Kennwert"),
        Column("gilt für"),
        Column("niedrig"),
        Column("mittel"),
        Column("hoch"),
        Column("Quelle", "note"),
        Column("gilt ab"),
        Column("Hinweis", "note"),
    )
    rows = [
        Row(
            (
                KEY_NAMES.get(norm.key, norm.key),
                describe_place(norm),
                *(write_norm(value, norm.unit) for value in (norm.low, norm.mid, norm.high)),
                "Annahme" if norm.is_assumption else norm.source,
                write_date(norm.valid_from),
                norm.note,
            )
        )
        for norm in stored_inputs(run).norms.entries
    ]
    return Table("kennwerte", "Alle Kennwerte dieses Laufs", columns, rows)


def describe_place(norm: Norm) -> str:
    """Say what a norm speaks of: phase, field, group, hurdle, way of travelling or form of an offer."""
    scheme = shipped_scheme()
    forms = {"visit": "vor Ort", "outreach": "kommt nach Hause", "online": "online oder Telefon"}
    names = (
        {phase.code: phase.name for phase in scheme.phases}.get(norm.phase, norm.phase),
        {field.code: field.name for field in scheme.fields}.get(norm.field, norm.field),
        {group.code: group.name for group in scheme.groups}.get(norm.group, norm.group),
        HURDLE_NAMES.get(norm.hurdle, norm.hurdle),
        TRAVEL_NAMES.get(norm.mode, forms.get(norm.mode, norm.mode)),
    )
    return ", ".join(name for name in names if name) or "alle"
