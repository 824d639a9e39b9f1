"""The catalogue of invented things: kinds of offers, names and providers, read from TOML files."""

import re
import tomllib
from pathlib import Path
from zlib import crc32

import numpy as np

HERE = Path(__file__).parent
SEED = 57660
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
KIND_FILES = ("birth", "early", "primary", "youth", "family")
KIND_DEFAULTS = {
    "access": "walk_in",
    "area": "",
    "cost": "free",
    "cost_notes": [],
    "evidence": "",
    "first_in": [],
    "funding": [],
    "hurdles": [],
    "languages": ["de", "de", "de en"],
    "level": "universal",
    "mode": "visit",
    "only_in": [],
    "plain": "",
    "project_share": 0.0,
    "second_site_share": 0.0,
}
DIALLING_CODES = {
    "05766004": "05237", "05766008": "05222", "05766012": "05263", "05766016": "05235",
    "05766020": "05231", "05766024": "05265", "05766028": "05262", "05766032": "05234",
    "05766036": "05264", "05766040": "05232", "05766044": "05261", "05766048": "05208",
    "05766052": "05281", "05766056": "05202", "05766060": "05282", "05766064": "05252",
}  # fmt: skip


def read_kinds() -> list[dict]:
    """Every kind of offer, with defaults filled in."""
    kinds = []
    for name in KIND_FILES:
        for kind in tomllib.loads((HERE / f"kinds/{name}.toml").read_text("utf-8"))["kind"]:
            kinds.append(KIND_DEFAULTS | kind)
    return kinds


def read_names() -> dict:
    """Invented names of houses, streets and providers."""
    return tomllib.loads((HERE / "names.toml").read_text("utf-8"))


def make_slug(text: str) -> str:
    """A key of lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().translate(UMLAUTS)).strip("-")


def make_chance(*words: str) -> np.random.Generator:
    """A seeded source of chance of its own for each purpose, so that one change does not move the others."""
    return np.random.default_rng([SEED, *(crc32(word.encode()) for word in words)])


def pick(chance: np.random.Generator, options: list):
    """One of the options."""
    return options[int(chance.integers(len(options)))]


def make_phone(ags: str, number: int) -> str:
    """A telephone number that cannot exist: no German subscriber number begins with a zero."""
    return f"{DIALLING_CODES[ags]} 0000-{number:03d}"


def build_providers() -> list[dict]:
    """Rows of providers.csv."""
    rows = []
    for number, provider in enumerate(read_names()["provider"], start=1):
        slug = make_slug(re.sub(r"(e\. V\.|gGmbH|GbR|\(Vorführung\))", "", provider["name"]))
        rows.append(
            {
                "provider": slug,
                "name": provider["name"],
                "ags": provider["home"],
                "phone": make_phone(provider["home"], number),
                "email": f"{slug}@example.org",
                "website": f"https://example.org/{slug}",
                "branches": " ".join(provider["branches"]),
            }
        )
    return rows
