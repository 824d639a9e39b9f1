"""The main navigation: which parts of the site there are and where the visitor is."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class NavigationEntry:
    """One link of the main navigation."""

    label: str
    url: str
    is_current: bool
    is_exact: bool


def find_url(name: str, *args: str) -> str:
    """Resolve a URL name; "" where that part of the site is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def list_entries(path: str, is_signed_in: bool, *, is_provider: bool = False) -> list[NavigationEntry]:
    """List the entries for a visitor at an address; the start page is current where nothing else is."""
    start = find_url("finder:start") or "/"
    wanted = [(_("Angebote finden"), start), (_("Cockpit"), find_url("desk:overview"))]
    if is_provider:
        wanted.insert(1, (_("Meine Angebote"), find_url("provider:offers")))
    if not is_signed_in:
        wanted.append((_("Anmelden"), find_url("account_login")))
    inner = [url for _label, url in wanted if url and url != start]
    entries = []
    for label, url in wanted:
        if not url:
            continue
        is_here = path.startswith(url) if url != start else not any(path.startswith(other) for other in inner)
        entries.append(NavigationEntry(label, url, is_here, path == url))
    return entries
