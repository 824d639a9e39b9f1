"""`kekiz export`: all published offers, and the figures of the published run, as files."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

from kekiz.cli.exits import Exit, stop
from kekiz.cli.progress import show_progress
from kekiz.cli.start import require_current_database, start_django

KIND = "kekiz-export"
Progress = Callable[[int, int, str], None]
# The form by the ending of a file's name.
ENDINGS = {
    ".xlsx": "xlsx", ".csv": "csv", ".json": "hsds-json", ".zip": "hsds-csv", ".geojson": "geojson",
    ".parquet": "parquet",
}  # fmt: skip
# What each form is called in a folder: offers, then figures.
FILE_NAMES = {form: f"angebote{ending}" for ending, form in ENDINGS.items()} | {
    "hsds-json": "angebote-hsds.json",
    "hsds-csv": "angebote-hsds.zip",
}
FIGURE_NAMES = {f"analyse-{form}": f"analyse.{form}" for form in ("csv", "parquet", "geojson")}
NONE_PUBLISHED = (
    "Zahlen der Analyse sind nicht dabei: Zurzeit ist kein Analyselauf veröffentlicht. Das tut die "
    "Koordination im Cockpit unter „Wie wird das berechnet?“."
)


def run_export(file: str, forms: list[str], out: Path | None, replace: bool, as_json: bool) -> None:
    """One file, or files of several forms in a folder. Ends with a code of Exit."""
    wanted = _choose(file, forms, out)
    start_django()
    require_current_database()
    from kekiz.analysis.queries import publication_in_force  # noqa: PLC0415
    from kekiz.api.region import read_region_key  # noqa: PLC0415
    from kekiz.register.exports.licences import read_licence  # noqa: PLC0415

    publication = publication_in_force(read_region_key())
    run = publication.run if publication else None
    left: list[str] = []
    if run is None:
        if set(forms) & set(FIGURE_NAMES):
            stop(f"{NONE_PUBLISHED}\nEs wurde nichts geschrieben.")
        left = [str(path) for form, path in wanted.items() if form in FIGURE_NAMES and path.exists()]
        wanted = {form: path for form, path in wanted.items() if form not in FIGURE_NAMES}
    _check_targets(wanted, replace)
    with show_progress(as_json) as progress:
        count, written = _write_offers(wanted, read_licence(), progress)
        written += _write_figures(wanted, run, read_licence(), progress)
    content = {
        "kind": KIND,
        "offers": count,
        "licence": read_licence().url,
        "published_run": run.pk if run else None,
        "files": written,
        "no_longer_published": left,
    }
    wants_all = out is not None and not forms
    print(json.dumps(content, ensure_ascii=False, indent=2) if as_json else _describe(content, wants_all))


def _choose(file: str, forms: list[str], out: Path | None) -> dict[str, Path]:
    """The forms and where each goes."""
    names = FILE_NAMES | FIGURE_NAMES
    odd = [form for form in forms if form not in names]
    if odd:
        stop(f"--format: „{', '.join(odd)}“ gibt es nicht. Möglich: {', '.join(names)}.", Exit.USAGE)
    if bool(file) == bool(out):
        stop("Bitte eine Datei nennen, etwa angebote.xlsx, oder mit --out einen Ordner.", Exit.USAGE)
    if out is not None:
        return {form: out / names[form] for form in forms or names}
    if len(forms) > 1:
        stop("Für mehrere Formate bitte mit --out einen Ordner nennen.", Exit.USAGE)
    path = Path(file)
    form = forms[0] if forms else ENDINGS.get(path.suffix.lower(), "")
    if not form:
        known = ", ".join(ENDINGS)
        stop(f"{path}: Das Format ist nicht zu erkennen. Erwartet: {known}, oder --format.", Exit.USAGE)
    return {form: path}


def _check_targets(wanted: dict[str, Path], replace: bool) -> None:
    for path in wanted.values():
        if path.exists() and not replace:
            stop(f"{path} gibt es schon. Mit --replace wird die Datei ersetzt.", Exit.USAGE)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            stop(f"Der Ordner {path.parent} lässt sich nicht anlegen ({error.strerror}).", Exit.USAGE)


def _write_offers(
    wanted: dict[str, Path], licence: Any, progress: Progress
) -> tuple[int | None, list[dict[str, Any]]]:
    """How many offers there are (None where nobody asked for them), and what was written."""
    from kekiz.api.region import read_region_key  # noqa: PLC0415
    from kekiz.register.exports.catalogue import open_catalogue  # noqa: PLC0415
    from kekiz.register.exports.formats import FORMATS, write_export  # noqa: PLC0415

    count, written = None, []
    for form, path in _pick(wanted, FILE_NAMES):

        def tell(done: int, of: int, form: str = form) -> None:
            progress(done, of, f"{form}: {done} von {of} Angeboten schreiben")

        catalogue = open_catalogue(read_region_key(), progress=tell)
        count = len(catalogue)
        write = partial(write_export, FORMATS[form], catalogue, licence=licence)
        written.append(_write(form, path, write))
    return count, written


def _write_figures(
    wanted: dict[str, Path], run: Any, licence: Any, progress: Progress
) -> list[dict[str, Any]]:
    """The same bytes as at /offene-daten/."""
    from kekiz.analysis.exports.files import BY_FILE_NAME, write_figures  # noqa: PLC0415

    written = []
    for form, path in _pick(wanted, FIGURE_NAMES):
        progress(0, 1, f"{form}: Zahlen schreiben")
        write = partial(write_figures, BY_FILE_NAME[FIGURE_NAMES[form]], run, licence=licence)
        written.append(_write(form, path, write))
    return written


def _pick(wanted: dict[str, Path], names: dict[str, str]) -> list[tuple[str, Path]]:
    return [(form, path) for form, path in wanted.items() if form in names]


def _write(form: str, path: Path, write: Callable[[IO[bytes]], None]) -> dict[str, Any]:
    """Write beside the target, then put it in its place: a reader never sees half a file."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w+b") as stream:
                write(stream)
                stream.flush()
                stream.seek(0)
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            Path(name).chmod(0o644)
            size = Path(name).stat().st_size
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        stop(f"{path} ließ sich nicht schreiben: {error.strerror}.", Exit.USAGE)
    return {"format": form, "file": str(path), "bytes": size, "sha256": digest}


def _describe(content: dict[str, Any], wants_all: bool) -> str:
    lines = []
    for one in content["files"]:
        is_figures = one["format"] in FIGURE_NAMES
        what = (
            f"Zahlen des Laufs {content['published_run']}" if is_figures else f"{content['offers']} Angebote"
        )
        lines.append(f"{one['file']}: {what}, {max(one['bytes'] // 1024, 1)} kB")
    if wants_all and content["published_run"] is None:
        lines += ["", NONE_PUBLISHED]
    if content["no_longer_published"]:
        names = ", ".join(content["no_longer_published"])
        lines.append(f"Dort liegen noch Zahlen von früher, die nicht mehr veröffentlicht sind: {names}.")
    return "\n".join(lines)
