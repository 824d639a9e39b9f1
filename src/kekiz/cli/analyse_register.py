"""`kekiz analyse --register`: a new run of this installation's register, as the cockpit shows it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from kekiz.cli.exits import Exit, stop
from kekiz.cli.progress import show_progress
from kekiz.cli.register_region import open_register
from kekiz.engine.uncertainty import SMALLEST_DRAWS


def run_analyse_register(
    region_key: str, date: str | None, ranges: int, measured_ways: bool, as_json: bool
) -> None:
    """Make and store a run; it takes the place of the last one. Ends with a code of Exit."""
    day = _read_date(date)
    if 0 < ranges < SMALLEST_DRAWS:
        stop(f"--ranges: Für einen Bereich braucht es mindestens {SMALLEST_DRAWS} Rechnungen.", Exit.USAGE)
    key, _ = open_register(region_key)
    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415 - needs Django
    from kekiz.accounts.errors import InvalidInput  # noqa: PLC0415
    from kekiz.analysis.actions import run_analysis  # noqa: PLC0415

    try:
        with show_progress(as_json) as progress:
            run = run_analysis(
                actor=SYSTEM,
                region_key=key,
                reference_date=day,
                range_draws=ranges,
                measured_ways=measured_ways,
                progress=lambda done, of: progress(done, of, "Kette rechnen"),
            )
    except InvalidInput as error:
        stop(f"Es wurde nichts gespeichert.\n{error}")
    print(json.dumps(_tell(run), ensure_ascii=False, indent=2) if as_json else _describe(run))


def _read_date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        stop(f"--date: „{text}“ ist kein Tag. Erwartet wird z. B. 2026-06-30.", Exit.USAGE)


def _tell(run: Any) -> dict[str, Any]:
    return {
        "kind": "kekiz-run",
        "run": run.pk,
        "region": run.region_key,
        "reference_date": run.reference_date.isoformat(),
        "headline": run.headline,
        "ways": run.ways,
        "digests": run.digests,
    }


def _describe(run: Any) -> str:
    from kekiz.analysis.wording import say_ways  # noqa: PLC0415

    unbroken = run.headline["unbroken"]
    lines = [f"Lauf {run.pk}: {run.region_name}, Stichtag {run.reference_date:%d.%m.%Y}"]
    if unbroken is not None:
        lines.append(f"Von 100 Kindern finden {100 * unbroken:.0f} auf dem ganzen Weg, was sie brauchen.")
    return "\n".join([*lines, say_ways(run.ways), "Das Cockpit zeigt ab jetzt diesen Lauf."])
