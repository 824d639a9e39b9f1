"""The three questions of what-if as forms: a new offer, an offer that ends, other places."""

from __future__ import annotations

from typing import Any

from django import forms

from kekiz.analysis import bridge
from kekiz.analysis.models import Run
from kekiz.analysis.queries import stored_inputs
from kekiz.evidence.models import Place
from kekiz.evidence.queries import find_places, shipped_scheme
from kekiz.register.facets import FIELD_CHOICES, HURDLE_CHOICES, Mode
from kekiz.register.wording import describe_age

AGES = (-9, 0, 3, 6, 12, 18, 24, 36, 48, 60, 72, 96, 120, 144, 168, 192, 216, 252, 324)
AGE_CHOICES = [
    (str(months), "Beginn der Schwangerschaft" if months < 0 else describe_age(months)) for months in AGES
]
HIGHEST_PLACES = 100_000
PLACES_MESSAGES = {
    "required": "Bitte nennen Sie die Plätze im Jahr.",
    "invalid": "Bitte eine ganze Zahl eingeben, etwa 40.",
    "min_value": "Bitte eine Zahl ab 0 eingeben.",
    "max_value": f"Bitte höchstens {HIGHEST_PLACES} Plätze eingeben.",
}


class NewOfferForm(forms.Form):
    """An offer that does not exist yet."""

    felder = forms.MultipleChoiceField(
        label="Bedarfsfelder",
        choices=FIELD_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Bitte wählen Sie mindestens ein Bedarfsfeld."},
    )
    von = forms.TypedChoiceField(label="Alter von", choices=AGE_CHOICES, coerce=int, initial="0")
    bis = forms.TypedChoiceField(label="Alter bis", choices=AGE_CHOICES, coerce=int, initial="36")
    form = forms.ChoiceField(label="Form", choices=Mode.choices, initial=Mode.VISIT)
    ort = forms.CharField(label="Ort oder Postleitzahl", required=False, max_length=80)
    plaetze = forms.IntegerField(
        label="Plätze im Jahr",
        min_value=0,
        max_value=HIGHEST_PLACES,
        initial=40,
        error_messages=PLACES_MESSAGES,
    )
    huerden = forms.MultipleChoiceField(
        label="Hürden", choices=HURDLE_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean_ort(self) -> Place | None:
        """Find the place of an offer that families visit; others need none."""
        text = self.cleaned_data["ort"].strip()
        if not text:
            return None
        places = find_places(text, limit=1)
        if not places:
            raise forms.ValidationError(
                f"„{text}“ steht nicht im Ortsverzeichnis. Bitte eine Kommune, einen Ortsteil oder eine "
                "Postleitzahl der Region eingeben, etwa „Lemgo“ oder „32657“."
            )
        return places[0]

    def clean(self) -> dict[str, Any]:
        """Check ages against each other, and that a visited offer has a place."""
        cleaned = super().clean() or self.cleaned_data
        if {"von", "bis"} <= cleaned.keys() and cleaned["von"] >= cleaned["bis"]:
            self.add_error("bis", "Das obere Alter muss über dem unteren liegen.")
        if cleaned.get("form") == Mode.VISIT and not cleaned.get("ort") and "ort" not in self.errors:
            self.add_error("ort", "Bitte nennen Sie den Ort, an den die Familien kommen.")
        return cleaned

    def as_change(self) -> dict[str, Any]:
        """The change as `what_if` takes it."""
        cleaned = self.cleaned_data
        place = cleaned["ort"]
        offer = {
            "provider": "was-waere-wenn",
            "age_from": float(cleaned["von"]),
            "age_to": float(cleaned["bis"]),
            "fields": list(cleaned["felder"]),
            "places": float(cleaned["plaetze"]),
            "mode": cleaned["form"],
            "hurdles": list(cleaned["huerden"]),
        }
        if cleaned["form"] == Mode.VISIT:
            offer |= {"lat": place.lat, "lon": place.lon}
        elif place is not None:
            offer["area"] = place.ags
        return {"add_offer": offer}

    def describe(self) -> str:
        """The change in a sentence."""
        cleaned = self.cleaned_data
        names = [shipped_scheme().field(code).name for code in cleaned["felder"]]
        where = f" in {cleaned['ort'].name}" if cleaned["ort"] else " für die ganze Region"
        return f"Ein neues Angebot{where} mit {cleaned['plaetze']} Plätzen im Jahr ({', '.join(names)})"


class OfferForm(forms.Form):
    """A question about an offer that is there: `angebot` lists the offers of the run."""

    angebot = forms.ChoiceField(
        label="Angebot",
        error_messages={
            "required": "Bitte wählen Sie ein Angebot.",
            "invalid_choice": "Dieses Angebot kommt im Lauf nicht vor. Bitte wählen Sie eines aus der Liste.",
        },
    )

    def __init__(self, *args: Any, run: Run, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_names = list_offers(run)
        choices = sorted(self.offer_names.items(), key=lambda item: item[1].casefold())
        self.fields["angebot"].choices = [("", "Bitte wählen"), *choices]  # type: ignore[attr-defined]


class EndOfferForm(OfferForm):
    """An offer that ends."""

    def as_change(self) -> dict[str, Any]:
        """The change as `what_if` takes it."""
        return {"remove_offer": self.cleaned_data["angebot"]}

    def describe(self) -> str:
        """The change in a sentence."""
        return f"„{self.offer_names[self.cleaned_data['angebot']]}“ endet"


class PlacesForm(OfferForm):
    """An offer with other places."""

    plaetze = forms.IntegerField(
        label="Neue Plätze im Jahr", min_value=0, max_value=HIGHEST_PLACES, error_messages=PLACES_MESSAGES
    )

    def as_change(self) -> dict[str, Any]:
        """The change as `what_if` takes it."""
        return {"change_places": {self.cleaned_data["angebot"]: float(self.cleaned_data["plaetze"])}}

    def describe(self) -> str:
        """The change in a sentence."""
        name = self.offer_names[self.cleaned_data["angebot"]]
        return f"„{name}“ hat {self.cleaned_data['plaetze']} Plätze im Jahr"


def list_offers(run: Run) -> dict[str, str]:
    """The offers of a run by key, with name and provider."""
    offers = stored_inputs(run).offers
    rows = zip(offers.offer, offers.name, offers.provider, strict=True)
    return {bridge.offer_key(row): f"{name} ({provider})" for row, name, provider in rows}
