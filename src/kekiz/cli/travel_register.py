"""`kekiz travel --register`: measure the ways of this installation's register and keep them for its runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pa_parquet

from kekiz.cli.exits import Exit, stop
from kekiz.cli.register_region import open_register
from kekiz.cli.travel import Ground, Task, Told, measure, require_files, settle_ground
from kekiz.engine.problems import InputError, Problem
from kekiz.engine.scheme import load_scheme
from kekiz.travel.measure import Measurement
from kekiz.travel.parts import read_told
from kekiz.travel.request import Request
from kekiz.travel.spots import gather_spots, tabulate_spots, tell_limits
from kekiz.travel.words import tell_result

REGISTER = Path("Register")  # named where what is stored is faulty
STORED = "Gespeichert: Messung {number}, {region}. Der nächste Lauf nutzt sie: kekiz analyse --register"
KNOWN = "Messung {number}, {region}, beruht auf denselben Eingaben."


def run_travel_register(request: Request, region_key: str, as_json: bool) -> None:
    """Measure from the cells to the sites of the register and store the result. Ends with a code of Exit."""
    require_files(request)
    if request.margin < 1:
        stop(
            "--margin: Für das Register wird eine Zahl ab 1 erwartet; kürzere Wege reichen nicht.", Exit.USAGE
        )
    key, name = open_register(region_key)
    from kekiz.analysis.queries import newest_measurement  # noqa: PLC0415 - needs Django

    out = _find_work_file(key)
    spots = out.with_suffix(".spots.parquet")
    stored = newest_measurement(key)

    def find_done(digest: str) -> Told:
        if stored is not None and stored.request_digest == digest:
            return dict(stored.told)
        known = read_told(out) if out.exists() and spots.exists() else {}
        return known if known.get("digest") == digest else {}

    def keep_spots(measurement: Measurement) -> Told:
        pa_parquet.write_table(tabulate_spots(measurement), spots)
        return {"spots": True, "limits": tell_limits(measurement.places)}

    told = measure(
        Task(REGISTER, lambda: _read_ground(key, request.margin), request, out, find_done, keep_spots),
        as_json,
    )
    if stored is not None and stored.request_digest == told["digest"]:
        number, words, told["state"] = stored.pk, KNOWN, "stored"
    else:
        number, words = _store(key, out, spots, told), STORED
    for file in (out, spots):
        file.unlink(missing_ok=True)
    if as_json:
        print(json.dumps(told | {"measurement": number}, ensure_ascii=False, indent=2))
    else:
        print(tell_result(told, words.format(number=number, region=name)))


def _find_work_file(key: str) -> Path:
    """Where blocks are kept until all is measured: an interrupted call goes on from there."""
    from django.conf import settings  # noqa: PLC0415

    folder = Path(settings.VAR) / "travel"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"Der Ordner {folder} lässt sich nicht anlegen ({error.strerror}). Bitte KEKIZ_HOME setzen.")
    return folder / f"{key}.parquet"


def _read_ground(key: str, margin: float) -> Ground:
    from django.utils import timezone  # noqa: PLC0415

    from kekiz.analysis.ways import gather_ends  # noqa: PLC0415
    from kekiz.evidence.queries import NoChildrenError  # noqa: PLC0415

    try:
        found = gather_ends(key, timezone.localdate())
    except NoChildrenError as error:
        raise InputError([Problem(str(REGISTER), str(error))]) from error
    return settle_ground(
        lambda highest: gather_spots(found.begins, found.ends, highest, margin),
        found.norms,
        load_scheme(),
        margin,
    )


def _store(key: str, out: Path, spots: Path, told: dict[str, Any]) -> int:
    from kekiz.accounts.actors import SYSTEM  # noqa: PLC0415
    from kekiz.accounts.errors import InvalidInput  # noqa: PLC0415
    from kekiz.analysis.actions import store_measurement  # noqa: PLC0415

    try:
        row = store_measurement(
            actor=SYSTEM,
            region_key=key,
            times=pa_parquet.read_table(out),
            spots=pa_parquet.read_table(spots),
            told=told,
        )
    except InvalidInput as error:
        stop(f"Es wurde nichts gespeichert.\n{error}")
    return row.pk
