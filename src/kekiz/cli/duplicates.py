"""`kekiz duplicates`: what stands in lists twice, with the reasons, without a database."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kekiz.cli.exits import Exit, stop
from kekiz.cli.faults import stop_for_faults
from kekiz.cli.inputs import InputFaults
from kekiz.engine.duplicates import FIELDS, Duplicates, Records, find_duplicates, tell_reasons
from kekiz.engine.duplicates.records import NUMBERS, TEXTS
from kekiz.engine.files import read_columns
from kekiz.engine.problems import SHOWN_PER_COLUMN, InputError, Problem

COLUMNS = ("left", "right", "probability", "decision", "cluster", "reasons")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def run_duplicates(lists: list[Path], level: str, out: Path | None, as_json: bool) -> None:
    """Read the lists, find pairs, write or print them. Ends with a code of Exit."""
    if out is not None and (out.suffix not in {".csv", ".json"} or not out.parent.is_dir() or out.exists()):
        stop(
            f"--out: {out} muss eine neue Datei *.csv oder *.json in einem vorhandenen Ordner sein.",
            Exit.USAGE,
        )
    try:
        records = read_lists(lists)
        found = find_duplicates(records, level=level)
    except InputFaults as error:
        stop_for_faults(error, as_json)
    except InputError as error:
        stop_for_faults(InputFaults([(lists[0], error)]), as_json)
    pairs = list_pairs(found)
    if out is not None:
        _write(out, pairs)
    if as_json:
        print(json.dumps(pairs, ensure_ascii=False, indent=2))
    else:
        print(describe_pairs(pairs, len(records), out))


def read_lists(lists: list[Path]) -> Records:
    """All lists in one; one without the column source is named by its file. Raises InputFaults."""
    faults: list[tuple[Path, InputError]] = []
    tables = []
    known = frozenset(TEXTS) | frozenset(NUMBERS)
    for path in lists:
        try:
            table = read_columns(path, known=known, required=frozenset({"id", "name"}))
            tables.append(_complete(path, table))
        except InputError as error:
            faults.append((path, error))
    if faults:
        raise InputFaults(faults)
    return Records.from_table(pa.concat_tables(tables))


def _complete(path: Path, table: pa.Table) -> pa.Table:
    """Every column the engine knows: empty texts as missing, numbers with a point or a comma."""
    columns: dict[str, pa.Array] = {}
    for name in TEXTS:
        is_there = name in table.column_names
        texts = table[name].cast(pa.string()) if is_there else pa.nulls(len(table), pa.string())
        columns[name] = pc.if_else(pc.equal(pc.fill_null(texts, ""), ""), None, texts)
    for name in NUMBERS:
        columns[name] = _read_numbers(path, table, name)
    columns["source"] = pc.fill_null(columns["source"], path.stem)
    return pa.table(columns)


def _read_numbers(path: Path, table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        return pa.nulls(len(table), pa.float64())
    values: list[float | None] = []
    problems = []
    for row, text in enumerate(table[name].cast(pa.string()).to_pylist(), start=2):
        try:
            values.append(float(text.strip().replace(",", ".")) if text and text.strip() else None)
        except ValueError:
            message = f"„{text[:40]}“ ist keine Zahl. Erwartet wird z. B. 51.94."
            problems.append(Problem(path.name, message, row=row, column=name))
    if problems:
        raise InputError(problems[:SHOWN_PER_COLUMN], total=len(problems))
    return pa.array(values, pa.float64())


def list_pairs(found: Duplicates) -> list[dict[str, Any]]:
    """Pairs that are sure or worth a look, the most probable first, with their reasons."""
    cluster = dict(zip(found.ids.to_pylist(), found.cluster.to_pylist(), strict=True))
    pairs = []
    rows = zip(found.left.to_pylist(), found.right.to_pylist(), found.decision.to_pylist(), strict=True)
    for row, (left, right, decision) in enumerate(rows):
        if decision == "apart":
            continue
        evidence = dict(zip(FIELDS, found.evidence[row].tolist(), strict=True))
        pairs.append(
            {
                "left": left,
                "right": right,
                "probability": round(float(found.probability[row]), 4),
                "decision": decision,
                "cluster": cluster[left] if cluster[left] == cluster[right] else None,
                "reasons": [
                    {"text": told.text, "weight": round(told.weight, 2)}
                    for told in tell_reasons(evidence, found.weights)
                ],
            }
        )
    return pairs


def _write(out: Path, pairs: list[dict[str, Any]]) -> None:
    """Beside first, then in place by renaming."""
    beside = out.with_name(out.name + ".new")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            if out.suffix == ".json":
                json.dump(pairs, file, ensure_ascii=False, indent=2)
            else:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                writer.writerows([_as_cell(pair[name]) for name in COLUMNS] for pair in pairs)
        beside.replace(out)
    except OSError as error:
        stop(f"--out: {out} ließ sich nicht schreiben: {error.strerror}.", Exit.USAGE)


def _as_cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(f"{reason['text']} ({reason['weight']:+.1f})" for reason in value)
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def describe_pairs(pairs: list[dict[str, Any]], records: int, out: Path | None) -> str:
    """The first pairs in words."""
    sure = sum(pair["decision"] == "automatic" for pair in pairs)
    lines = [f"{records} Einträge, {len(pairs)} Paare: {sure} fast sicher, {len(pairs) - sure} zu prüfen."]
    for pair in pairs[:10]:
        why = ", ".join(reason["text"] for reason in pair["reasons"][:3])
        lines.append(f"  {pair['left']} – {pair['right']}: {pair['probability'] * 100:.0f} % ({why})")
    if len(pairs) > 10:
        lines.append(f"  … und {len(pairs) - 10} weitere; alle mit --out oder --json")
    if out is not None:
        lines.append(f"Geschrieben: {out}")
    return "\n".join(lines)
