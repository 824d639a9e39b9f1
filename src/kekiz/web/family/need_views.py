"""Tell us what is missing: no account, no cookie, no personal data asked for. Nothing here is ever public."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kekiz.evidence import personal_marks
from kekiz.evidence.actions import report_need
from kekiz.evidence.actions.needs import LONGEST_TEXT
from kekiz.web.family.limits import allow_one_more
from kekiz.web.family.need_form import NeedForm, sign_beginning
from kekiz.web.finder import places

KIND_WORDS = {
    personal_marks.EMAIL: gettext_lazy("eine E-Mail-Adresse"),
    personal_marks.PHONE: gettext_lazy("eine Telefonnummer"),
    personal_marks.IBAN: gettext_lazy("eine Kontonummer"),
    personal_marks.BIRTH_DATE: gettext_lazy("ein genaues Datum, vielleicht ein Geburtstag"),
    personal_marks.ADDRESS: gettext_lazy("eine Anschrift"),
    personal_marks.NAME: gettext_lazy("ein Name"),
}
_TOO_OFTEN = 429


@dataclass(frozen=True)
class TextPart:
    """A part of the text; ``kind`` says what it looks like, "" for plain text."""

    text: str
    kind: str


# Exempt: a token would need a cookie, and there is nothing to protect. Whoever sends acts as a visitor,
# whatever account the browser is signed in with.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show_need(request: HttpRequest) -> HttpResponse:
    """The form; what looks personal is pointed out before anything is stored."""
    if request.method != "POST":
        form = NeedForm(initial={"text": request.GET.get("text", "")[:LONGEST_TEXT]})
        return _answer(request, form)
    form = NeedForm(request.POST)
    if not form.is_valid():
        return _answer(request, form)
    answer = request.POST.get("weiter", "")
    text, place = form.cleaned_data["text"], form.cleaned_data["ort"].strip()
    if answer == "weglassen":
        text, place = (personal_marks.remove_personal_marks(one) for one in (text, place))
    elif answer != "trotzdem":
        parts = split_by_marks(f"{text}\n{place}".strip())
        if any(part.kind for part in parts):
            return _answer(request, form, parts)
    if not allow_one_more(request, "need", timezone.localdate()):
        form.add_error(
            None,
            gettext(
                "Von hier kamen gerade viele Hinweise. Bitte versuchen Sie es in einer Stunde noch einmal."
            ),
        )
        return _answer(request, form, status=_TOO_OFTEN)
    location = places.locate_text(place) if place else None
    report_need(
        actor=AnonymousUser(),
        text=text,
        typed_place=place,
        ags=location.ags if location else "",
        received_on=timezone.localdate(),
    )
    return HttpResponseRedirect(reverse("family:need_done"))


@require_safe
def show_need_done(request: HttpRequest) -> HttpResponse:
    """Thanks, and what happens next."""
    return render(request, "family/need_done.html")


def split_by_marks(text: str) -> list[TextPart]:
    """The text in parts, with words for what looks personal."""
    parts, place = [], 0
    for mark in personal_marks.find_personal_marks(text):
        parts += [
            TextPart(text[place : mark.start], ""),
            TextPart(text[mark.start : mark.end], str(KIND_WORDS[mark.kind])),
        ]
        place = mark.end
    return [part for part in [*parts, TextPart(text[place:], "")] if part.text]


def _answer(
    request: HttpRequest, form: NeedForm, parts: list[TextPart] | None = None, status: int = 200
) -> HttpResponse:
    # A page that was open for too long gets a new beginning, so that the text need not be written again.
    is_stale = "beginn" in form.errors
    beginning = form.data.get("beginn", "") if isinstance(form.data, QueryDict) and not is_stale else ""
    kinds = list(dict.fromkeys(part.kind for part in parts or () if part.kind))
    context = {"form": form, "parts": parts, "kinds": kinds, "beginning": beginning or sign_beginning()}
    response = render(request, "family/need.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
