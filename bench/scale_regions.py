"""The regions that bench/scale.py measures: real census cells and schools, made-up offers (seeded).

    python -m bench.scale_regions nrw build/nrw       region.toml and its files for one region

The census grid stays as it was published and is read by kekiz in its own form. Germany's grid names no
municipality: a cell gets the key of the district it lies in, with "000" behind it; a cell that the simplified
boundaries leave outside (coast, border) gets that of the nearest cell. Offers stand where children live;
their fields, ages, places, hurdles and modes are drawn. They are made up: only number and spread matter here.
"""

import argparse
import csv
import json
import os
import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet

from kekiz.engine.forms import read_boundaries, read_nrw_schools
from kekiz.engine.scheme import HURDLES, load_scheme
from kekiz.engine.tables import Offers

REPOSITORY = Path(__file__).resolve().parents[1]
SEED = 5
AGES = np.array(
    ((-9, 12), (0, 36), (12, 36), (36, 72), (0, 72), (72, 120), (72, 192), (120, 192), (192, 324))
)
LOW_INCOME_SHARE = 0.16  # an assumption: the grid does not tell it
EVERYONE = 0.02  # share of the online offers that serve the whole region; the others serve their district


@dataclass(frozen=True)
class Region:
    """What is measured: where its census cells and schools are, and how many offers it has in all."""

    name: str
    title: str
    key: str
    cells: str
    schools: str
    offers: int


REGIONS = {
    "lippe": Region(
        "lippe",
        "Kreis Lippe",
        "05766",
        "nrw/zensus2011_1km_nrw.parquet",
        "nrw/nrw_schulen_2024-25_sozialindex_startchancen.csv",
        600,
    ),
    "nrw": Region(
        "nrw",
        "Nordrhein-Westfalen",
        "05",
        "nrw/zensus2011_1km_nrw.parquet",
        "nrw/nrw_schulen_2024-25_sozialindex_startchancen.csv",
        40_000,
    ),
    "germany": Region("germany", "Deutschland", "DE", "germany/zensus2011_1km_de.parquet", "", 500_000),
}
DISTRICTS = "germany/de_kreise_vg250_simplified.geojson"


def find_open_data() -> Path:
    """The folder of the open data; ends the program with a sentence where it is absent."""
    folder = Path(os.environ.get("KEKIZ_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        raise SystemExit("Set KEKIZ_DATA to the folder of the open data (census grids, schools, boundaries).")
    return folder


def make_region(region: Region, folder: Path) -> Path:
    """Write region.toml, the census cells and the offers; returns region.toml."""
    data = find_open_data()
    folder.mkdir(parents=True, exist_ok=True)
    cells = pa_parquet.read_table(data / region.cells)
    if "AGS" in cells.column_names:
        shutil.copyfile(data / region.cells, folder / "cells.parquet")
    else:
        cells = _name_districts(cells, data / DISTRICTS, folder)
        pa_parquet.write_table(cells, folder / "cells.parquet")
    prefix = "" if region.key == "DE" else region.key
    schools = None
    if region.schools:
        mended = folder / "schools.csv"
        _mend_positions(data / region.schools, mended)
        schools = read_nrw_schools(mended, load_scheme(), region_key=prefix)
        mended.unlink()
    offers = _draw_offers(cells, prefix, region.offers - (len(schools.table.offer) if schools else 0))
    if schools:
        offers = pa.concat_tables([_as_offers(schools.table), offers])
    pa_parquet.write_table(offers, folder / "offers.parquet")
    path = folder / "region.toml"
    path.write_text(
        f'[region]\nkey = "{region.key}"\nname = "{region.title}"\n'
        'notice = "Zellen des Zensus 2011, ausgedachte Angebote: nur zum Messen."\n\n'
        '[files]\noffers = "offers.parquet"\n\n'
        '[children]\nfile = "cells.parquet"\nform = "census_grid_2011"\n'
        f"low_income_share = {LOW_INCOME_SHARE}\n",
        encoding="utf-8",
    )
    return path


def _mend_positions(source: Path, target: Path) -> None:
    """Three schools of the list stand nowhere or in America: they get the middle of their municipality's."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    sound = defaultdict(list)
    for row in rows:
        if 50 < float(row["latitude"] or 0) < 53:
            sound[row["AGS"]].append((float(row["latitude"]), float(row["longitude"])))
    for row in rows:
        if not 50 < float(row["latitude"] or 0) < 53:
            row["latitude"], row["longitude"] = np.median(sound[row["AGS"]], axis=0)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def _name_districts(cells: pa.Table, boundaries: Path, folder: Path) -> pa.Table:
    """Add the column AGS: the district each cell lies in, or that of the nearest cell in one."""
    content = json.loads(boundaries.read_text(encoding="utf-8"))
    for feature in content["features"]:
        feature["properties"]["AGS"] += "000"
    path = folder / "districts.geojson"
    path.write_text(json.dumps(content), encoding="utf-8")
    points = np.stack([cells["x"].to_numpy(), cells["y"].to_numpy()], axis=1).astype(np.float64)
    ags = read_boundaries(path).locate(points[:, 0], points[:, 1])
    path.unlink()
    inside = ags != ""
    for stray in np.flatnonzero(~inside):
        ags[stray] = ags[inside][np.argmin(np.square(points[inside] - points[stray]).sum(axis=1))]
    print(f"{len(ags):,} cells, {int((~inside).sum()):,} outside the simplified boundaries")
    return cells.append_column("AGS", pa.array(ags, pa.string()))


def _draw_offers(cells: pa.Table, prefix: str, count: int) -> pa.Table:
    """Made-up offers where children live."""
    codes = np.array(load_scheme().field_codes)
    chance = np.random.default_rng(SEED)
    ags = np.array(cells["AGS"].to_pylist(), dtype=str)
    minors = np.nan_to_num(cells["u18_est"].to_numpy().astype(np.float64))
    minors[~np.char.startswith(ags, prefix)] = 0
    home = chance.choice(len(minors), count, p=minors / minors.sum())
    ages = AGES[chance.integers(0, len(AGES), count)]
    first = chance.integers(0, len(codes), count)
    second = (first + chance.integers(1, len(codes), count)) % len(codes)
    both = chance.random(count) < 0.5
    fields = np.where(both, np.char.add(np.char.add(codes[first], " "), codes[second]), codes[first])
    hurdles = np.array(["", *HURDLES])
    one, other = hurdles[chance.integers(0, len(hurdles), (2, count))]
    mode = chance.choice(["visit", "outreach", "online"], count, p=[0.92, 0.06, 0.02])
    for_everyone = (mode == "visit") | ((mode == "online") & (chance.random(count) < EVERYONE))
    area = np.where(for_everyone, "", np.array([key[:5] for key in ags])[home])
    return pa.table(
        {
            "offer": pa.array([f"A{number}" for number in range(count)]),
            "provider": pa.array([f"T{number}" for number in chance.integers(0, max(count // 10, 1), count)]),
            "x": cells["x"].to_numpy()[home] + chance.uniform(-500, 500, count),
            "y": cells["y"].to_numpy()[home] + chance.uniform(-500, 500, count),
            "age_from": ages[:, 0].astype(float),
            "age_to": ages[:, 1].astype(float),
            "fields": pa.array(fields.tolist()),
            "places": pa.array(
                chance.integers(5, 120, count).astype(float), mask=np.asarray(chance.random(count) < 0.3)
            ),
            "mode": pa.array(mode.tolist()),
            "area": pa.array(area.tolist()),
            "hurdles": pa.array(np.char.add(np.char.add(one, " "), other).tolist()),
        }
    )


def _as_offers(schools: Offers) -> pa.Table:
    """Schools in the columns of kekiz, beside the made-up offers."""
    count = len(schools.offer)
    return pa.table(
        {
            "offer": pa.array(schools.offer, pa.string()),
            "provider": pa.array(["Schulträger"] * count),
            "x": schools.x,
            "y": schools.y,
            "age_from": schools.age_from,
            "age_to": schools.age_to,
            "fields": pa.array(["K1"] * count),
            "places": pa.array(schools.places, from_pandas=True),
            "mode": pa.array(["visit"] * count),
            "area": pa.array([""] * count),
            "hurdles": pa.array([""] * count),
        }
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("region", choices=REGIONS)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    print(make_region(REGIONS[arguments.region], arguments.folder))
