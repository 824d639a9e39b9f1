"""Somebody who reads all that the cockpit and the open data send, to work out the dots."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from itertools import product

import numpy as np
import pyarrow.parquet as pq
from tests.web.published_pages import Page, read_estimates, read_interval
from tests.web.small_numbers_system import DOT, HALF_STEP, System, find_code, read_number

from kekiz.analysis import queries
from kekiz.analysis.queries.runs import run_table, stored_inputs
from kekiz.engine.gaps import REASONS
from kekiz.evidence.queries import areas_of_region
from kekiz.web.components.reasons import REASONS as REASON_WORDS

HEADINGS = {"Bedarf": REASONS, "ohne Platz": REASONS[1:]} | {
    reason.label: (reason.code,) for reason in REASON_WORDS
}
# The same in files for programs.
NAMES = {"need": REASONS, "unmet": REASONS[1:]} | {code: (code,) for code in REASONS}
# What a list of offers says of an offer wherever it stands; the last one is the children there, or a dot.
OFFER = ("Angebot", "Träger", "Alter", "Plätze im Jahr", "belegt")


class Attack(System):
    """The system of all that was sent, and how it is read."""

    def __init__(self, run):
        """Of a stored run."""
        cube, areas = queries.link_cube(run), areas_of_region(run.region_key)
        super().__init__(cube.ags, cube.values[..., 1:])
        self.run = run
        self.members = {
            area.key: [town for town in self.towns if town.startswith(tuple(area.ags))] for area in areas
        }
        self.town_keys = {area.name: area.key for area in areas if len(area.key) == 8}

    def note_row(self, row, towns, phase="", field="", group=""):
        """Remember every number of a row of a file, and that a need is a dot."""
        for heading, reasons in HEADINGS.items():
            columns = self.columns(towns, phase, field, group, reasons)
            if row[heading] == DOT:
                if heading == "Bedarf":
                    self.note_dot(towns, phase, field, group)
                continue
            value = read_number(row[heading])
            self.note(columns, value - HALF_STEP, value + HALF_STEP)
        if row["Anteil ohne Platz"] not in (DOT, "?"):
            assert row["Bedarf"] != DOT, "a share beside a dot would tell"

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
        for row in (row for table in page.tables for row in table if HEADINGS.keys() & row.keys()):
            first = next(iter(row))
            if first == "Kommune":
                self.note_counts(row, [self.town_keys[row[first]]], phase, field, group)
            elif first == "Lebensphase" and "Gruppe" in row:
                place = find_code(self.scheme.phases, row[first]), ""
                self.note_counts(row, towns, *place, find_code(self.scheme.groups, row["Gruppe"]))
            elif first == "Gruppe":
                self.note_counts(row, towns, phase, field, find_code(self.scheme.groups, row[first]))
        for link_phase, link_field, low, high in read_estimates(page):
            self.note(self.columns(towns, link_phase, link_field, group, REASONS[1:]), low, high)
        return page

    def read_answer(self, browser, path):
        """Remember both sides of a what-if: today's unknowns, and those without a place afterwards."""
        page = self.read_page(browser, path, self.towns)
        for row in (row for table in page.tables for row in table if "ohne Platz danach" in row):
            first = next(iter(row))
            towns, phase, field, group = self.towns, "", "", ""
            if first == "Kommune":
                towns = [self.town_keys[row[first]]]
            elif first == "Lebensphase":
                phase = find_code(self.scheme.phases, row[first])
            elif first == "Bedarfsfeld":
                field = find_code(self.scheme.fields, row[first])
            else:
                group = find_code(self.scheme.groups, row[first])
            columns = self.columns(towns, phase, field, group, REASONS[1:])
            before, after = read_interval(row["ohne Platz heute"]), read_interval(row["ohne Platz danach"])
            assert (before is None) == (after is None)
            if before:
                leaves = sorted({column // len(REASONS) for column in columns})
                self.note(columns, *before)
                self.note(tuple(self.unmet_after[leaves].tolist()), *after)

    def read_proposal(self, browser, number):
        """Remember what a plan adds, verified: its files by municipality and group, exacter than the page."""
        for row in read_file(browser, f"/cockpit/planung/{number}/kommunen.csv"):
            value = read_number(row["nachgerechnet"])
            self.note_gain([self.town_keys[row["Kommune"]]], "", value - HALF_STEP, value + HALF_STEP)
        for row in read_file(browser, f"/cockpit/planung/{number}/gruppen.csv"):
            value, group = read_number(row["nachgerechnet"]), find_code(self.scheme.groups, row["Gruppe"])
            self.note_gain(self.towns, group, value - HALF_STEP, value + HALF_STEP)

    def note_values(self, values, towns, phase="", field="", group="", ending=""):
        """The same for numbers with their names, of a file for programs."""
        for name, reasons in NAMES.items():
            columns = self.columns(towns, phase, field, group, reasons)
            if values[name + ending] is not None:
                value = values[name + ending]
                self.note(columns, value - HALF_STEP, value + HALF_STEP)
            elif name == "need":
                self.note_dot(towns, phase, field, group)
        assert values["is_hidden" + ending] == (values["need" + ending] is None)
        if values["need" + ending] is None:
            assert values["unmet_share" + ending] is None, "a share beside nothing would tell"

    def read_open_data(self, browser):
        """The files of the published run, in all three forms."""
        schemes = self.scheme.phases, self.scheme.fields, self.scheme.groups
        for row in read_file(browser, "/offene-daten/analyse.csv"):
            words = zip(schemes, (row["Lebensphase"], row["Bedarfsfeld"], row["Gruppe"]), strict=True)
            link = [find_code(entries, word) if word != "alle" else "" for entries, word in words]
            self.note_row(row, self.members[row["Schlüssel"]], *link)
        table = pq.read_table(io.BytesIO(read_bytes(browser, "/offene-daten/analyse.parquet")))
        for row in table.to_pylist():
            link = ["" if row[name] == "all" else row[name] for name in ("phase", "field", "group")]
            self.note_values(row, self.members[row["area"]], *link)
        for feature in json.loads(read_bytes(browser, "/offene-daten/analyse.geojson"))["features"]:
            for group in ("", *self.scheme.group_codes):
                ending = f"_{group}" if group else ""
                self.note_values(feature["properties"], [feature["id"]], group=group, ending=ending)

    def read_everything(self, browser, links=()):
        """All files of the overview, for every area and group; for some links those of their page."""
        self.read_overview(browser)
        for phase, field in links:
            self.read_link(browser, phase, field)

    def read_overview(self, browser):
        """The files of the overview, for every area and group."""
        for towns, group, query in self._choices():
            for row in read_file(browser, f"/cockpit/tabelle/luecken.csv{query}"):
                field, _, phase = row["Kettenglied"].rpartition(", ")
                link = find_code(self.scheme.phases, phase), find_code(self.scheme.fields, field)
                self.note_row(row, towns, *link, group)
            for row in read_file(browser, f"/cockpit/tabelle/kette.csv{query}"):
                phase = find_code(self.scheme.phases, row["Lebensphase"])
                self.note_row(row, towns, phase, group=find_code(self.scheme.groups, row["Gruppe"]))
            for row in read_file(browser, f"/cockpit/tabelle/uebergaenge.csv{query}"):
                code = find_code(self.scheme.transitions, row["Übergang"])
                told = row["Kinder im Jahr"], row["mit vereinbarter Übergabe"]
                self.note_passage(towns, code, group, *told)
            self._read_towns(browser, f"/cockpit/tabelle/gemeinden.csv{query}", group=group)

    def read_link(self, browser, phase, field):
        """The files of the page of a link, for every area and group; its offers, for every municipality."""
        path = f"/cockpit/luecke/{phase}/{field}"
        for towns, group, query in self._choices():
            self._read_towns(browser, f"{path}/gemeinden.csv{query}", phase, field, group)
            for row in read_file(browser, f"{path}/gruppen.csv{query}"):
                self.note_row(row, towns, phase, field, find_code(self.scheme.groups, row["Gruppe"]))
        self.read_offers(browser, phase, field)

    def read_offers(self, browser, phase, field):
        """The offers of a link, for every municipality."""
        path = f"/cockpit/luecke/{phase}/{field}/angebote.csv"
        for town in self.towns:
            offers = read_file(browser, f"{path}?gebiet={town}")
            told = [tuple(row[heading] for heading in OFFER) for row in offers]
            self.note_offers(phase, field, town, told)

    def read_overview_pages(self, browser):
        """The page of the overview, for every area and group."""
        for towns, group, query in self._choices():
            self.read_page(browser, f"/cockpit/{query}", towns, group=group)

    def read_link_pages(self, browser, phase, field):
        """The page of a link, for every area and group."""
        for towns, group, query in self._choices():
            self.read_page(browser, f"/cockpit/luecke/{phase}/{field}/{query}", towns, phase, field, group)

    def _choices(self):
        """Municipalities, group and address of everything that can be chosen."""
        for (key, towns), group in product(self.members.items(), ("", *self.scheme.group_codes)):
            yield towns, group, f"?gebiet={key}&gruppe={group}"

    def _read_towns(self, browser, path, phase="", field="", group=""):
        for row in read_file(browser, path):
            self.note_row(row, [self.town_keys[row["Kommune"]]], phase, field, group)

    def note_mask(self):
        """Everything that the run leaves out is attacked, whether or not a page has a place for it.

        What was read as a dot is left out by the mask, or it would not be one.
        """
        mask = queries.mask_of(self.run)
        seen = set(self.dots)
        for area, phase, field, group in mask.needs:
            self.note_dot(area.split() or self.towns, phase, field, group)
        assert len(self.dots) == len(mask.needs), f"no number in the mask: {seen - set(self.dots)}"

    def start_reading(self, goal):
        """The reader of all this, told the truth where it is known."""
        offers, hidden = stored_inputs(self.run).offers, queries.mask_of(self.run).offers
        names = dict(zip(offers.offer, offers.name, strict=True))
        known_by = Counter(names.values())
        taken = {
            (row["field"], names[row["offer"]]): row["taken_found"]
            for row in run_table(self.run, "offers").to_pylist()
            if (row["field"], row["offer"]) in hidden and known_by[names[row["offer"]]] == 1
        }
        return self.open_reader(goal, taken, self._true_crossing() if self.passages else None)

    def _true_crossing(self):
        codes = [one.code for one in self.scheme.transitions]
        children = np.zeros((len(self.towns), len(codes), len(self.scheme.groups), 2))
        for row in run_table(self.run, "transitions").to_pylist():
            if row["ags"] and row["group"] and row["crossing"]:
                place = (
                    self.towns.index(row["ags"]),
                    codes.index(row["transition"]),
                    self.scheme.group_codes.index(row["group"]),
                )
                children[place] = row["crossing"] * np.array([row["with_handover"], 1 - row["with_handover"]])
        return children


def read_file(browser, path):
    """The rows of a CSV file that was really sent."""
    return list(csv.DictReader(io.StringIO(read_bytes(browser, path).decode("utf-8-sig")), delimiter=";"))


def read_bytes(browser, path):
    """A file that was really sent."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
