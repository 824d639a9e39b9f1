"""Somebody who reads all that the cockpit and the open data send, and lets a solver work out the dots."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from itertools import product

import highspy
import numpy as np
import pyarrow.parquet as pq

from kekiz.analysis import queries
from kekiz.engine.gaps import REASONS
from kekiz.evidence.queries import areas_of_region, shipped_scheme
from kekiz.web.components.reasons import REASONS as REASON_WORDS

HALF_STEP = 0.0005  # files write three decimals
DOT = "."
HEADINGS = {"Bedarf": REASONS, "ohne Platz": REASONS[1:]} | {
    reason.label: (reason.code,) for reason in REASON_WORDS
}

# The same in files for programs.
NAMES = {"need": REASONS, "unmet": REASONS[1:]} | {code: (code,) for code in REASONS}


def read_number(text):
    """A number as files write it."""
    return float(text.replace(",", "."))


class Attack:
    """The linear system of all that was sent: children by town × link × group × reason, none negative."""

    def __init__(self, run):
        scheme = shipped_scheme()
        self.scheme, self.run = scheme, run
        self.towns = queries.link_cube(run).ags
        self.shape = (
            len(self.towns), len(scheme.phases), len(scheme.fields), len(scheme.groups), len(REASONS),
        )  # fmt: skip
        self.numbers = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        self.known = {}  # columns of the sum -> lower and upper end
        self.dots = {}  # (area, phase, field, group) of a need that is a dot -> its columns

    def columns(self, towns, phase, field, group, reasons):
        """The unknowns that a published number adds up."""
        picks = (
            [self.towns.index(town) for town in towns],
            self._pick(self.scheme.phase_codes, phase),
            self._pick(self.scheme.field_codes, field),
            self._pick(self.scheme.group_codes, group),
            [REASONS.index(reason) for reason in reasons],
        )
        return tuple(self.numbers[np.ix_(*picks)].ravel().tolist())

    @staticmethod
    def _pick(codes, code):
        return [codes.index(code)] if code else list(range(len(codes)))

    def note_row(self, row, towns, phase="", field="", group=""):
        """Remember every number of a row of a file, and that a need is a dot."""
        for heading, reasons in HEADINGS.items():
            columns = self.columns(towns, phase, field, group, reasons)
            if row[heading] == DOT:
                if heading == "Bedarf":
                    self.dots["+".join(towns), phase, field, group] = columns
                continue
            self._note(columns, read_number(row[heading]))
        if row["Anteil ohne Platz"] not in (DOT, "?"):
            assert row["Bedarf"] != DOT, "a share beside a dot would tell"

    def note_values(self, values, towns, phase="", field="", group="", ending=""):
        """The same for numbers with their names, of a file for programs."""
        for name, reasons in NAMES.items():
            columns = self.columns(towns, phase, field, group, reasons)
            if values[name + ending] is not None:
                self._note(columns, values[name + ending])
            elif name == "need":
                self.dots["+".join(towns), phase, field, group] = columns
        assert values["is_hidden" + ending] == (values["need" + ending] is None)
        if values["need" + ending] is None:
            assert values["unmet_share" + ending] is None, "a share beside nothing would tell"

    def _note(self, columns, value):
        low, high = self.known.get(columns, (-np.inf, np.inf))
        self.known[columns] = max(low, value - HALF_STEP), min(high, value + HALF_STEP)

    def read_open_data(self, browser):
        """The files of the published run, in all three forms."""
        members = {
            area.key: [town for town in self.towns if town.startswith(tuple(area.ags))]
            for area in areas_of_region(self.run.region_key)
        }
        schemes = self.scheme.phases, self.scheme.fields, self.scheme.groups
        for row in read_file(browser, "/offene-daten/analyse.csv"):
            words = zip(schemes, (row["Lebensphase"], row["Bedarfsfeld"], row["Gruppe"]), strict=True)
            link = [self._code(entries, word) if word != "alle" else "" for entries, word in words]
            self.note_row(row, members[row["Schlüssel"]], *link)
        table = pq.read_table(io.BytesIO(read_bytes(browser, "/offene-daten/analyse.parquet")))
        for row in table.to_pylist():
            link = ["" if row[name] == "all" else row[name] for name in ("phase", "field", "group")]
            self.note_values(row, members[row["area"]], *link)
        for feature in json.loads(read_bytes(browser, "/offene-daten/analyse.geojson"))["features"]:
            for group in ("", *self.scheme.group_codes):
                ending = f"_{group}" if group else ""
                self.note_values(feature["properties"], [feature["id"]], group=group, ending=ending)

    def read_everything(self, browser, links=()):
        """All files of the overview, for every area and group; for some links those of their page."""
        for area, group in product(areas_of_region(self.run.region_key), ("", *self.scheme.group_codes)):
            towns = [town for town in self.towns if town.startswith(tuple(area.ags))]
            query = f"?gebiet={area.key}&gruppe={group}"
            for row in read_file(browser, f"/cockpit/tabelle/luecken.csv{query}"):
                field, _, phase = row["Kettenglied"].rpartition(", ")
                self.note_row(
                    row,
                    towns,
                    self._code(self.scheme.phases, phase),
                    self._code(self.scheme.fields, field),
                    group,
                )
            for row in read_file(browser, f"/cockpit/tabelle/kette.csv{query}"):
                phase = self._code(self.scheme.phases, row["Lebensphase"])
                self.note_row(row, towns, phase, group=self._code(self.scheme.groups, row["Gruppe"]))
            self._read_towns(browser, f"/cockpit/tabelle/gemeinden.csv{query}", group=group)
            for phase, field in links:
                path = f"/cockpit/luecke/{phase}/{field}"
                self._read_towns(browser, f"{path}/gemeinden.csv{query}", phase, field, group)
                for row in read_file(browser, f"{path}/gruppen.csv{query}"):
                    self.note_row(row, towns, phase, field, self._code(self.scheme.groups, row["Gruppe"]))

    def _read_towns(self, browser, path, phase="", field="", group=""):
        names = {area.name: area.key for area in areas_of_region(self.run.region_key) if len(area.key) == 8}
        for row in read_file(browser, path):
            self.note_row(row, [names[row["Kommune"]]], phase, field, group)

    @staticmethod
    def _code(entries, name):
        return next(entry.code for entry in entries if entry.name == name)

    def build_solver(self):
        """HiGHS with one row for each published number."""
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        count = self.numbers.size
        self.solver.addVars(count, np.zeros(count), np.full(count, highspy.kHighsInf))
        for columns, (low, high) in self.known.items():
            self.solver.addRow(low, high, len(columns), np.array(columns, np.int32), np.ones(len(columns)))

    def pin(self, columns):
        """The least and the most that a sum of unknowns can be."""
        cost = np.zeros(self.numbers.size)
        cost[list(columns)] = 1
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        ends = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            self.solver.changeObjectiveSense(sense)
            self.solver.run()
            status = self.solver.getModelStatus()
            unbounded = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
            assert status == highspy.HighsModelStatus.kOptimal or status in unbounded, status
            ends.append(np.inf if status in unbounded else self.solver.getInfo().objective_function_value)
        return ends

    def measure_widths(self, sample, seed=0):
        """How closely dots are pinned: the smallest needs, and a seeded sample of the rest."""
        values = queries.link_cube(self.run).values[..., 1:].ravel()
        order = sorted(self.dots, key=lambda dot: (values[list(self.dots[dot])].sum(), dot))
        rest = order[sample // 2 :]
        chosen = order[: sample // 2]
        if rest:
            picks = np.random.default_rng(seed).choice(
                len(rest), min(len(rest), sample - sample // 2), replace=False
            )
            chosen += [rest[k] for k in picks]
        widths = defaultdict(float)
        for dot in chosen:
            low, high = self.pin(self.dots[dot])
            truth = values[list(self.dots[dot])].sum()
            assert low - 0.01 <= truth <= high + 0.01, "the truth fits what was sent"
            widths[dot] = high - low
        return dict(widths)


def read_file(browser, path):
    """The rows of a CSV file that was really sent."""
    return list(csv.DictReader(io.StringIO(read_bytes(browser, path).decode("utf-8-sig")), delimiter=";"))


def read_bytes(browser, path):
    """A file that was really sent."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
