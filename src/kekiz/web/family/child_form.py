"""What a family tells to see the chain of its child: a month and a place. Nothing is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kekiz.evidence.child_dates import BirthMonth, read_birth_month
from kekiz.web.finder import places
from kekiz.web.finder.forms import TEXT_LENGTH, shorten_text

_SELECT = {"class": "kern-form-input__select"}
_INPUT = {"class": "kern-form-input__input", "autocomplete": "off", "maxlength": TEXT_LENGTH}
_MONTHS = (
    _("Januar"), _("Februar"), _("März"), _("April"), _("Mai"), _("Juni"), _("Juli"), _("August"),
    _("September"), _("Oktober"), _("November"), _("Dezember"),
)  # fmt: skip
_OLDEST_YEARS = 21


class ChildForm(forms.Form):
    """Month of birth (or due month) and place. Names of the fields are the names in the address."""

    use_required_attribute = False

    monat = forms.ChoiceField(label=_("Geburtsmonat"), required=False, widget=forms.Select(attrs=_SELECT))
    jahr = forms.ChoiceField(label=_("Geburtsjahr"), required=False, widget=forms.Select(attrs=_SELECT))
    ort = forms.CharField(
        label=_("Ort oder Postleitzahl"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.TextInput(attrs=_INPUT),
        help_text=_("z. B. Lemgo oder 32657"),
    )

    def __init__(self, data: QueryDict | None, today: dt.date) -> None:
        super().__init__(data, auto_id="kind-%s")
        self.today = today
        months = [(str(number), name) for number, name in enumerate(_MONTHS, start=1)]
        years = [str(year) for year in range(today.year + 1, today.year - _OLDEST_YEARS - 1, -1)]
        _set_choices(self.fields["monat"], [("", _("Bitte wählen")), *months])
        _set_choices(self.fields["jahr"], [("", _("Bitte wählen")), *((year, year) for year in years)])

    def clean_ort(self) -> places.Location | None:
        """Turn the place into a location; without a place nothing is near."""
        text = " ".join(str(self.cleaned_data["ort"]).split())
        if not text:
            return None
        location = places.locate_text(text)
        if location is None:
            sentence = gettext(
                "Den Ort „%(text)s“ kennen wir nicht. Bitte geben Sie einen Ort aus der Region ein."
            )
            raise ValidationError(sentence, params={"text": shorten_text(text)})
        return location

    def clean(self) -> dict[str, Any]:
        """Put month and year together."""
        cleaned = self.cleaned_data
        month, year = cleaned.get("monat", ""), cleaned.get("jahr", "")
        cleaned["birth"] = None
        if self.errors.get("monat") or self.errors.get("jahr"):
            return cleaned
        if not month:
            self.add_error(
                "monat", gettext("Bitte wählen Sie den Monat, in dem Ihr Kind geboren ist oder kommt.")
            )
        if not year:
            self.add_error("jahr", gettext("Bitte wählen Sie das Jahr."))
        if month and year:
            cleaned["birth"] = read_birth_month(f"{year}-{int(month):02d}", self.today)
            if cleaned["birth"] is None:
                self.add_error(
                    "jahr", gettext("Bis zur Geburt sind es höchstens zehn Monate. Stimmt das Jahr?")
                )
        return cleaned


def _set_choices(field: forms.Field, choices: list[tuple[str, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def name_month(birth: BirthMonth) -> str:
    """A month in words: "März 2025"."""
    return f"{_MONTHS[birth.month - 1]} {birth.year}"
