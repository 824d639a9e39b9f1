"""Doubled entries: the queue, one pair beside each other, merging, undoing, learning. Coordination only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.register import actions, duplicate_queries, rules
from kekiz.register.duplicate_queries import QueuedPair
from kekiz.register.models import DuplicatePair, Merge, Verdict
from kekiz.web.desk.area_choice import AreaChoice, read_area_choice
from kekiz.web.desk.compared import Field, compare_entries, prefer_side
from kekiz.web.desk.duplicate_tables import (
    LEVELS,
    PILES,
    describe_lesson,
    explain_answer,
    tabulate_queue,
    write_likeness,
)
from kekiz.web.desk.tables import answer_csv

SHOWN = 50  # pairs on the page; the CSV file has all
Extra = ParamSpec("Extra")
ANSWERS = (
    (Verdict.SAME, "Dasselbe", "weiter zum Zusammenführen"),
    (Verdict.DIFFERENT, "Verschieden", "kommt nicht wieder"),
    (Verdict.OVERLAPPING, "Überschneidet sich", "zwei Angebote für dieselben Kinder"),
    (Verdict.LATER, "Später", "ich muss nachfragen"),
)
LEVEL_OF = {slug: level for level, (slug, _) in LEVELS.items()}
MERGE = {"provider": actions.merge_providers, "site": actions.merge_sites, "offer": actions.merge_offers}


def show_for_coordination(
    view: Callable[Concatenate[HttpRequest, AreaChoice, Extra], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Extra], HttpResponse]:
    """Give a page its choice of area; 403 for all but coordination."""

    @login_required
    @wraps(view)
    def show(request: HttpRequest, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponse:
        if not rules.can_resolve_duplicates(request.user):
            raise PermissionDenied("coordination only")
        return view(request, read_area_choice(request), *args, **kwargs)

    return show


def _read_level(slug: str) -> str:
    if slug not in LEVEL_OF:
        raise Http404("unknown level")
    return LEVEL_OF[slug]


def _find_queue(request: HttpRequest, choice: AreaChoice, level: str) -> list[QueuedPair]:
    return duplicate_queries.queued_pairs(request.user, level, areas=choice.ags)


def _read_pile(request: HttpRequest, counts: dict[str, int]) -> str:
    """The pile that is asked for, else the first with something on it."""
    pile = request.GET.get("stapel", "")
    if pile and pile not in PILES:
        raise Http404("unknown pile")
    return pile or next((name for name in PILES if counts[name]), "likely")


def _link(name: str, *args: object, **query: str) -> str:
    chosen = {key: value for key, value in query.items() if value}
    return reverse(f"desk:{name}", args=args) + (f"?{urlencode(chosen)}" if chosen else "")


@show_for_coordination
def show_queue(request: HttpRequest, choice: AreaChoice, slug: str = "angebote") -> HttpResponse:
    """The pairs to look at, by pile; a post searches anew."""
    level = _read_level(slug)
    area = choice.area.key
    if request.method == "POST":
        return _search(request, level, _link("duplicates_of", slug, gebiet=area))
    queue = _find_queue(request, choice, level)
    counts = {pile: sum(one.pile == pile for one in queue) for pile in PILES}
    pile = _read_pile(request, counts)
    listed = duplicate_queries.sort_pile(queue, pile)
    search = duplicate_queries.latest_search(level)
    query = {"gebiet": area, "stapel": pile}
    context = {
        "choice": choice,
        "slug": slug,
        "level": level,
        "level_name": LEVELS[level][1],
        "levels": [
            (
                name,
                _link("duplicates_of", other, gebiet=area),
                code == level,
                _count_open(request, choice, code),
            )
            for code, (other, name) in LEVELS.items()
        ],
        "piles": [
            (PILES[code], _link("duplicates_of", slug, gebiet=area, stapel=code), code == pile, counts[code])
            for code in PILES
        ],
        "pile": pile,
        "settled": sum(one.pile == "settled" for one in queue),
        "rows": _list_rows(level, slug, listed[:SHOWN], query),
        "total": len(listed),
        "shown": SHOWN,
        "search": search,
        "is_outdated": search is not None and duplicate_queries.is_outdated(search),
        "lesson_due": duplicate_queries.is_lesson_due(level),
        "csv_url": _link("duplicates_csv", slug, **query),
        "merge_count": sum(not merge.undone_at for merge in duplicate_queries.merges_for(request.user)),
    }
    return render(request, "desk/duplicates.html", context)


def _count_open(request: HttpRequest, choice: AreaChoice, level: str) -> int:
    return sum(one.pile in {"likely", "unsure", "to_merge"} for one in _find_queue(request, choice, level))


def _search(request: HttpRequest, level: str, back: str) -> HttpResponse:
    try:
        search = actions.search_duplicates(actor=request.user, level=level)
    except (ActionDenied, InvalidInput) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{search.records} Einträge verglichen. Die Liste ist auf dem neuen Stand.")
    return HttpResponseRedirect(back)


def _list_rows(
    level: str, slug: str, listed: list[QueuedPair], query: dict[str, str]
) -> list[dict[str, Any]]:
    names = duplicate_queries.names_of(level, {key for one in listed for key in one.keys})
    rows = []
    for one in listed:
        left, right = one.keys
        rows.append(
            {
                "left": names[left],
                "right": names[right],
                "url": _link("duplicate", slug, left, right, **query),
                "likeness": write_likeness(one.pair.probability),
                "is_audit": one.pair.is_audit,
                "reasons": [told.text for told in duplicate_queries.reasons_of(one.pair)[:3]],
                "answer": one.answer,
            }
        )
    return rows


@show_for_coordination
def send_queue_csv(request: HttpRequest, choice: AreaChoice, slug: str) -> HttpResponse:
    """All pairs of a level that are not settled, with every reason, as a CSV file."""
    level = _read_level(slug)
    table = tabulate_queue(level, _find_queue(request, choice, level))
    return answer_csv(table, f"doppelte-{slug}-{choice.area.key}")


@show_for_coordination
def show_pair(request: HttpRequest, choice: AreaChoice, slug: str, left: str, right: str) -> HttpResponse:
    """Two entries beside each other, why they are suspected, and the four answers; a post answers."""
    level = _read_level(slug)
    pair = _find_pair(request, level, left, right)
    if request.method == "POST":
        return _answer(request, choice, slug, pair)
    query = _read_query(request, choice)
    following = _find_next(request, choice, level, query["stapel"], after=pair)
    context = {
        "choice": choice,
        "slug": slug,
        "level_name": LEVELS[level][1],
        "pair": pair,
        "likeness": write_likeness(pair.probability),
        "reasons": duplicate_queries.reasons_of(pair),
        "fields": _compare(level, pair),
        "answers": ANSWERS,
        "history": [explain_answer(one) for one in duplicate_queries.answers_to(level, left, right)],
        "merge_url": _link("duplicate_merge", slug, pair.left_key, pair.right_key, **query),
        "back": _link("duplicates_of", slug, **query),
        "next": _link("duplicate", slug, *following.keys, **query) if following else "",
    }
    return render(request, "desk/duplicate.html", context)


def _read_query(request: HttpRequest, choice: AreaChoice) -> dict[str, str]:
    pile = request.GET.get("stapel", "")
    return {"gebiet": choice.area.key, "stapel": pile if pile in PILES else ""}


def _find_pair(request: HttpRequest, level: str, left: str, right: str) -> DuplicatePair:
    """The pair, or 404 if it is not in the queue, an entry is gone, or it belongs to somebody else."""
    pair = duplicate_queries.find_pair(level, left, right)
    present = duplicate_queries.keys_in_use(level)
    if pair is None or not {left, right} <= present:
        raise Http404("no such pair")
    if not rules.can_resolve_duplicates(request.user, pair.areas):
        raise Http404("another area's pair")
    return pair


def _compare(level: str, pair: DuplicatePair) -> list[Field]:
    left, right = (duplicate_queries.find_entry(level, key) for key in (pair.left_key, pair.right_key))
    if left is None or right is None:
        raise Http404("an entry is gone")
    return compare_entries(left, right)


def _find_next(
    request: HttpRequest, choice: AreaChoice, level: str, pile: str, *, after: DuplicatePair
) -> QueuedPair | None:
    """The pair to look at next: the one behind ``after`` on its pile, else the first of the rest."""
    queue = _find_queue(request, choice, level)
    here = next((one for one in queue if one.pair.pk == after.pk), None)
    pile = pile or (here.pile if here else "unsure")
    listed = duplicate_queries.sort_pile(queue, pile)
    at = next((place for place, one in enumerate(listed) if one.pair.pk == after.pk), -1)
    rest = [*listed[at + 1 :], *listed[: max(at, 0)]]
    return rest[0] if rest else None


def _answer(request: HttpRequest, choice: AreaChoice, slug: str, pair: DuplicatePair) -> HttpResponse:
    level, query = LEVEL_OF[slug], _read_query(request, choice)
    following = _find_next(request, choice, level, query["stapel"], after=pair)
    verdict = request.POST.get("antwort", "")
    try:
        answer = actions.answer_pair(
            actor=request.user, pair=pair, verdict=verdict, reason=request.POST.get("grund", "")
        )
    except (ActionDenied, InvalidInput) as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(_link("duplicate", slug, pair.left_key, pair.right_key, **query))
    if answer.verdict == Verdict.SAME:
        return HttpResponseRedirect(_link("duplicate_merge", slug, pair.left_key, pair.right_key, **query))
    messages.success(request, f"Gemerkt: {answer.get_verdict_display()}.")
    if following is None:
        return HttpResponseRedirect(_link("duplicates_of", slug, gebiet=query["gebiet"]))
    return HttpResponseRedirect(_link("duplicate", slug, *following.keys, **query))


@show_for_coordination
def show_merge(request: HttpRequest, choice: AreaChoice, slug: str, left: str, right: str) -> HttpResponse:
    """Choose field by field what stays; a post merges."""
    level = _read_level(slug)
    pair = _find_pair(request, level, left, right)
    fields = _compare(level, pair)
    query = _read_query(request, choice)
    problems: list[str] = []
    if request.method == "POST":
        try:
            merge = _merge(request, level, pair, fields)
        except (ActionDenied, InvalidInput) as error:
            problems = getattr(error, "messages", [str(error)])
        else:
            messages.success(request, f"{merge.label}. Das lässt sich unter „Zusammengeführt“ zurücknehmen.")
            return HttpResponseRedirect(_link("duplicates_of", slug, **query))
    context = {
        "choice": choice,
        "pair": pair,
        "fields": [(field, request.POST.get(f"feld-{field.name}", field.default)) for field in fields],
        "sides": [("a", pair.left_key), ("b", pair.right_key)],
        "problems": problems,
        "kept": request.POST.get("bleibt") or prefer_side(fields),
        "back": _link("duplicate", slug, pair.left_key, pair.right_key, **query),
        "queue": _link("duplicates_of", slug, **query),
        "level": level,
        "level_name": LEVELS[level][1],
    }
    return render(request, "desk/duplicate_merge.html", context)


def _merge(request: HttpRequest, level: str, pair: DuplicatePair, fields: list[Field]) -> Merge:
    entries = [duplicate_queries.find_entry(level, key) for key in (pair.left_key, pair.right_key)]
    is_turned = request.POST.get("bleibt") == "b"
    kept, merged = reversed(entries) if is_turned else entries
    whose = {"a": "merged" if is_turned else "kept", "b": "kept" if is_turned else "merged", "ab": "both"}
    given = {field.name: request.POST.get(f"feld-{field.name}", "") for field in fields}
    chosen = {name: whose[side] for name, side in given.items() if side in whose}
    return MERGE[level](actor=request.user, kept=kept, merged=merged, chosen=chosen)  # type: ignore[operator]


@show_for_coordination
def show_merges(request: HttpRequest, choice: AreaChoice) -> HttpResponse:
    """What was merged, newest first; a post takes one back."""
    if request.method == "POST":
        number = request.POST.get("nummer", "")
        merge = get_object_or_404(Merge, pk=int(number) if number.isdecimal() and len(number) < 15 else 0)
        if not rules.can_resolve_duplicates(request.user, merge.areas):
            raise Http404("another area's merge")
        _undo(request, merge)
        return HttpResponseRedirect(_link("merges", gebiet=choice.area.key))
    context = {"choice": choice, "merges": duplicate_queries.merges_for(request.user)[:200]}
    return render(request, "desk/merges.html", context)


def _undo(request: HttpRequest, merge: Merge) -> None:
    try:
        changed_since = actions.undo_merge(actor=request.user, merge=merge)
    except (ActionDenied, InvalidInput) as error:
        messages.error(request, str(error))
        return
    text = "Zurückgenommen. Beide Einträge stehen wieder da wie vorher."
    if changed_since:
        text = "Zurückgenommen. Was seither geändert wurde, ist geblieben."
    messages.success(request, text)


@show_for_coordination
def show_lesson(request: HttpRequest, choice: AreaChoice, slug: str) -> HttpResponse:
    """What the answers would teach, before and after; a post puts the new weights in force and searches."""
    level = _read_level(slug)
    if request.method == "POST":
        try:
            actions.train_weights(actor=request.user, level=level)
        except (ActionDenied, InvalidInput) as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(_link("duplicates_lesson", slug))
        return _search(request, level, _link("duplicates_of", slug))
    lesson = duplicate_queries.read_lesson(level)
    context = {
        "choice": choice,
        "slug": slug,
        "level_name": LEVELS[level][1],
        "lesson": lesson,
        "table": describe_lesson(lesson) if lesson else None,
        "answers": len(duplicate_queries.judged_answers(level)),
        "needed": duplicate_queries.LEARN_FROM,
        "in_force": duplicate_queries.weights_in_force(level),
        "back": _link("duplicates_of", slug),
    }
    return render(request, "desk/duplicates_lesson.html", context)
