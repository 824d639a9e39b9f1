"""Somebody who reads what ``kekiz analyse`` writes for others: summary.json and report.html."""

from __future__ import annotations

from tests.web.published_pages import Page, read_interval
from tests.web.small_numbers_system import System, find_code

from kekiz.cli.report.words import GROUP_LABELS, REASON_LABELS
from kekiz.engine.gaps import REASONS

ROUNDING = 1e-6  # of summary.json, which writes every digit
HEADINGS = {"Bedarf": REASONS} | {label: (code,) for code, label in REASON_LABELS.items()}


class FilesAttack(System):
    """The system of both files, and how they are read."""

    def read_summary(self, summary):
        """Remember the needs of summary.json, which are written in full."""
        rows = [(self.towns, row["phase"], row["field"], row) for row in summary["links"]]
        rows += [([row["ags"]], "", "", row) for row in summary["municipalities"]]
        for towns, phase, field, row in rows:
            parts = {"need": REASONS} | {reason: (reason,) for reason in REASONS}
            if row["is_too_small"]:
                self.note_dot(towns, phase, field, "")
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
                phase = find_code(self.scheme.phases, row["Lebensphase"])
                group = next(code for code, label in GROUP_LABELS.items() if label == row["Gruppe"])
            if row["Bedarf"].startswith("·"):
                self.note_dot(towns, phase, "", group)
            for heading, reasons in HEADINGS.items():
                ends = read_interval(row[heading])
                if ends:
                    self.note(self.columns(towns, phase, "", group, reasons), *ends)
