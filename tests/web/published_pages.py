"""Numbers as pages write them, read back as the interval that they leave open."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kekiz.web.words import round_estimate

DOT = "."
DIGITS = re.compile(r"−?[\d\u202f]+(?:,\d+)?")
LINK = re.compile(r"/luecke/(?P<phase>\w+)/(?P<field>\w+)/")
ESTIMATE = re.compile(r"rund\s+(?P<number>[\d\u202f]+)\s+Kinder ohne Platz")


class Page(HTMLParser):
    """The tables of a page as rows by heading, and its links with their words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[dict[str, str]]] = []
        self.links: list[tuple[str, str]] = []
        self._rows: list[list[str]] = []
        self._texts: list[list[str]] = []  # of the elements that are open and read
        self._hrefs: list[str] = []
        self._unread = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open what is read: rows, cells, links."""
        if tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._texts.append([])
        elif tag == "a":
            self._hrefs.append(dict(attrs).get("href") or "")
            self._texts.append([])
        elif tag == "svg":
            self._unread += 1

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        if tag == "svg":
            self._unread -= 1
        elif tag in ("th", "td") and self._texts:
            text = "".join(self._texts.pop()).strip()
            if self._rows:
                self._rows[-1].append(text)
        elif tag == "a" and self._texts:
            text = "".join(self._texts.pop())
            self.links.append((self._hrefs.pop(), text))
            if self._texts:
                self._texts[-1].append(text)
        elif tag == "table" and self._rows:
            head, *rows = self._rows
            self.tables.append([dict(zip(head, row, strict=True)) for row in rows if len(row) == len(head)])

    def handle_data(self, data: str) -> None:
        """Text of cells and links; pictures have the same in words."""
        if self._texts and not self._unread:
            self._texts[-1].append(data)


def read_interval(text: str) -> tuple[float, float] | None:
    """What a count of a page leaves open: "312" is 311.5 to 312.5; None: a dot, or nothing is said."""
    if text.startswith(("·", "–", "?", DOT)) or not text:
        return None
    if text.startswith("unter 1"):
        return 0.0, 0.5
    found = DIGITS.fullmatch(text)
    assert found, f"no count: {text!r}"
    value = float(text.replace("\u202f", "").replace(",", ".").replace("−", "-"))
    return max(value - 0.5, 0.0), value + 0.5


def read_estimates(page: Page) -> list[tuple[str, str, float, float]]:
    """Phase, field, and what "rund 310 Kinder ohne Platz" in the words of a link leaves open."""
    estimates = []
    for href, text in page.links:
        place, number = LINK.search(href), ESTIMATE.search(text)
        if place and number:
            value = float(number["number"].replace("\u202f", ""))
            step = 1.0
            while round_estimate(value + step) == value or round_estimate(value - step) == value:
                step += 1.0
            estimates.append((place["phase"], place["field"], max(value - step, 0.0), value + step))
    return estimates
