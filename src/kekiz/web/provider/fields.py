"""The fields of the offer form: its widgets in KERN's classes, choices in everyday words."""

from __future__ import annotations

from typing import Any

from django import forms

INPUT = {"class": "kern-form-input__input"}
SELECT = {"class": "kern-form-input__select"}
CHECK = {"class": "kern-form-check__checkbox"}
RADIO = {"class": "kern-form-check__radio"}


class Line(forms.CharField):
    """One line of text; control characters become blanks."""

    def __init__(
        self, label: str, *, length: int = 200, hint: str = "", kind: str = "text", **more: Any
    ) -> None:
        widget = forms.TextInput(attrs=INPUT | {"maxlength": length, "type": kind, **more})
        super().__init__(label=label, required=False, widget=widget, help_text=hint, max_length=length)

    def to_python(self, value: Any) -> str:
        visible = "".join(sign if sign.isprintable() else " " for sign in super().to_python(value) or "")
        return " ".join(visible.split())


class Text(forms.CharField):
    """Several lines of text; other control characters than line breaks become blanks."""

    def __init__(self, label: str, *, rows: int = 5, length: int = 8000, hint: str = "") -> None:
        widget = forms.Textarea(attrs=INPUT | {"rows": rows, "maxlength": length})
        super().__init__(label=label, required=False, widget=widget, help_text=hint, max_length=length)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text).strip()


class Choice(forms.ChoiceField):
    """One of a list, as a select."""

    def __init__(self, label: str, choices: Any, *, hint: str = "", initial: str = "") -> None:
        super().__init__(
            label=label, choices=choices, required=False, widget=forms.Select(attrs=SELECT), help_text=hint,
            initial=initial, error_messages={"invalid_choice": "Bitte wählen Sie einen Eintrag der Liste."},
        )  # fmt: skip


class Radios(forms.ChoiceField):
    """One of a few, all in sight."""

    def __init__(self, label: str, choices: Any, *, hint: str = "", initial: str = "") -> None:
        super().__init__(
            label=label, choices=choices, required=False, widget=forms.RadioSelect(attrs=RADIO),
            help_text=hint, initial=initial,
            error_messages={"invalid_choice": "Bitte wählen Sie einen Eintrag der Liste."},
        )  # fmt: skip


class Checks(forms.MultipleChoiceField):
    """Any of a list, all in sight."""

    def __init__(self, label: str, choices: Any = (), *, hint: str = "") -> None:
        super().__init__(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple(attrs=CHECK),
            help_text=hint,
            error_messages={"invalid_choice": "Bitte wählen Sie nur Einträge der Liste."},
        )  # fmt: skip


class Day(forms.DateField):
    """A day, by the browser's calendar or typed."""

    def __init__(self, label: str, *, hint: str = "") -> None:
        super().__init__(
            label=label, required=False, help_text=hint,
            widget=forms.DateInput(attrs=INPUT | {"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d.%m.%Y"],
            error_messages={"invalid": "Das ist kein Tag. Erwartet: z. B. 31.12.2027."},
        )  # fmt: skip
