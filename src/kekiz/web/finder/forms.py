"""What a family may ask, as it comes in the address of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kekiz.web.finder import ages, minutes, places, plain_words
from kekiz.web.languages import isolate

TEXT_LENGTH = 120
MORE_WISHES = ("thema", "sprache", "umkreis", "minuten", "jetzt", "barrierefrei")
_RADII_KM = (2, 5, 10, 20)
_SELECT = {"class": "kern-form-input__select"}
_INPUT = {"class": "kern-form-input__input", "autocomplete": "off", "dir": "auto"}
_CHECK = {"class": "kern-form-check__checkbox"}
_FROM_LIST = gettext_lazy("„%(value)s“ steht nicht in der Liste. Bitte wählen Sie einen Eintrag aus.")


class _Choice(forms.ChoiceField):
    """A choice whose refusal quotes only the start of what came in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Select(attrs=_SELECT), **kwargs)

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise ValidationError(
                _FROM_LIST, code="invalid_choice", params={"value": isolate(shorten_text(value))}
            )


class _Text(forms.CharField):
    """A line of text of a length that people type."""

    def __init__(self, *, name: object, **kwargs: Any) -> None:
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
                _("%(name)s ist zu lang (%(count)d Zeichen). Möglich sind %(most)d Zeichen.")
                % {"name": self.name, "count": len(value), "most": TEXT_LENGTH}
            )


def _list_radii() -> list[tuple[str, str]]:
    return [
        ("", _("egal wie weit")),
        *((str(km), _("%(distance)s km") % {"distance": km}) for km in _RADII_KM),
    ]


class FinderForm(forms.Form):
    """The question of a family. Names of the fields are the names in the address."""

    place_suggestions: Sequence[places.PlaceChoice] = ()
    use_required_attribute = False

    q = _Text(
        name=gettext_lazy("Ihre Suche"),
        label=gettext_lazy("Was suchen Sie?"),
        help_text=gettext_lazy("z. B. Hebamme, Krabbelgruppe, Nachhilfe"),
    )
    ort = _Text(
        name=gettext_lazy("Ihr Ort"),
        label=gettext_lazy("Ort oder Postleitzahl"),
        help_text=gettext_lazy("z. B. Lemgo oder 32657"),
    )
    alter = _Choice(
        label=gettext_lazy("Alter des Kindes"),
        help_text=gettext_lazy("auch schon vor der Geburt"),
        choices=lambda: [("", _("jedes Alter")), *ages.list_age_groups()],
    )
    thema = _Choice(
        label=gettext_lazy("Thema"), choices=lambda: [("", _("alle Themen")), *plain_words.list_topics()]
    )
    sprache = _Choice(
        label=gettext_lazy("Sprache"),
        choices=lambda: [("", _("alle Sprachen")), *plain_words.list_languages()],
    )
    umkreis = _Choice(
        label=gettext_lazy("Entfernung"),
        choices=_list_radii,
        help_text=gettext_lazy("gilt zusammen mit einem Ort"),
    )
    minuten = _Choice(
        label=gettext_lazy("Höchstens so lange unterwegs"),
        choices=minutes.MINUTES_CHOICES,
        help_text=gettext_lazy("geschätzt, gilt zusammen mit einem Ort"),
    )
    mit = _Choice(label=gettext_lazy("Unterwegs"), choices=minutes.MODE_CHOICES)
    jetzt = _Choice(label=gettext_lazy("Öffnungszeiten"), choices=minutes.OPENED_CHOICES)
    kostenlos = forms.BooleanField(
        label=gettext_lazy("Nur kostenlose Angebote"),
        required=False,
        widget=forms.CheckboxInput(attrs=_CHECK),
    )
    barrierefrei = forms.BooleanField(
        label=gettext_lazy("Nur barrierefreie Angebote"),
        required=False,
        widget=forms.CheckboxInput(attrs=_CHECK),
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
            raise ValidationError(_("Ihren Standort konnten wir nicht lesen. Bitte geben Sie Ihren Ort ein."))
        location = places.locate_position(position)
        if location is None:
            raise ValidationError(
                _("Ihr Standort liegt außerhalb der Region. Bitte geben Sie einen Ort aus der Region ein.")
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
            raise ValidationError(
                _("Den Ort „%(text)s“ kennen wir nicht."), params={"text": isolate(shorten_text(text))}
            )
        return location


def shorten_text(text: str, length: int = 40) -> str:
    """The start of a text, with … where it was cut."""
    return text if len(text) <= length else f"{text[:length]}…"
