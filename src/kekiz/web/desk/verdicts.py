"""The verdict on an item: the form, where the item stands, what changed, and who said what before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.analysis import actions, queries, rules
from kekiz.analysis.models import VERDICTS_OF, Verdict, VerdictCode
from kekiz.analysis.queries import Item, Standing, suppress_small
from kekiz.analysis.standing import EvidenceChange, State
from kekiz.register.validation import InvalidFields
from kekiz.web.desk.choice import Choice
from kekiz.web.words import THIN_SPACE, UNKNOWN, write_estimate, write_number, write_percent

STATE_NAMES = {
    State.OPEN: "offen",
    State.AGAIN: "neu zu prüfen",
    State.DECIDED: "entschieden",
}
MEANINGS = {
    VerdictCode.DIVERSITY_INTENDED: "Beide Angebote sind so gewollt. Familien sollen wählen können.",
    VerdictCode.COORDINATE: "Die Träger sprechen sich ab, zum Beispiel über Zeiten, Alter oder Schwerpunkte.",
    VerdictCode.MERGE: "Die Träger wollen daraus ein gemeinsames Angebot machen.",
    VerdictCode.AGREE: "Die beiden sollen verabreden, wie Kinder und Eltern gut hinüberkommen.",
    VerdictCode.EXISTS: "Die Absprache besteht, sie war nur nicht eingetragen.",
    VerdictCode.NOT_NEEDED: "Hier braucht es keine Absprache.",
    VerdictCode.LOOK_INTO: "Jemand kümmert sich darum.",
    VerdictCode.ACCEPTED: "Die Lücke ist bekannt. Zurzeit soll sich nichts ändern.",
    VerdictCode.WRONG_DATA: "Vor Ort ist es anders: Angaben oder Kennwerte müssen berichtigt werden.",
    VerdictCode.OPEN: "Noch nicht geprüft oder noch nicht entschieden.",
}
FIGURE_NAMES = {
    "likeness": "Anteil gleicher Kinder",
    "distance_km": "Abstand",
    "replaceable_a": "Anteil mit anderem Platz, erstes Angebot",
    "replaceable_b": "Anteil mit anderem Platz, zweites Angebot",
    "children_a": "Kinder im ersten Angebot",
    "children_b": "Kinder im zweiten Angebot",
    "places_a": "Plätze im ersten Angebot",
    "places_b": "Plätze im zweiten Angebot",
    "offers": "Zahl der Angebote",
    "shared": "Kinder, die im Jahr wechseln",
    "share_of_first": "Anteil der Abgehenden",
    "need": "Kinder mit Bedarf",
    "found": "Kinder mit Platz",
    "not_found": "nicht gefunden",
    "full": "voll",
    "hurdle": "Hürde",
    "too_far": "zu weit",
    "no_offer": "kein Angebot",
}
_OFFER_CHANGED = (
    "Am {} Angebot hat sich etwas geändert (Alter, Bedarfsfelder, Form, Hürden, Gebiet oder Ort)."
)
FACT_SENTENCES = {
    "offer_a": _OFFER_CHANGED.format("ersten"),
    "offer_b": _OFFER_CHANGED.format("zweiten"),
    "members": "Es sind nicht mehr dieselben Angebote.",
}


@dataclass(frozen=True)
class VerdictPanel:
    """What the verdict section of a page shows."""

    standing: Standing
    history: list[Verdict]
    changes: list[str]
    can_judge: bool
    run_number: int
    choices: list[tuple[str, str, str, bool]]  # code, words, meaning, chosen
    reason: str = ""
    problems: Sequence[str] = ()
    faulty: frozenset[str] = field(default_factory=frozenset)  # fields with a mistake

    @property
    def seen_verdict(self) -> int:
        """The number of the newest verdict, 0 without one."""
        return self.history[0].pk if self.history else 0

    @property
    def state_name(self) -> str:
        """Where the item stands, in words."""
        return STATE_NAMES[self.standing.state]


def name_state(standing: Standing) -> str:
    """Where an item stands, with the verdict: "entschieden: abstimmen"."""
    if standing.state == State.OPEN or standing.verdict is None:
        return STATE_NAMES[State.OPEN]
    return f"{STATE_NAMES[standing.state]}: {standing.verdict.get_verdict_display()}"


def write_reason(standing: Standing) -> str:
    """The reason of the newest verdict, "–" without one."""
    return standing.verdict.reason if standing.verdict and standing.verdict.reason else "–"


def handle_verdict(request: HttpRequest, choice: Choice, item: Item) -> VerdictPanel | HttpResponse:
    """Store a verdict that was sent and lead back to the page, or say what the section shows."""
    problems: Sequence[str] = ()
    faulty: frozenset[str] = frozenset()
    if request.method == "POST":
        try:
            actions.give_verdict(
                actor=request.user,
                run=choice.run,
                item=item,
                verdict=request.POST.get("urteil", ""),
                reason=request.POST.get("begruendung", ""),
                seen_run=_read_number(request, "lauf"),
                seen_verdict=_read_number(request, "gesehen"),
            )
        except ActionDenied as error:
            raise PermissionDenied(error.reason) from error
        except InvalidFields as error:
            problems, faulty = error.messages, frozenset(error.fields)
        except InvalidInput as error:
            problems = error.messages
        else:
            messages.success(
                request, "Ihre Antwort ist gespeichert. Sie gilt, solange der Befund derselbe ist."
            )
            return redirect(f"{request.get_full_path()}#urteil")
    return build_panel(request, choice, item, problems, faulty)


def _read_number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    # What is not a number was not seen here: it equals no run and no verdict.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1


def build_panel(
    request: HttpRequest, choice: Choice, item: Item, problems: Sequence[str], faulty: frozenset[str]
) -> VerdictPanel:
    """The section as it stands now; what was sent and refused stays in the form."""
    history = queries.verdicts_of(choice.run.region_key, item.kind, item.key)
    standing = queries.stand(item, history[0] if history else None)
    current = standing.verdict
    chosen, reason = (current.verdict, current.reason) if current else ("", "")
    if problems:
        chosen, reason = request.POST.get("urteil", ""), request.POST.get("begruendung", "")
    return VerdictPanel(
        standing=standing,
        history=history,
        changes=[write_change(change) for change in standing.changes],
        can_judge=rules.can_judge(request.user, choice.run.region_key, item.ags),
        run_number=choice.run.pk,
        choices=[
            (code.value, str(code.label), MEANINGS[code], code.value == chosen)
            for code in VERDICTS_OF[item.kind]
        ],
        reason=reason,
        problems=problems,
        faulty=faulty,
    )


def write_change(change: EvidenceChange) -> str:
    """Say what of the evidence is no longer what it was."""
    if not change.unit:
        return FACT_SENTENCES.get(change.code, "Der Befund ist ein anderer.")
    before, after = (_write_figure(value, change.unit) for value in (change.before, change.after))
    return f"{FIGURE_NAMES[change.code]}: {after} statt {before}"


def _write_figure(value: float | None, unit: str) -> str:
    if value is None:
        return UNKNOWN
    if unit == "share":
        return write_percent(value)
    if unit == "km":
        return f"{write_number(value, 1)}{THIN_SPACE}km"
    if unit == "children":
        return "sehr wenige" if suppress_small(value) is None else write_estimate(value)
    return write_number(value)
