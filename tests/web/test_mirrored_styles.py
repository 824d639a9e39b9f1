"""Styles of the public pages mirror for writing from right to left: they name no side by left or right."""

import re
from pathlib import Path

import pytest

import kekiz.web

STYLES = Path(kekiz.web.__file__).parent / "static" / "kekiz"
# In rules for one direction, sides are named on purpose.
ONE_DIRECTION = re.compile(r'\[dir="?(?:rtl|ltr)"?\][^{]*\{[^}]*\}')
SIDE = re.compile(r"(?<![\w-])(?:(?:padding|margin|border)-)?(?:left|right|float) *:")
FOUR_SIDES = re.compile(
    r"(?<![\w-])(?:padding|margin|inset): *([^\s;}]+) +([^\s;}]+) +([^\s;}]+) +([^\s;}]+)(?= *[;}])"
)


def list_sided_rules(style: str) -> list[str]:
    """Declarations that would stay on their side when the page is mirrored."""
    plain = ONE_DIRECTION.sub("", style)
    uneven = [match[0] for match in FOUR_SIDES.finditer(plain) if match[2] != match[4]]
    return [match[0] for match in SIDE.finditer(plain)] + uneven


@pytest.mark.parametrize("name", ["frame.css", "finder.css", "family.css"])
def test_no_side_is_named(name):
    assert list_sided_rules((STYLES / name).read_text(encoding="utf-8")) == []


def test_the_check_finds_sides():
    assert list_sided_rules("a { padding: 0 1rem 0 2rem; left: 0; }") == ["left:", "padding: 0 1rem 0 2rem"]
    assert list_sided_rules('[dir="rtl"] a { left: 0; }') == []
    assert list_sided_rules("a { padding: 0 1rem 2rem 1rem; inset-inline-start: 0; }") == []
