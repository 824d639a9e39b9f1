"""A small region at real places of the Heidelberg extract: four cells, five offers. Counts are invented."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("KEKIZ_DATA", ROOT.parent / "shared" / "data")) / "routing"
OSM, GTFS = FOLDER / "heidelberg.osm.pbf", FOLDER / "vrn_heidelberg_cut.zip"
AGS = "08221000"
# Places as any map shows them: latitude, longitude (WGS84).
PLACES = {
    "bahnhof": (49.4036, 8.6755),  # Hauptbahnhof
    "bismarckplatz": (49.4094, 8.6936),
    "universitaetsplatz": (49.4102, 8.7065),
    "neuenheim": (49.4170, 8.6905),  # north of the Neckar
    "rohrbach": (49.3830, 8.6890),
}
REGION = """
[region]
key = "08221"
name = "Heidelberg (Test)"

[files]
children = "children.csv"
offers = "offers.csv"
"""


def write_heidelberg(folder: Path, *, region: str = REGION, extra_cells: str = "") -> Path:
    """Write the region's files; return region.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = [name for name in PLACES if name != "universitaetsplatz"]
    children = ["cell,lat,lon,ags,phase,group,n"]
    for name in cells:
        lat, lon = PLACES[name]
        children += [f"{name},{lat},{lon},{AGS},{phase},other,10" for phase in ("P4", "P5", "P6")]
    offers = ["offer,lat,lon,age_from,age_to,fields,places"]
    offers += [f"angebot-{name},{lat},{lon},72,192,K2 S1,20" for name, (lat, lon) in PLACES.items()]
    (folder / "region.toml").write_text(region, encoding="utf-8")
    (folder / "children.csv").write_text("\n".join(children) + "\n" + extra_cells, encoding="utf-8")
    (folder / "offers.csv").write_text("\n".join(offers) + "\n", encoding="utf-8")
    return folder / "region.toml"
