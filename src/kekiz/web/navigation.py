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


def list_entries(
    path: str, is_signed_in: bool, *, is_provider: bool = False, sees_cockpit: bool = True
) -> list[NavigationEntry]:
    """List the entries for a visitor at an address; the start page is current where nothing else is."""
    start = find_url("finder:start") or "/"
    login, second_factor = find_url("account_login"), find_url("mfa_index")
    # Label, address, and the addresses that belong to it.
    wanted = [(_("Angebote finden"), start, start)]
    if is_provider:
        wanted.append((_("Meine Angebote"), find_url("provider:offers"), find_url("provider:offers")))
    if sees_cockpit:
        wanted.append((_("Cockpit"), find_url("desk:overview"), find_url("desk:overview")))
    if is_signed_in:
        wanted.append((_("Konto"), second_factor, login.removesuffix("login/")))
    else:
        wanted.append((_("Anmelden"), login, login))
    inner = [part for _label, url, part in wanted if url and url != start]
    entries = []
    for label, url, part in wanted:
        if not url:
            continue
        is_elsewhere = any(path.startswith(other) for other in inner)
        is_here = not is_elsewhere if url == start else path.startswith(part)
        entries.append(NavigationEntry(label, url, is_here, path == url))
    return entries
