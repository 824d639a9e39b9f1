"""The chain as a picture: seven stations, two bars each, split by reason."""

from __future__ import annotations

from kekiz.cli.figures import UNMET, Figures, Need
from kekiz.cli.report.markup import Markup, join, tag
from kekiz.cli.report.words import (
    GROUP_LABELS,
    GROUP_SHORT,
    NO_NEED,
    REASON_LABELS,
    REASON_MEANINGS,
    TOO_SMALL,
    TOO_SMALL_WORDS,
    round_estimate,
    write_number,
    write_percent,
    write_span,
)
from kekiz.engine.gaps import REASONS
from kekiz.engine.scheme import Phase

BAR_WIDTH, BAR_GAP, BAR_HEIGHT = 34, 14, 160
# The limits of the chain picture: at a third the link is broken, from a tenth it is thin.
BROKEN_FROM, THIN_FROM = 1 / 3, 1 / 10


def draw_chain(figures: Figures) -> Markup:
    """The stations as a list: side by side on a wide screen, one below the other on a narrow one."""
    stations = [_draw_station(figures, phase) for phase in figures.scheme.phases]
    note = (
        "Die Kette gilt als gerissen, wo mindestens ein Drittel der Kinder mit Bedarf ohne Platz bleibt, "
        "als dünn ab einem Zehntel. Ein Kind mit Bedarf in mehreren Feldern zählt in jedem Feld einmal."
    )
    return join(tag("ol", *stations, class_="chain"), draw_legend(), tag("p", note, class_="small"))


def draw_legend() -> Markup:
    """What the colours mean."""
    entries = [
        tag(
            "li",
            tag(
                "svg",
                tag("rect", width=16, height=16, class_=f"reason-{reason}"),
                width=16,
                height=16,
                aria_hidden="true",
            ),
            tag("span", tag("b", REASON_LABELS[reason]), f" – {REASON_MEANINGS[reason]}"),
        )
        for reason in REASONS
    ]
    return tag("ul", *entries, class_="legend")


def _draw_station(figures: Figures, phase: Phase) -> Markup:
    groups = [(code, figures.phases.get((phase.code, code), Need())) for code in figures.scheme.group_codes]
    total = figures.phase_totals.get(phase.code, Need())
    unmet, need, share = total.unmet, total.need, total.unmet_share
    state = _name_state(share)
    return tag(
        "li",
        tag("h3", phase.name),
        tag("p", write_span(phase.age_from, phase.age_to), class_="small"),
        _draw_bars(groups) if need > 0 or total.is_hidden else tag("p", "nicht untersucht", class_="empty"),
        _draw_link(state),
        tag(
            "p",
            TOO_SMALL_WORDS if total.is_hidden else _say_unmet(unmet, share),
            class_="unmet" if state in ("thin", "broken") else "unmet calm",
        ),
        _say_handover(figures, phase) if need > 0 else None,
        class_=f"station {state}",
    )


def _name_state(share: float | None) -> str:
    if share is None:
        return "unseen"
    return "broken" if share >= BROKEN_FROM else "thin" if share >= THIN_FROM else "whole"


def _draw_bars(groups: list[tuple[str, Need]]) -> Markup:
    shapes = []
    for position, (code, need) in enumerate(groups):
        left = position * (BAR_WIDTH + BAR_GAP)
        bottom = float(BAR_HEIGHT)
        for reason in REASONS:
            height = BAR_HEIGHT * need.by_reason[reason] / need.need if need.need > 0 else 0.0
            bottom -= height
            if height > 0:
                shapes.append(
                    tag(
                        "rect",
                        x=left,
                        y=round(bottom, 2),
                        width=BAR_WIDTH,
                        height=round(max(height - 0.5, 0.3), 2),
                        class_=f"reason-{reason}",
                    )
                )
        label = GROUP_SHORT.get(code, code)
        shapes.append(tag("text", label, x=left + BAR_WIDTH / 2, y=BAR_HEIGHT + 16, text_anchor="middle"))
    width = len(groups) * (BAR_WIDTH + BAR_GAP) - BAR_GAP
    return tag(
        "svg",
        *shapes,
        viewBox=f"-10 0 {width + 20} {BAR_HEIGHT + 22}",
        class_="bars",
        role="img",
        aria_label=" ".join(_say_bar(code, need) for code, need in groups),
    )


def _say_bar(code: str, need: Need) -> str:
    if need.is_hidden:
        return f"{GROUP_LABELS.get(code, code)}: {TOO_SMALL_WORDS}."
    if need.need <= 0:
        return f"{GROUP_LABELS.get(code, code)}: kein Bedarf."
    parts = [
        f"{REASON_LABELS[reason]} {write_percent(need.by_reason[reason] / need.need)}"
        for reason in REASONS
        if need.by_reason[reason] > 0
    ]
    return f"{GROUP_LABELS.get(code, code)}: {', '.join(parts)}."


def _draw_link(state: str) -> Markup:
    """The link of the chain under a station: whole, thin, or visibly broken."""
    if state == "broken":
        lines = [
            tag("line", x1=0, y1=6, x2=36, y2=6, stroke_width=5),
            tag("line", x1=64, y1=6, x2=100, y2=6, stroke_width=5),
        ]
    else:
        width = {"whole": 5.0, "thin": 2.0, "unseen": 1.0}[state]
        dashes = "1 6" if state == "unseen" else None
        lines = [tag("line", x1=0, y1=6, x2=100, y2=6, stroke_width=width, stroke_dasharray=dashes)]
    return tag(
        "svg", *lines, viewBox="0 0 100 12", preserveAspectRatio="none", class_="link", aria_hidden="true"
    )


def _say_unmet(unmet: float, share: float | None) -> str:
    if share is None:
        return NO_NEED
    if unmet < 0.5:
        return "niemand ohne Platz"
    return f"{write_number(round_estimate(unmet))} Kinder ohne Platz ({write_percent(share)})"


def _say_handover(figures: Figures, phase: Phase) -> Markup | None:
    for transition in figures.scheme.transitions:
        share = figures.handovers.get(transition.code)
        if transition.from_phase == phase.code and share:
            text = f"{transition.name}: {write_percent(share)} mit vereinbarter Übergabe"
            return tag("p", text, class_="small")
    return None


def tabulate_chain(figures: Figures) -> tuple[list[str], list[list[str]]]:
    """The same facts as a table: one row per phase and group."""
    head = ["Lebensphase", "Gruppe", "Bedarf", *(REASON_LABELS[reason] for reason in REASONS), "ohne Platz"]
    rows = []
    for phase in figures.scheme.phases:
        for code in figures.scheme.group_codes:
            need = figures.phases.get((phase.code, code), Need())
            label = GROUP_LABELS.get(code, code)
            if need.is_hidden:
                rows.append([phase.name, label, *[TOO_SMALL] * (len(head) - 2)])
            if not need.need > 0:
                continue
            parts = [write_number(need.by_reason[reason]) for reason in ("found", *UNMET)]
            rows.append(
                [phase.name, label, write_number(need.need), *parts, write_percent(need.unmet_share, 1)]
            )
    return head, rows
