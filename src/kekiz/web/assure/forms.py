"""The short form behind a link: what changes most."""

from __future__ import annotations

from typing import Any

from django import forms

from kekiz.register import facets
from kekiz.register.models import Offer
from kekiz.web.assure.hours import store_hours, write_hours


class ChangeForm(forms.Form):
    """Hours, cost, telephone, last day; the rest in words."""

    zeiten = forms.CharField(
        label="Öffnungszeiten",
        required=False,
        max_length=400,
        help_text="Zum Beispiel: Mo 09:00-11:00; Mi 14:00-16:00",
    )
    kosten = forms.ChoiceField(label="Kosten", choices=facets.Cost.choices)
    kostenhinweis = forms.CharField(label="Hinweis zu den Kosten", required=False, max_length=200)
    telefon = forms.CharField(label="Telefon", required=False, max_length=60)
    bis = forms.DateField(
        label="Letzter Tag des Angebots",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Bitte ein Datum angeben, etwa 31.12.2027."},
    )
    hinweis = forms.CharField(
        label="Was hat sich sonst geändert?",
        required=False,
        max_length=500,
        help_text="Bitte keine Namen von Kindern oder Familien.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, offer: Offer) -> None:
        super().__init__(
            data,
            initial={
                "zeiten": write_hours(offer.opening_hours),
                "kosten": offer.cost,
                "kostenhinweis": offer.cost_note,
                "telefon": offer.phone,
                "bis": offer.until,
            },
        )
        if offer.permanent:
            del self.fields["bis"]
        for name, field in self.fields.items():
            kind = "select" if name == "kosten" else "input"
            field.widget.attrs.setdefault("class", f"kern-form-input__{kind}")
        self.offer = offer

    def as_values(self) -> dict[str, Any]:
        """The values as the action takes them; hours that were not touched stay as they are stored."""
        cleaned = self.cleaned_data
        is_same = cleaned["zeiten"] == write_hours(self.offer.opening_hours)
        values = {
            "opening_hours": self.offer.opening_hours if is_same else store_hours(cleaned["zeiten"]),
            "cost": cleaned["kosten"],
            "cost_note": cleaned["kostenhinweis"],
            "phone": cleaned["telefon"],
        }
        return values | ({"until": cleaned["bis"]} if "bis" in self.fields else {})


NAMES = {
    "opening_hours": "zeiten",
    "cost": "kosten",
    "cost_note": "kostenhinweis",
    "phone": "telefon",
    "until": "bis",
}
