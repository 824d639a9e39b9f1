"""`kekiz export`: all published offers as files."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from kekiz.cli.analyse import _show_progress
from kekiz.cli.exits import Exit, stop
from kekiz.cli.start import require_current_database, start_django

KIND = "kekiz-export"
# The form by the ending of a file's name.
ENDINGS = {
    ".xlsx": "xlsx", ".csv": "csv", ".json": "hsds-json", ".zip": "hsds-csv", ".geojson": "geojson",
    ".parquet": "parquet",
}  # fmt: skip

FILE_ENDINGS = {form: ending for ending, form in ENDINGS.items()} | {
    "hsds-json": "-hsds.json",
    "hsds-csv": "-hsds.zip",
}


def run_export(file: str, forms: list[str], out: Path | None, replace: bool, as_json: bool) -> None:
    """One file, or files of several forms in a folder. Ends with a code of Exit."""
    wanted = _choose(file, forms, out)
    start_django()
    require_current_database()
    _check_targets(wanted, replace)
    from kekiz.api.region import read_region_key  # noqa: PLC0415
    from kekiz.register.exports.catalogue import open_catalogue  # noqa: PLC0415
    from kekiz.register.exports.licences import read_licence  # noqa: PLC0415

    written = []
    count = 0
    with _show_progress(as_json) as progress:
        for form, path in wanted.items():

            def tell(done: int, of: int, form: str = form) -> None:
                progress(done, of, f"{form}: {done} von {of} Angeboten schreiben")

            catalogue = open_catalogue(read_region_key(), progress=tell)
            count = len(catalogue)
            written.append(_write(form, path, catalogue, read_licence()))
    content = {"kind": KIND, "offers": count, "licence": read_licence().url, "files": written}
    print(json.dumps(content, ensure_ascii=False, indent=2) if as_json else _describe(content))


def _choose(file: str, forms: list[str], out: Path | None) -> dict[str, Path]:
    """The forms and where each goes."""
    odd = [form for form in forms if form not in FILE_ENDINGS]
    if odd:
        stop(f"--format: „{', '.join(odd)}“ gibt es nicht. Möglich: {', '.join(FILE_ENDINGS)}.", Exit.USAGE)
    if bool(file) == bool(out):
        stop("Bitte eine Datei nennen, etwa angebote.xlsx, oder mit --out einen Ordner.", Exit.USAGE)
    if out is not None:
        return {form: out / f"angebote{FILE_ENDINGS[form]}" for form in forms or FILE_ENDINGS}
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


def _write(form: str, path: Path, catalogue: Any, licence: Any) -> dict[str, Any]:
    """Write beside the target, then put it in its place: a reader never sees half a file."""
    from kekiz.register.exports.formats import FORMATS, write_export  # noqa: PLC0415

    try:
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "w+b") as stream:
                write_export(FORMATS[form], catalogue, stream, licence)
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


def _describe(content: dict[str, Any]) -> str:
    lines = [
        f"{one['file']}: {content['offers']} Angebote, {max(one['bytes'] // 1024, 1)} kB"
        for one in content["files"]
    ]
    return "\n".join(lines)
