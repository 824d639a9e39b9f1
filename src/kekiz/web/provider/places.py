"""Where a new site lies: from the position that was typed, else the middle of its postcode or town."""

from __future__ import annotations

from typing import Any

from kekiz.accounts.actors import Actor
from kekiz.register import actions
from kekiz.register.models import Site
from kekiz.register.validation import InvalidFields
from kekiz.web.finder.places import locate_position, locate_text, read_position
from kekiz.web.provider.forms import SiteForm


def add_site(actor: Actor, form: SiteForm) -> Site | None:
    """Enter the site of a filled form; None where something is wrong, said next to the fields."""
    if not form.is_valid():
        return None
    values = form.cleaned_data
    if not values["new_name"]:
        form.add_error("new_name", "Bitte geben Sie dem Ort einen Namen.")
    position, ags = _locate(form, values)
    if form.errors or position is None:
        return None
    try:
        return actions.create_site(
            actor=actor,
            name=values["new_name"],
            street=values["new_street"],
            postcode=values["new_postcode"],
            town=values["new_town"],
            barrier_free=values["new_barrier_free"] or "unknown",
            lat=position[0],
            lon=position[1],
            ags=ags,
        )
    except InvalidFields as error:
        for field, texts in error.fields.items():
            name = f"new_{field}"
            form.add_error(name if name in form.fields else "new_position", texts)
    return None


def _locate(form: SiteForm, values: dict[str, Any]) -> tuple[tuple[float, float] | None, str]:
    town, postcode, typed = values["new_town"], values["new_postcode"], values["new_position"]
    if not town:
        form.add_error("new_town", "Bitte nennen Sie die Gemeinde.")
        return None, ""
    found = locate_text(f"{postcode} {town}".strip()) or locate_text(town)
    if found is None:
        form.add_error("new_town", f"„{town[:40]}“ kennen wir nicht in der Region.")
        return None, ""
    if not typed:
        return found.position, found.ags
    position = read_position(typed.replace("; ", ",").replace(";", ","))
    inside = locate_position(position) if position else None
    if position is None or inside is None:
        form.add_error("new_position", "Erwartet: Breite und Länge in der Region, z. B. 52.0280, 8.8990.")
        return None, ""
    return position, found.ags
