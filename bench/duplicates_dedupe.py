"""dedupe on the records of a CSV file, 100 answers given by the truth; JSON for bench.duplicates."""

import csv
import json
import random
import re
import resource
import sys
import time

import dedupe
import numpy as np
from dedupe import variables

ANSWERS = 100
FIELDS = ("name", "street", "postcode", "town", "phone")


def main() -> None:
    """Ask what dedupe is most uncertain about, answer by the truth, train, partition at a half."""
    random.seed(1)
    np.random.seed(1)  # dedupe draws from the global state
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    records = {row["id"]: clean_record(row) for row in rows}
    truth = {row["id"]: row["truth"] for row in rows}
    start = time.perf_counter()
    known = [field for field in FIELDS if any(record[field] for record in records.values())]
    clusters = link(records, truth, known)
    result = {
        "program": f"dedupe, {ANSWERS} answers",
        "seconds": time.perf_counter() - start,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "clusters": clusters,
    }
    print(json.dumps(result))


def clean_record(row: dict[str, str]) -> dict[str, str | None]:
    """Lower case, single blanks, phones as their last digits; empty is None."""
    record = {field: " ".join(row[field].lower().split()) or None for field in FIELDS}
    digits = re.sub(r"\D", "", row["phone"])[-7:]
    return {**record, "phone": digits or None, "truth_id": row["id"]}


def link(records: dict, truth: dict[str, str], known: list[str]) -> dict[str, str]:
    """Cluster of every record."""
    deduper = dedupe.Dedupe([variables.String(field, has_missing=True) for field in known], num_cores=0)
    deduper.prepare_training(records, sample_size=3000)
    for _ in range(ANSWERS):
        pair = deduper.uncertain_pairs()[0]
        is_same = truth[pair[0]["truth_id"]] == truth[pair[1]["truth_id"]]
        answer = {"match": [pair], "distinct": []} if is_same else {"match": [], "distinct": [pair]}
        deduper.mark_pairs(answer)
    deduper.train()
    clusters = {}
    for number, (keys, _) in enumerate(deduper.partition(records, threshold=0.5)):
        clusters.update({key: str(number) for key in keys})
    return clusters


if __name__ == "__main__":
    main()
