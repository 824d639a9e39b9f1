"""The palette of the reasons: from light to dark, told apart in greyscale, no red, readable tints."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import kekiz.web

CSS = (Path(kekiz.web.__file__).parent / "static" / "kekiz" / "reasons.css").read_text(encoding="utf-8")
LIGHT, DARK = CSS.split("@media (prefers-color-scheme: dark)")
SCHEMES = {"light": LIGHT, "dark": DARK}
PAPER = {"light": "#ffffff", "dark": "#000000"}
UNMET = ("not-found", "full", "hurdle", "too-far", "no-offer")


def read_colour(scheme, name):
    return re.search(rf"--{name}: (#[0-9a-f]{{6}});", SCHEMES[scheme]).group(1)


def channels(colour):
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def luminance(colour):
    """Relative luminance after WCAG 2.2."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_reasons_get_darker_in_their_order_so_that_greyscale_keeps_them_apart(scheme):
    colours = [read_colour(scheme, f"reason-{name}") for name in UNMET]
    for lighter, darker in pairwise(colours):
        assert contrast(lighter, darker) >= 1.25, (lighter, darker)
        assert luminance(lighter) > luminance(darker)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_found_stands_out_from_its_neighbour_and_from_the_paper(scheme):
    found = read_colour(scheme, "reason-found")
    assert contrast(found, read_colour(scheme, "reason-not-found")) >= 2
    assert contrast(found, PAPER[scheme]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_reason_is_red(scheme):
    for name in ("found", *UNMET):
        red, green, blue = channels(read_colour(scheme, f"reason-{name}"))
        assert not (red > 0.6 and green < 0.35 and blue < 0.35)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("tint", range(5))
def test_numbers_are_readable_on_every_tint(scheme, tint):
    ink = read_colour(scheme, "ink-on-light" if tint < 3 else "ink-on-strong")
    assert contrast(ink, read_colour(scheme, f"tint-{tint}")) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_tints_grow_away_from_the_paper(scheme):
    distances = [contrast(PAPER[scheme], read_colour(scheme, f"tint-{tint}")) for tint in range(5)]
    assert distances == sorted(distances)
