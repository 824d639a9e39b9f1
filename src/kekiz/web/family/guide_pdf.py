"""Set the guide as PDF/UA with Typst.

The texts of the offers reach the typesetter as JSON: they are values there, never markup, so that nobody can
write Typst into an offer. Fonts are those that come inside the package; nothing is fetched.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import unicodedata
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import qrcode
import qrcode.image.svg
import typst

from kekiz.web.family.guide_model import Guide

STANDARD = "ua-1"
_compile: Any = typst.compile  # its types do not know yet that several files may be given
_FONTS = b'#set text(font: ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern"))\n'
_PROBE = _FONTS + b'#set document(title: "sign")\n#json("guide.json")'
_TEMPLATE = Path(__file__).with_name("guide.typ")


def set_guide(guide: Guide, *, today: dt.date) -> bytes:
    """The guide as a tagged PDF (PDF/UA-1). The same guide on the same day gives the same bytes."""
    texts = json.dumps(_keep_printable(asdict(guide)), ensure_ascii=False).encode()
    files = {
        "main.typ": _FONTS + _TEMPLATE.read_bytes(),
        "guide.json": texts,
        "address.svg": _draw_address(guide.page_url),
    }
    moment = dt.datetime(today.year, today.month, today.day, tzinfo=dt.UTC)
    return bytes(
        _compile(files, format="pdf", pdf_standards=[STANDARD], ignore_system_fonts=True, timestamp=moment)
    )


def _draw_address(url: str) -> bytes:
    """The address as a picture code (QR), black on white."""
    picture = qrcode.make(url, image_factory=qrcode.image.svg.SvgPathImage, border=2)
    stream = io.BytesIO()
    picture.save(stream)
    return stream.getvalue()


def _keep_printable(value: Any) -> Any:
    """The same value with "?" for signs that no font shows: PDF/UA refuses a text that cannot be read."""
    if isinstance(value, str):
        return "".join(sign if can_print(sign) else _replace(sign) for sign in value)
    if isinstance(value, dict):
        return {name: _keep_printable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_keep_printable(part) for part in value]
    return value


def _replace(sign: str) -> str:
    return "" if unicodedata.category(sign).startswith("C") else "?"


@lru_cache(maxsize=65536)
def can_print(sign: str) -> bool:
    """Does one of the shipped fonts have this sign? Asked of the typesetter itself, once for each sign."""
    if sign.isascii() or sign == "\N{SOFT HYPHEN}":
        return sign.isprintable()
    if unicodedata.category(sign).startswith("C"):
        return False
    probe = {"main.typ": _PROBE, "guide.json": json.dumps(sign).encode()}
    try:
        _compile(probe, format="pdf", pdf_standards=[STANDARD], ignore_system_fonts=True)
    except typst.TypstError:
        return False
    return True
