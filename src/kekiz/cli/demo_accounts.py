"""The people of the demo region: one for each role. They exist in the demo only."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "Kette-zeigen-2026"  # noqa: S105 - known to everybody on purpose; the demo answers to this machine only
LEMGO, LUEGDE = "05766044", "05766052"


@dataclass(frozen=True)
class Account:
    """A demo account with its role."""

    email: str
    display_name: str
    role: str
    area: str
    meaning: str


def list_accounts(source: Path) -> list[Account]:
    """The accounts of the demo region whose files lie in ``source``."""
    provider = _find_busiest_provider(source)
    return [
        Account("koordination@example.org", "Karla Muster", "district", "05766", "Koordination im Kreis"),
        Account("jugendamt@example.org", "Jonas Beispiel", "youth_office", LEMGO, "Jugendamt Lemgo"),
        Account("kommune@example.org", "Gül Vorlage", "municipality", LUEGDE, "Stadt Lügde"),
        Account("traeger@example.org", "Tim Entwurf", "provider", provider, f"Träger „{provider}“"),
        Account("lesen@example.org", "Lea Ansicht", "reader", "05766", "liest die Zahlen des Kreises"),
    ]


def _find_busiest_provider(source: Path) -> str:
    with (source / "offers.csv").open(encoding="utf-8", newline="") as file:
        counts = Counter(row["provider"] for row in csv.DictReader(file))
    return counts.most_common(1)[0][0]
