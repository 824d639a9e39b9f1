"""What a family may ask, as it comes in the address of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kekiz.web.finder import ages, minutes, places, plain_words

TEXT_LENGTH = 120
MORE_WISHES = ("thema", "sprache", "umkreis", "minuten", "jetzt", "barrierefrei")
_RADII = (("", "egal wie weit"), ("2", "2 km"), ("5", "5 km"), ("10", "10 km"), ("20", "20 km"))
_SELECT = {"class": "kern-form-input__select"}
_INPUT = {"class": "kern-form-input__input", "autocomplete": "off"}
_CHECK = {"class": "kern-form-check__checkbox"}
_FROM_LIST = "„%(value)s“ steht nicht in der Liste. Bitte wählen Sie einen Eintrag aus."


class _Choice(forms.ChoiceField):
    """A choice whose refusal quotes only the start of what came in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Select(attrs=_SELECT), **kwargs)

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise ValidationError(_FROM_LIST, code="invalid_choice", params={"value": shorten_text(value)})


class _Text(forms.CharField):
    """A line of text of a length that people type."""

    def __init__(self, *, name: str, **kwargs: Any) -> None:
        super().__init__(
            required=False, widget=forms.TextInput(attrs=_INPUT | {"maxlength": TEXT_LENGTH}), **kwargs
        )
        self.name = name

    def to_python(self, value: Any) -> str:
        # Control characters cannot be typed; whoever sends them gets the same text without.
        visible = "".join(sign if sign.isprintable() else " " for sign in super().to_python(value) or "")
        return " ".join(visible.split())

    def validate(self, value: str) -> None:
        if len(value) > TEXT_LENGTH:
            raise ValidationError(
                f"{self.name} ist zu lang ({len(value)} Zeichen). Möglich sind {TEXT_LENGTH} Zeichen."
            )


class FinderForm(forms.Form):
    """The question of a family. Names of the fields are the names in the address."""

    place_suggestions: Sequence[places.PlaceChoice] = ()
    use_required_attribute = False

    q = _Text(name="Ihre Suche", label="Was suchen Sie?", help_text="z. B. Hebamme, Krabbelgruppe, Nachhilfe")
    ort = _Text(name="Ihr Ort", label="Ort oder Postleitzahl", help_text="z. B. Lemgo oder 32657")
    alter = _Choice(
        label="Alter des Kindes",
        help_text="auch schon vor der Geburt",
        choices=[("", "jedes Alter"), *ages.list_age_groups()],
    )
    thema = _Choice(label="Thema", choices=[("", "alle Themen"), *plain_words.list_topics()])
    sprache = _Choice(label="Sprache", choices=[("", "alle Sprachen"), *plain_words.list_languages()])
    umkreis = _Choice(label="Entfernung", choices=_RADII, help_text="gilt zusammen mit einem Ort")
    minuten = _Choice(
        label=_("Höchstens so lange unterwegs"),
        choices=minutes.MINUTES_CHOICES,
        help_text=_("geschätzt, gilt zusammen mit einem Ort"),
    )
    mit = _Choice(label=_("Unterwegs"), choices=minutes.MODE_CHOICES)
    jetzt = _Choice(label=_("Öffnungszeiten"), choices=minutes.OPENED_CHOICES)
    kostenlos = forms.BooleanField(
        label="Nur kostenlose Angebote", required=False, widget=forms.CheckboxInput(attrs=_CHECK)
    )
    barrierefrei = forms.BooleanField(
        label="Nur barrierefreie Angebote", required=False, widget=forms.CheckboxInput(attrs=_CHECK)
    )
    nahe = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="suche-%s")
        asked_age = self.fields["alter"]
        assert isinstance(asked_age, forms.ChoiceField)
        groups = ages.list_age_groups(data.get("alter", "") if data else "")
        asked_age.choices = [("", "jedes Alter"), *groups]

    @property
    def has_more_wishes(self) -> bool:
        """Is one of the wishes in use that stand folded away?"""
        return any(self[name].value() or self[name].errors for name in MORE_WISHES)

    def clean_nahe(self) -> places.Location | None:
        """Turn "51.96,9.25" into a location."""
        text = self.cleaned_data["nahe"].strip()
        if not text:
            return None
        position = places.read_position(text)
        if position is None:
            raise ValidationError("Ihren Standort konnten wir nicht lesen. Bitte geben Sie Ihren Ort ein.")
        location = places.locate_position(position)
        if location is None:
            raise ValidationError(
                "Ihr Standort liegt außerhalb der Region. Bitte geben Sie einen Ort aus der Region ein."
            )
        return location

    def clean_ort(self) -> places.Location | None:
        """Turn the place into a location; an unknown one is refused with the names that are most like it."""
        text = self.cleaned_data["ort"]
        if not text:
            return None
        location = places.locate_text(text)
        if location is None:
            self.place_suggestions = places.suggest_places(text)
            raise ValidationError("Den Ort „%(text)s“ kennen wir nicht.", params={"text": shorten_text(text)})
        return location


def shorten_text(text: str, length: int = 40) -> str:
    """The start of a text, with … where it was cut."""
    return text if len(text) <= length else f"{text[:length]}…"
