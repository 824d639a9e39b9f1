"""Reading and writing the demo region's CSV files, and sharing a total out without losing a unit."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "lippe"


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header, every value as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict]) -> None:
    """Write the named columns of the rows, with "\\n" line ends so that the bytes are the same everywhere."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def share_out(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers in proportion to the weights that add up to the total (largest remainder).

    weights: (n,) >= 0, at least one > 0. Equal remainders go to the earlier entry, so the result is stable.
    """
    exact = total * weights / weights.sum()
    parts = np.floor(exact + 1e-9).astype(int)
    missing = total - int(parts.sum())
    order = np.argsort(-np.round(exact - parts, 9), kind="stable")
    parts[order[:missing]] += 1
    return parts
