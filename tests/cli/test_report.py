"""The report speaks and looks like the pages of the site, though it may not import them."""

import re
from pathlib import Path

import pytest

import kekiz
from kekiz.cli.report import words
from kekiz.cli.report.markup import Markup, tag
from kekiz.web.components.reasons import REASONS

SOURCE = Path(kekiz.__path__[0])
REPORT_CSS = (SOURCE / "cli" / "report" / "style.css").read_text(encoding="utf-8")
SITE_CSS = (SOURCE / "web" / "static" / "kekiz" / "reasons.css").read_text(encoding="utf-8")
THIN = "\u202f"
COLOUR = r"--((?:reason|tint)-[a-z0-9-]+): (#[0-9a-f]{6})"


def test_the_reasons_have_the_same_colours_in_light_and_dark():
    assert re.findall(COLOUR, REPORT_CSS) == re.findall(COLOUR, SITE_CSS)


def test_the_reasons_have_the_same_names_and_order():
    assert list(words.REASON_LABELS.items()) == [(reason.code, reason.label) for reason in REASONS]
    assert list(words.REASON_MEANINGS.items()) == [(reason.code, reason.meaning) for reason in REASONS]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "?"),
        (float("nan"), "?"),
        (0.0, "0\u202f%"),
        (0.0004, "unter 1\u202f%"),
        (0.5, "50\u202f%"),
        (0.9999, "über 99\u202f%"),
        (1.0, "100\u202f%"),
    ],
)
def test_shares_are_never_rounded_to_none_or_all(share, text):
    assert words.write_percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "?"),
        (0, "0"),
        (0.3, "unter 1"),
        (12.4, "rund 12"),
        (312, "rund 310"),
        (12_345, "rund 12\u202f000"),
    ],
)
def test_estimates_are_rounded_to_what_they_bear(value, text):
    assert words.write_estimate(value) == text


@pytest.mark.parametrize(("value", "text"), [(-0.04, "0,0"), (-3.26, "−3,3"), (1234.5, "1\u202f234,5")])
def test_numbers_are_german(value, text):
    assert words.write_number(value, 1) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ((-9, 0), "bis zur Geburt"),
        ((0, 12), "bis 1 Jahr"),
        ((12, 36), "1 bis 3 Jahre"),
        ((6, 36), "6 bis 36 Monate"),
    ],
)
def test_ages_are_said_as_people_do(span, text):
    assert words.write_span(*span) == text


def test_text_is_escaped_once_and_markup_is_not():
    assert (
        tag("p", "a < b", Markup("<b>c</b>"), class_='"x"') == '<p class="&quot;x&quot;">a &lt; b<b>c</b></p>'
    )
