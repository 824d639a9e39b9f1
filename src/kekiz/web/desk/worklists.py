"""Lists to work through: which state is chosen, how many items there are of each, which rows are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.http import Http404, HttpRequest

from kekiz.analysis.queries import Item, Standing
from kekiz.analysis.standing import State
from kekiz.web.desk.choice import Choice
from kekiz.web.desk.verdicts import STATE_NAMES
from kekiz.web.words import write_number

ALL_STATES = ""


class HasItem(Protocol):
    """Whatever stands in a list."""

    @property
    def item(self) -> Item: ...


Entry = TypeVar("Entry", bound=HasItem)


@dataclass(frozen=True)
class StateChip:
    """One choice of the filter: its words, address and whether it is the current one."""

    label: str
    url: str
    is_current: bool


def read_state(request: HttpRequest) -> str:
    """The state asked for in the address; "" for all. Raises Http404 for one that is not known."""
    wanted = request.GET.get("stand", ALL_STATES)
    if wanted and wanted not in list(State):
        raise Http404("unknown state")
    return wanted


def filter_state(entries: Sequence[Entry], standings: Mapping[str, Standing], state: str) -> list[Entry]:
    """The entries in this state, in their order."""
    return [entry for entry in entries if state in {ALL_STATES, standings[entry.item.key].state}]


def build_chips(
    choice: Choice,
    page: str,
    standings: Mapping[str, Standing],
    state: str,
    extra: str = "",
    args: Sequence[str] = (),
) -> list[StateChip]:
    """The filter by state with counts. ``extra`` is added to each address ("&uebergang=T3")."""
    counts = {code: sum(one.state == code for one in standings.values()) for code in State}
    address = choice.link(page, *args) + extra
    chips = [StateChip(f"Alle ({write_number(len(standings))})", address, state == ALL_STATES)]
    for code, count in counts.items():
        label = f"{STATE_NAMES[code]} ({write_number(count)})"
        chips.append(StateChip(label, f"{address}&stand={code.value}", state == code))
    return chips
