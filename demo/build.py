"""Build the demo region's invented part again, byte for byte: python demo/build.py [folder]

Reads the public files in demo/lippe (municipalities, boundaries, places) and writes children, population,
providers, sites, offers and cooperations beside them, and the planted truths to demo/truths.toml.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo.catalogue import build_providers, read_kinds
from demo.cooperations import build_cooperations
from demo.offers import Region, build_offers
from demo.settlement import CHILDREN_PER_1000, Grid, build_settlement, read_boundaries
from demo.sites import build_sites
from demo.tables import FOLDER, read_csv, write_csv
from demo.truths import plant_truths, write_truths

COLUMNS = {
    "population": "cell lat lon ags population",
    "children": "cell lat lon ags phase group n",
    "providers": "provider name ags phone email website",
    "sites": "site name kind street postcode place ags lat lon barrier_free",
    "offers": (
        "offer provider title summary description plain_text fields age_from age_to places mode access area"
        " hurdles cost cost_note languages barrier_free system level permanent funding until"
        " opening_hours evidence assured_on assured_by sites phone email website lat lon"
    ),
    "cooperations": "offer_a offer_b kind since",
}


def build_region(folder: Path = FOLDER) -> dict[str, Any]:
    """All rows of the invented files by file name, and the truths under "truths"."""
    grid, children = build_settlement(folder)
    municipalities, places = read_csv(folder / "municipalities.csv"), read_csv(folder / "places.csv")
    sites = build_sites(grid, grid.people**0.8, places, read_boundaries(folder / "boundaries.geojson"))
    region = Region(grid, array_children(grid, children), sites, build_providers(), municipalities)
    build_offers(region, read_kinds())
    truths = plant_truths(region)
    cooperations = build_cooperations(region, truths)
    return {
        "population": list_population(grid),
        "children": children,
        "providers": sorted(region.providers, key=lambda row: row["provider"]),
        "sites": sites,
        "offers": sorted(region.offers, key=lambda row: row["offer"]),
        "cooperations": cooperations,
        "truths": truths,
    }


def array_children(grid: Grid, rows: list[dict]) -> dict[tuple[str, str], np.ndarray]:
    """Children by cell for each phase and group."""
    position = {cell: i for i, cell in enumerate(grid.cell)}
    counts = {(p, g): np.zeros(len(position)) for p in CHILDREN_PER_1000 for g in ("low_income", "other")}
    for row in rows:
        counts[row["phase"], row["group"]][position[row["cell"]]] = float(row["n"])
    return counts


def list_population(grid: Grid) -> list[dict]:
    """Rows of population.csv."""
    columns = zip(grid.cell, grid.lat, grid.lon, grid.ags, grid.people, strict=True)
    return [
        {"cell": cell, "lat": f"{lat:.4f}", "lon": f"{lon:.4f}", "ags": str(ags), "population": int(n)}
        for cell, lat, lon, ags, n in columns
    ]


def write_region(rows: dict[str, Any], folder: Path, truths_path: Path) -> None:
    """Write every file of the invented part."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        write_csv(folder / f"{name}.csv", columns.split(), rows[name])
    write_truths(rows["truths"], truths_path)


def main() -> None:
    """Write the files to demo/lippe, or to the named folder to compare."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    truths_path = folder / "truths.toml" if len(sys.argv) > 1 else FOLDER.parent / "truths.toml"
    write_region(build_region(), folder, truths_path)
    print(f"Written: {folder} and {truths_path}")


if __name__ == "__main__":
    main()
