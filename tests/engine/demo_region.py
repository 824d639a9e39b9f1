"""The demo region analysed once for the tests of one module that look for its planted truths."""

import csv
import tomllib
from pathlib import Path

from kekiz.engine.compute import Inputs, Outcome, compute
from kekiz.engine.norms import load_norms
from kekiz.engine.scheme import load_scheme
from kekiz.engine.tables import read_children, read_cooperations, read_offers

DEMO = Path(__file__).resolve().parents[2] / "demo"


def compute_demo() -> Outcome:
    """The whole demo region with its markets kept."""
    return compute(read_demo_inputs(), keep_markets=True)


def read_demo_inputs() -> Inputs:
    """The tables of the demo region."""
    scheme = load_scheme()
    folder = DEMO / "lippe"
    return Inputs(
        children=read_children(folder / "children.csv", scheme),
        offers=read_offers(folder / "offers.csv", scheme),
        norms=load_norms(scheme=scheme),
        scheme=scheme,
        cooperations=read_cooperations(folder / "cooperations.csv", scheme),
    )


def read_towns() -> dict[str, str]:
    """The municipality where each offer stands; "" for those that come home or are online."""
    with (DEMO / "lippe/sites.csv").open(encoding="utf-8", newline="") as file:
        sites = {row["site"]: row["ags"] for row in csv.DictReader(file)}
    with (DEMO / "lippe/offers.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["offer"]: sites[row["sites"].split()[0]] if row["mode"] == "visit" else ""
            for row in csv.DictReader(file)
        }


def read_truths() -> dict:
    """What is planted in the demo region on purpose."""
    return tomllib.loads((DEMO / "truths.toml").read_text(encoding="utf-8"))
