"""Planning: ask for a proposal, read it, compare several."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.analysis.queries import latest_run, stored_inputs
from kekiz.evidence.queries import municipality_names
from kekiz.planning import actions, queries, rules
from kekiz.planning.models import Proposal
from kekiz.web.desk import plan_words
from kekiz.web.desk.choice import Choice, show_for_choice
from kekiz.web.desk.plan_forms import (
    FIRST_QUESTION,
    KIND_NAMES,
    SLIDER_MOST_EUR,
    SLIDER_STEP_EUR,
    ProposalForm,
    explain_rule,
)
from kekiz.web.desk.plan_map import draw_proposal_map
from kekiz.web.desk.plan_tables import PROPOSAL_TABLES, compare_proposals, list_practices
from kekiz.web.desk.tables import Table, answer_csv
from kekiz.web.desk.ways import say_new_places

MOST_COMPARED = 3


def _with_csv(table: Table, url: str) -> Table:
    return Table(table.name, table.caption, table.columns, table.rows, url)


@show_for_choice
def show_planning(request: HttpRequest, choice: Choice) -> HttpResponse:
    """The question as a form, the proposals so far, the practices; POST asks."""
    region = choice.run.region_key
    towns = municipality_names(region)
    form = ProposalForm(
        request.POST if request.method == "POST" else None, towns=towns, initial=FIRST_QUESTION
    )
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            proposal = actions.request_proposal(actor=request.user, run=choice.run, **form.as_question())
        except ActionDenied as error:
            raise PermissionDenied(str(error)) from error
        except InvalidInput as error:
            problems = error.messages
        else:
            return redirect(reverse("desk:proposal", args=[proposal.pk]) + choice.query)
    elif request.method == "POST" and not rules.can_request_proposal(request.user, region):
        raise PermissionDenied("only the coordination may ask")
    practices = queries.practices_of(region)
    context = {
        "choice": choice,
        "form": form,
        "problems": problems,
        "slider": {"most": SLIDER_MOST_EUR, "step": SLIDER_STEP_EUR},
        "may_ask": rules.can_request_proposal(request.user, region),
        "has_practices": queries.has_practices(region),
        "proposals": [_summarise(proposal, choice) for proposal in queries.proposals_of(region)],
        "practices": _with_csv(list_practices(practices), choice.link("practices_csv")),
        "prices": queries.change_prices_of(region),
    }
    return render(request, "desk/planning.html", context)


def _summarise(proposal: Proposal, choice: Choice) -> dict[str, Any]:
    state = queries.state_of(proposal)
    return {
        "proposal": proposal,
        "state": state,
        "url": choice.link("proposal", str(proposal.pk)),
        "is_of_older_run": proposal.run_id != choice.run.pk,
        "content": queries.plan_of(proposal) if state == "ready" else None,
    }


@show_for_choice
def send_practices_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """The practices as a CSV file."""
    return answer_csv(list_practices(queries.practices_of(choice.run.region_key)), "praxen")


def _find(choice: Choice, number: int) -> Proposal:
    proposal = queries.find_proposal(choice.run.region_key, number)
    if proposal is None:
        raise Http404("unknown proposal")
    return proposal


@show_for_choice
def show_proposal(request: HttpRequest, choice: Choice, number: int) -> HttpResponse:
    """One proposal: while it is computed, when that failed, or with all it says."""
    proposal = _find(choice, number)
    state = queries.state_of(proposal)
    towns = municipality_names(choice.run.region_key)
    context = {
        "choice": choice,
        "proposal": proposal,
        "state": state,
        "question": [
            plan_words.describe_weight(proposal.equity),
            plan_words.describe_limits(proposal, towns, KIND_NAMES),
        ],
        "newer_run": latest_run(choice.run.region_key) if proposal.run_id != choice.run.pk else None,
    }
    if state != "ready":
        response = render(request, "desk/proposal_waiting.html", context)
        if state == "waiting":
            # Reloads by itself, also without script.
            response["Refresh"] = "5"
        return response
    content = queries.plan_of(proposal)
    tables = {
        name: _with_csv(build(content), choice.link("proposal_csv", str(number), name))
        for name, build in PROPOSAL_TABLES.items()
    }
    context |= {
        "content": content,
        "headline": plan_words.headline(proposal, content),
        "range": plan_words.describe_range(content),
        "low_income": plan_words.count_group(content, plan_words.LOW_INCOME),
        "money": plan_words.describe_money(content),
        "proof": plan_words.describe_proof(content),
        "difference": plan_words.describe_difference(content),
        "rule_sentence": _explain_stored_rule(content),
        "new_places": say_new_places(proposal, content),
        "map": draw_proposal_map(choice, content),
        "tables": tables,
        "assumed": [one for one in queries.practices_of(choice.run.region_key) if one.is_assumption],
        "what_ifs": _list_what_ifs(choice, proposal, content),
    }
    return render(request, "desk/proposal.html", context)


def _explain_stored_rule(content: dict[str, Any]) -> str:
    known = {rule.key: rule for rule in queries.funding_rules()}
    rule = known.get(content["rule"]["key"])
    return explain_rule(rule) if rule else content["rule"]["name"]


def _list_what_ifs(choice: Choice, proposal: Proposal, content: dict[str, Any]) -> list[tuple[str, str]]:
    """Measures that the what-if page can show by itself: more places at an offer with one site."""
    if proposal.run_id != choice.run.pk:
        return []
    offers = stored_inputs(proposal.run).offers
    places = dict(zip(offers.offer.tolist(), offers.places.tolist(), strict=True))
    links = []
    for one in content["measures"]:
        if one["kind"] != "places" or "@" in one["offer"]:
            continue
        more = float(one["key"].rpartition("*")[2])
        asked = {
            "art": "plaetze",
            "angebot": one["offer"],
            "plaetze": round(places[one["offer"]] + more),
            "gebiet": choice.area.key,
            "rechnen": 1,
        }
        links.append((one["title"], f"{reverse('desk:what_if')}?{urlencode(asked)}"))
    return links


@show_for_choice
def send_proposal_csv(request: HttpRequest, choice: Choice, number: int, name: str) -> HttpResponse:
    """A table of a proposal as a CSV file."""
    proposal = _find(choice, number)
    if name not in PROPOSAL_TABLES or queries.state_of(proposal) != "ready":
        raise Http404("unknown table, or no result yet")
    return answer_csv(PROPOSAL_TABLES[name](queries.plan_of(proposal)), f"vorschlag-{number}-{name}")


def _read_compared(request: HttpRequest, choice: Choice) -> list[Proposal]:
    numbers = list(dict.fromkeys(request.GET.getlist("nr")))
    if not all(number.isdecimal() and len(number) < 12 for number in numbers):
        raise Http404("unknown proposal")
    found = [_find(choice, int(number)) for number in numbers[: MOST_COMPARED + 1]]
    return [proposal for proposal in found if queries.state_of(proposal) == "ready"]


@show_for_choice
def show_comparison(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Two or three proposals side by side."""
    proposals = _read_compared(request, choice)
    if not 2 <= len(proposals) <= MOST_COMPARED:
        messages.info(request, "Bitte wählen Sie zwei oder drei fertige Vorschläge zum Vergleichen.")
        return redirect(choice.link("planning"))
    numbers = urlencode([("nr", proposal.pk) for proposal in proposals])
    context = {
        "choice": choice,
        "proposals": [
            {"proposal": proposal, "headline": plan_words.headline(proposal, queries.plan_of(proposal)),
             "url": choice.link("proposal", str(proposal.pk))}
            for proposal in proposals
        ],
        "table": _with_csv(compare_proposals(proposals), f"{reverse('desk:comparison_csv')}?{numbers}"),
    }  # fmt: skip
    return render(request, "desk/proposal_comparison.html", context)


@show_for_choice
def send_comparison_csv(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Proposals side by side as a CSV file."""
    proposals = _read_compared(request, choice)
    if not proposals:
        raise Http404("nothing to compare")
    return answer_csv(compare_proposals(proposals), "vorschlaege-im-vergleich")
