"""The section that makes the figures of a run open data, or takes them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.analysis import actions, queries, rules
from kekiz.analysis.models import Publication
from kekiz.register.exports.formats import Licence
from kekiz.register.exports.licences import read_licence
from kekiz.web.desk.choice import Choice

PUBLISH, TAKE_BACK = "veroeffentlichen", "zuruecknehmen"
NOT_READ = "Bitte bestätigen Sie, dass diese Zahlen öffentlich werden dürfen: Setzen Sie den Haken."
NEWER_RUN = (
    "Inzwischen gibt es eine neue Analyse. Bitte sehen Sie sich die neuen Zahlen an und veröffentlichen Sie "
    "sie dann."
)


@dataclass(frozen=True)
class PublicationPanel:
    """What the section shows: what is public now, what has been, and whether this person decides."""

    public: Publication | None
    history: list[Publication]
    can_publish: bool
    licence: Licence
    problems: Sequence[str] = ()

    @property
    def seen(self) -> int:
        """The number of the newest step, 0 without one."""
        return self.history[0].pk if self.history else 0


def handle_publication(request: HttpRequest, choice: Choice) -> PublicationPanel | HttpResponse:
    """Take the step that was sent and lead back to the page, or say what the section shows."""
    problems: Sequence[str] = ()
    if request.method == "POST":
        try:
            told = _take_step(request, choice)
        except ActionDenied as error:
            raise PermissionDenied(error.reason) from error
        except InvalidInput as error:
            problems = error.messages
        else:
            messages.success(request, told)
            return redirect(f"{request.get_full_path()}#offene-daten")
    return PublicationPanel(
        public=queries.publication_in_force(choice.run.region_key),
        history=queries.publications_of(choice.run.region_key),
        can_publish=rules.can_publish_run(request.user, choice.run.region_key),
        licence=read_licence(),
        problems=problems,
    )


def _take_step(request: HttpRequest, choice: Choice) -> str:
    """Publish or take back; returns what to tell. Raises ActionDenied, InvalidInput, Http404."""
    step, seen = request.POST.get("schritt", ""), _read_number(request, "gesehen")
    if not rules.can_publish_run(request.user, choice.run.region_key):
        raise ActionDenied("Das darf nur die Koordination dieser Region.")
    if step == PUBLISH:
        if _read_number(request, "lauf") != choice.run.pk:
            raise InvalidInput([NEWER_RUN])
        if request.POST.get("gelesen") != "ja":
            raise InvalidInput([NOT_READ])
        actions.publish_run(actor=request.user, run=choice.run, seen=seen)
        return f"Lauf {choice.run.pk} ist jetzt öffentlich."
    run = queries.find_run(_read_number(request, "lauf")) if step == TAKE_BACK else None
    if run is None or run.region_key != choice.run.region_key:
        raise Http404("unknown step or run")
    actions.take_back_run(actor=request.user, run=run, seen=seen)
    return f"Lauf {run.pk} ist nicht mehr öffentlich."


def _read_number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    # What is not a number was not seen here: it equals no run and no step.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
