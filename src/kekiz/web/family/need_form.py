"""What a family misses: the form, with quiet traps for machines and an eye on personal data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kekiz.evidence.actions.needs import LONGEST_TEXT, SHORTEST_TEXT
from kekiz.web.finder.forms import TEXT_LENGTH

SALT = "kekiz.reported-need"
FASTEST_SECONDS = 4
OLDEST_SECONDS = 12 * 60 * 60
_TEXT = {"class": "kern-form-input__input", "rows": 6, "maxlength": LONGEST_TEXT, "dir": "auto"}
_INPUT = {"class": "kern-form-input__input", "autocomplete": "off", "maxlength": TEXT_LENGTH}


class NeedForm(forms.Form):
    """No name, no contact: nothing of it is asked for."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Was fehlt Ihnen oder Ihrem Kind?"),
        required=False,
        widget=forms.Textarea(attrs=_TEXT),
        help_text=_("In jeder Sprache. Bitte keine Namen, Telefonnummern oder Adressen."),
    )
    ort = forms.CharField(
        label=_("Wo? Ort oder Postleitzahl (freiwillig)"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.TextInput(attrs=_INPUT),
    )
    # People do not see this one; machines fill it in.
    webseite = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )
    beginn = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """A text of a length that somebody reads."""
        text = str(self.cleaned_data["text"]).strip()
        if len(text) < SHORTEST_TEXT:
            raise ValidationError(gettext("Bitte schreiben Sie in einem Satz, was fehlt."))
        if len(text) > LONGEST_TEXT:
            sentence = gettext("Der Text ist zu lang (%(n)d Zeichen). Möglich sind %(most)d Zeichen.")
            raise ValidationError(sentence % {"n": len(text), "most": LONGEST_TEXT})
        return text

    def clean_beginn(self) -> str:
        """The signed moment at which the form was opened: neither a blink ago nor yesterday."""
        value = str(self.cleaned_data["beginn"])
        signer = signing.TimestampSigner(salt=SALT)
        try:
            signer.unsign(value, max_age=OLDEST_SECONDS)
        except signing.BadSignature as error:
            raise ValidationError(
                gettext(
                    "Diese Seite war sehr lange offen. Bitte senden Sie noch einmal; Ihr Text steht noch da."
                )
            ) from error
        try:
            signer.unsign(value, max_age=FASTEST_SECONDS)
        except signing.SignatureExpired:
            return value
        raise ValidationError(
            gettext("Das ging sehr schnell. Bitte warten Sie kurz und senden Sie noch einmal.")
        )

    def clean_webseite(self) -> str:
        """Refuse what a machine filled in, with a sentence for the person whose browser did it."""
        if self.cleaned_data["webseite"]:
            raise ValidationError(
                gettext("Bitte lassen Sie das versteckte Feld leer und senden Sie noch einmal.")
            )
        return ""

    def clean(self) -> dict[str, Any]:
        """Nothing more than the fields."""
        return self.cleaned_data


def sign_beginning() -> str:
    """The present moment, signed; it goes along in the form, so that nothing is stored for it."""
    return signing.TimestampSigner(salt=SALT).sign("bedarf")
