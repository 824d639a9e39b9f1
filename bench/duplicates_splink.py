"""Splink 5 on the records of a CSV file; clusters, seconds, megabytes as JSON for bench.duplicates."""

import json
import logging
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.5, 0.9, 0.99, 0.999, 0.9999)  # the one that suits the truth best is taken: generous
logging.disable(logging.CRITICAL)


def main() -> None:
    """Train without labels (EM), predict, cluster; comparisons as its documentation suggests."""
    table = pd.read_csv(sys.argv[1], dtype=str)
    truth = dict(zip(table["id"], table["truth"], strict=True))
    columns = ["id", "source", "name", "street", "postcode", "town", "phone"]
    table = table[columns].rename(columns={"id": "unique_id"})
    for column in columns[2:]:
        table[column] = table[column].str.lower().str.strip()
    table["digits"] = table["phone"].str.replace(r"\D", "", regex=True).str[-7:]
    start = time.perf_counter()
    known = [
        column for column in ("name", "street", "postcode", "town", "digits") if table[column].notna().any()
    ]
    clusters = link(table, known, truth)
    result = {
        "program": "Splink 5",
        "seconds": time.perf_counter() - start,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "clusters": clusters,
    }
    print(json.dumps(result))


def link(table: pd.DataFrame, known: list[str], truth: dict[str, str]) -> dict[str, str]:
    """Cluster of every record."""
    kinds = {
        "name": cl.JaroWinklerAtThresholds("name", [0.92, 0.8]),
        "street": cl.JaroWinklerAtThresholds("street", [0.92, 0.8]),
        "postcode": cl.LevenshteinAtThresholds("postcode", 1),
        "town": cl.JaroWinklerAtThresholds("town", [0.9]),
        "digits": cl.LevenshteinAtThresholds("digits", 1),
    }
    rules = [block_on("substr(name, 1, 6)"), block_on("substr(street, 1, 8)")]
    rules += [block_on(column) for column in ("digits", "postcode") if column in known]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[kinds[column] for column in known],
        blocking_rules_to_generate_predictions=rules,
    )
    linker = Linker(DuckDBAPI().register(table), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("name", "street")], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for column in ("name", "street"):
        training.estimate_parameters_using_expectation_maximisation(block_on(column))
    pairs = linker.inference.predict(threshold_match_probability=THRESHOLDS[0])
    tried = []
    for threshold in THRESHOLDS:
        grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
        frame = grouped.as_pandas_dataframe()
        clusters = dict(zip(frame["unique_id"], frame["cluster_id"].astype(str), strict=True))
        tried.append((judge(clusters, truth), threshold, clusters))
    return max(tried, key=lambda one: one[:2])[2]


def judge(clusters: dict[str, str], truth: dict[str, str]) -> float:
    """Pairwise F1."""
    right = count_pairs((clusters[key], truth[key]) for key in truth)
    return 2 * right / max(count_pairs(clusters.values()) + count_pairs(truth.values()), 1)


def count_pairs(labels: Iterable[object]) -> int:
    """Pairs within equal labels."""
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


if __name__ == "__main__":
    main()
