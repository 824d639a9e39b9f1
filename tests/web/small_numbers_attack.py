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
from tests.web.published_pages import Page, read_estimates, read_interval

from kekiz.analysis import queries
from kekiz.cli.report.words import GROUP_LABELS, REASON_LABELS
from kekiz.engine.gaps import REASONS
from kekiz.evidence.queries import areas_of_region, shipped_scheme
from kekiz.web.components.reasons import REASONS as REASON_WORDS

HALF_STEP = 0.0005  # files write three decimals
ROUNDING = 1e-6  # of summary.json, which writes every digit
DOT = "."
HEADINGS = {"Bedarf": REASONS, "ohne Platz": REASONS[1:]} | {
    reason.label: (reason.code,) for reason in REASON_WORDS
}

REPORT_HEADINGS = {"Bedarf": REASONS} | {label: (code,) for code, label in REASON_LABELS.items()}
# The same in files for programs.
NAMES = {"need": REASONS, "unmet": REASONS[1:]} | {code: (code,) for code in REASONS}


def read_number(text):
    """A number as files write it."""
    return float(text.replace(",", "."))


class Attack:
    """The linear system of all that was sent: children by town × link × group × reason, none negative."""

    def __init__(self, run=None, *, towns=(), truth=None):
        """Of a stored run, or of files: ``truth`` is town × phase × field × group × reason."""
        scheme = shipped_scheme()
        self.scheme, self.run = scheme, run
        self.towns = tuple(towns) if run is None else queries.link_cube(run).ags
        self.truth = truth if run is None else queries.link_cube(run).values[..., 1:]
        self.shape = (
            len(self.towns), len(scheme.phases), len(scheme.fields), len(scheme.groups), len(REASONS),
        )  # fmt: skip
        self.numbers = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        # What is without a place after a change, by town x link x group: at most the need, which stays.
        self.unmet_after = self.numbers.size + np.arange(self.numbers.size // len(REASONS))
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

    def need_of(self, phase, field):
        """The need of a link in the whole region."""
        return self.truth.ravel()[list(self.columns(self.towns, phase, field, "", REASONS))].sum()

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
            value = read_number(row[heading])
            self.note(columns, value - HALF_STEP, value + HALF_STEP)
        if row["Anteil ohne Platz"] not in (DOT, "?"):
            assert row["Bedarf"] != DOT, "a share beside a dot would tell"

    def note(self, columns, low, high):
        """Remember the ends between which a sum of unknowns lies."""
        least, most = self.known.get(columns, (-np.inf, np.inf))
        self.known[columns] = max(least, low), min(most, high)

    def note_counts(self, row, *place):
        """Remember every count of a row of a page, whatever of the columns it shows."""
        shown = {heading: row[heading] for heading in HEADINGS if heading in row}
        dots = [heading for heading, text in shown.items() if text.startswith("·")]
        assert len(dots) in (0, len(shown)), f"a number beside a dot would tell: {row}"
        for heading, text in shown.items():
            ends = read_interval(text)
            if ends:
                self.note(self.columns(*place, HEADINGS[heading]), *ends)

    def read_page(self, browser, path, towns, phase="", field="", group=""):
        """Remember what a page shows: its tables of needs, and the numbers of its matrix."""
        answer = browser.get(path, follow=True)
        assert answer.status_code == 200, path
        page = Page(answer.content.decode())
        names = {area.name: area.key for area in areas_of_region(self.run.region_key) if len(area.key) == 8}
        for row in (row for table in page.tables for row in table if HEADINGS.keys() & row.keys()):
            first = next(iter(row))
            if first == "Kommune":
                self.note_counts(row, [names[row[first]]], phase, field, group)
            elif first == "Lebensphase" and "Gruppe" in row:
                place = self._code(self.scheme.phases, row[first]), ""
                self.note_counts(row, towns, *place, self._code(self.scheme.groups, row["Gruppe"]))
            elif first == "Gruppe":
                self.note_counts(row, towns, phase, field, self._code(self.scheme.groups, row[first]))
        for link_phase, link_field, low, high in read_estimates(page):
            self.note(self.columns(towns, link_phase, link_field, group, REASONS[1:]), low, high)
        return page

    def read_answer(self, browser, path):
        """Remember both sides of a what-if: today's unknowns, and those without a place afterwards."""
        page = self.read_page(browser, path, self.towns)
        names = {area.name: area.key for area in areas_of_region(self.run.region_key) if len(area.key) == 8}
        for row in (row for table in page.tables for row in table if "ohne Platz danach" in row):
            first = next(iter(row))
            towns, phase, field, group = self.towns, "", "", ""
            if first == "Kommune":
                towns = [names[row[first]]]
            elif first == "Lebensphase":
                phase = self._code(self.scheme.phases, row[first])
            elif first == "Bedarfsfeld":
                field = self._code(self.scheme.fields, row[first])
            else:
                group = self._code(self.scheme.groups, row[first])
            columns = self.columns(towns, phase, field, group, REASONS[1:])
            before, after = read_interval(row["ohne Platz heute"]), read_interval(row["ohne Platz danach"])
            assert (before is None) == (after is None)
            if before:
                leaves = sorted({column // len(REASONS) for column in columns})
                self.note(columns, *before)
                self.note(tuple(self.unmet_after[leaves].tolist()), *after)

    def read_summary(self, summary):
        """Remember the needs of summary.json, which are written in full."""
        rows = [(self.towns, row["phase"], row["field"], row) for row in summary["links"]]
        rows += [([row["ags"]], "", "", row) for row in summary["municipalities"]]
        for towns, phase, field, row in rows:
            parts = {"need": REASONS} | {reason: (reason,) for reason in REASONS}
            if row["is_too_small"]:
                self.dots["+".join(towns), phase, field, ""] = self.columns(towns, phase, field, "", REASONS)
                assert {row[name] for name in (*parts, "unmet_share", "within_reach_share")} == {None}
                assert row.get("unbroken") is None, "a share of the chain beside a dot"
                continue
            for name, reasons in parts.items():
                columns = self.columns(towns, phase, field, "", reasons)
                self.note(columns, row[name] - ROUNDING, row[name] + ROUNDING)
        for reason, gaps in summary["gaps"].items():
            for gap in gaps:
                columns = self.columns([gap["ags"]], gap["phase"], gap["field"], "", (reason,))
                self.note(columns, gap["children"] - ROUNDING, gap["children"] + ROUNDING)

    def read_report(self, html, names):
        """Remember the tables of report.html; ``names``: AGS by name of the municipality."""
        for row in (row for table in Page(html).tables for row in table if "Bedarf" in row):
            towns, phase, group = self.towns, "", ""
            if "Kommune" in row:
                towns = [names[row["Kommune"]]]
            else:
                phase = self._code(self.scheme.phases, row["Lebensphase"])
                group = next(code for code, label in GROUP_LABELS.items() if label == row["Gruppe"])
            if row["Bedarf"].startswith("·"):
                self.dots["+".join(towns), phase, "", group] = self.columns(towns, phase, "", group, REASONS)
            for heading, reasons in REPORT_HEADINGS.items():
                ends = read_interval(row[heading])
                if ends:
                    self.note(self.columns(towns, phase, "", group, reasons), *ends)

    def note_values(self, values, towns, phase="", field="", group="", ending=""):
        """The same for numbers with their names, of a file for programs."""
        for name, reasons in NAMES.items():
            columns = self.columns(towns, phase, field, group, reasons)
            if values[name + ending] is not None:
                value = values[name + ending]
                self.note(columns, value - HALF_STEP, value + HALF_STEP)
            elif name == "need":
                self.dots["+".join(towns), phase, field, group] = columns
        assert values["is_hidden" + ending] == (values["need" + ending] is None)
        if values["need" + ending] is None:
            assert values["unmet_share" + ending] is None, "a share beside nothing would tell"

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
        count, kinds = self.numbers.size, len(REASONS)
        size = count + self.unmet_after.size
        self.solver.addVars(size, np.zeros(size), np.full(size, highspy.kHighsInf))
        for after in sorted({column for row in self.known for column in row if column >= count}):
            leaf = (after - count) * kinds
            index = np.array([after, *range(leaf, leaf + kinds)], np.int32)
            self.solver.addRow(-highspy.kHighsInf, 0.0, len(index), index, np.array([1.0, *[-1.0] * kinds]))
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
        values = self.truth.ravel()
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
