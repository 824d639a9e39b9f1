"""The language of a page: it stands in the address, nothing else decides.

German has no prefix, the others have one ("/en/", "/ls/" …): a link says which language it leads to, and
any cache may keep a page. No cookie, no guess from the settings of the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, gettext, override

GERMAN = "de"
PLAIN = "ls"  # Leichte Sprache: a language of its own, with own sentences
# Leichte Sprache has no code of its own; "simple" is a registered variant (IANA, 2015).
_TAGS = {PLAIN: "de-simple"}
_IN_GERMAN = SafeString(' lang="de" dir="ltr"')


class LanguageMiddleware:
    """Answer in the language that the address names, in German where it names none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code = read_language(request.path_info)
        with override(code):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", tag_of(code))
        return response


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the language switch: tag for `lang`, its own name, where it leads."""

    tag: str
    name: str
    url: str
    is_current: bool
    is_bidi: bool


def read_language(path: str) -> str:
    """The language of an address: "/en/angebote/" -> "en", "/angebote/" -> "de"."""
    first = path.lstrip("/").partition("/")[0]
    is_prefix = first != GERMAN and first in dict(settings.LANGUAGES) and path.startswith(f"/{first}/")
    return first if is_prefix else GERMAN


def current_language() -> str:
    """The language of the page that is being made."""
    return get_language() or GERMAN


def is_german() -> bool:
    """Is the page in German or Leichte Sprache, the languages of the offers' own texts?"""
    return current_language() in {GERMAN, PLAIN}


def is_plain() -> bool:
    """Is the page in Leichte Sprache?"""
    return current_language() == PLAIN


def tag_of(code: str) -> str:
    """The tag for `lang` and `hreflang`."""
    return _TAGS.get(code, code)


def direction() -> str:
    """The direction of writing, for `dir`."""
    return "rtl" if get_language_bidi() else "ltr"


def mark_german() -> SafeString:
    """Attributes for a text that stays German: nothing on pages in German."""
    return SafeString("") if is_german() else _IN_GERMAN


def translate(german: str | None) -> str:
    """Words that were marked with `gettext_noop` where they are written down; "" for nothing."""
    return gettext(german) if german else ""


def write_page_attributes() -> SafeString:
    """Language and direction for `<html>`, where there is no request to ask: the page of last resort."""
    return SafeString(f' lang="{tag_of(current_language())}" dir="{direction()}"')


def isolate(text: str) -> str:
    """A name inside a sentence, kept from mixing with writing from right to left."""
    return f"\u2068{text}\u2069" if text and get_language_bidi() else text


def list_language_links(request: HttpRequest | None) -> list[LanguageLink]:
    """This page in every language, with its filters; the start page where it exists in German only."""
    path = request.path_info if request else "/"
    current = read_language(path)
    bare = path if current == GERMAN else path[len(current) + 1 :]
    query = request.META.get("QUERY_STRING", "") if request else ""
    is_public = _is_in_all_languages(bare)
    links = []
    for code, name in settings.LANGUAGES:
        with override(code):
            start, is_bidi = reverse("finder:start"), get_language_bidi()
        url = start + bare.removeprefix("/") + (f"?{query}" if query else "") if is_public else start
        links.append(LanguageLink(tag_of(code), name, url, code == current, is_bidi))
    return links


def _is_in_all_languages(bare_path: str) -> bool:
    """Does the address exist with a prefix? Asked of the addresses themselves, so that no list can age."""
    with override(PLAIN):
        try:
            resolve(f"/{PLAIN}{bare_path}")
        except Resolver404:
            return False
    return True
