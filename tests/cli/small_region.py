"""A small region in files and a way to call kekiz on it as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from kekiz.cli.main import app

REGION = """
[region]
key = "05766"
name = "Testkreis"
reference_date = 2026-01-31
notice = "Nur ein Test"

[files]
children = "children.csv"
offers = "offers.csv"
"""
CHILDREN = """cell,lat,lon,ags,phase,group,n
detmold,51.94,8.88,05766020,P5,low_income,12
detmold,51.94,8.88,05766020,P5,other,40
luegde,51.957,9.246,05766052,P5,other,30.5
"""
OFFERS = """offer,provider,lat,lon,age_from,age_to,fields,places,mode,area,hurdles,languages,until,name
gs-nord,Stadt,51.94,8.88,72,120,K1,60,visit,,,de,,Grundschule Nord
hort-sued,Verein,51.941,8.881,72,120,K2 S1,,visit,,,de,,Hort Süd
"""
Content = str | bytes | Callable[[Path], None]


def write_region(folder: Path, *, region: str = REGION, **files: Content) -> Path:
    """Write region.toml and its files (any name with ``_`` for the dot); return region.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "region.toml").write_text(region, encoding="utf-8")
    contents: dict[str, Content] = {"children_csv": CHILDREN, "offers_csv": OFFERS, **files}
    for name, content in contents.items():
        stem, _, ending = name.rpartition("_")
        path = folder / f"{stem}.{ending}"
        if callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder / "region.toml"


def run_kekiz(*words: object) -> Result:
    """Call the command in this process; the result has ``stdout``, ``stderr`` and ``exit_code``."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
