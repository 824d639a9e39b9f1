"""All that was published of a region as one system: unknowns, what is known of their sums, dots."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from tests.engine.pinning import Reader, Row

from kekiz.engine.gaps import REASONS
from kekiz.evidence.queries import shipped_scheme

HALF_STEP = 0.0005  # files write three decimals
DOT = "."


def read_number(text):
    """A number as files write it."""
    return float(text.replace(",", "."))


def find_code(entries, name):
    """The code of an entry of the scheme."""
    return next(entry.code for entry in entries if entry.name == name)


class System:
    """Children by town × link × group × reason, and further unknowns that hang on them; none is negative.

    Further ones: children without a place after a what-if or a plan (town × link × group), children of a town
    and a link at an offer, children who pass from a phase to the next with and without a handover (town ×
    transition × group). What was read apart goes together with ``merge``.
    """

    def __init__(self, towns, truth):
        """``truth`` is town × phase × field × group × reason."""
        scheme = self.scheme = shipped_scheme()
        self.towns, self.truth = tuple(towns), truth
        self.shape = (
            len(self.towns), len(scheme.phases), len(scheme.fields), len(scheme.groups), len(REASONS),
        )  # fmt: skip
        assert truth.shape == self.shape
        self.numbers = np.arange(truth.size).reshape(self.shape)
        # What is without a place after a change: at most the need, which stays.
        self.unmet_after = truth.size + np.arange(truth.size // len(REASONS))
        self.gains = []  # towns, group, and the ends of what one plan adds to the children who find something
        self.known = {}  # columns of the sum -> lower and upper end
        self.dots = {}  # (area, phase, field, group) of a need that is a dot -> its columns
        self.lists = {}  # (phase, field, town) -> the offers that its children reach, as a list names them
        self.passages = {}  # (towns, transition, group) -> children who cross, their share with a handover
        self.read = 0  # numbers, each as often as it was read
        self._columns = {}

    def merge(self, told):
        """Take in what another one was told of the same region (``tell``)."""
        known, dots, lists, passages, gains, read = told
        read += self.read
        for columns, ends in known.items():
            self.note(columns, *ends)
        self.read = read
        self.dots |= dots
        self.lists |= lists
        self.passages |= passages
        self.gains += gains

    def tell(self):
        """All that was noted, for ``merge``."""
        return self.known, self.dots, self.lists, self.passages, self.gains, self.read

    def note_offers(self, phase, field, town, offers):
        """Remember a list of offers; the last word of each is the children there."""
        self.lists[phase, field, town] = Counter(offers)
        self.read += sum(offer[-1] != DOT for offer in offers)

    def note_passage(self, towns, transition, group, children, share):
        """Remember who crosses, and the share of them with a handover."""
        self.passages[tuple(towns), transition, group] = children, share
        self.read += 2 * (children != DOT)

    def note_gain(self, towns, group, low, high):
        """Remember how many children more find something by the plan that is read."""
        self.gains.append((tuple(towns), group, low, high))
        self.read += 1

    def columns(self, towns, phase, field, group, reasons):
        """The unknowns that a published number adds up."""
        place = (tuple(towns), phase, field, group, tuple(reasons))
        if place not in self._columns:
            picks = (
                [self.towns.index(town) for town in towns],
                self._pick(self.scheme.phase_codes, phase),
                self._pick(self.scheme.field_codes, field),
                self._pick(self.scheme.group_codes, group),
                [REASONS.index(reason) for reason in reasons],
            )
            self._columns[place] = tuple(self.numbers[np.ix_(*picks)].ravel().tolist())
        return self._columns[place]

    @staticmethod
    def _pick(codes, code):
        return [codes.index(code)] if code else list(range(len(codes)))

    def note(self, columns, low, high):
        """Remember the ends between which a sum of unknowns lies."""
        least, most = self.known.get(columns, (-np.inf, np.inf))
        self.known[columns] = max(least, low), min(most, high)
        self.read += 1

    def note_dot(self, towns, phase, field, group):
        """Remember that a need is a dot."""
        self.dots["+".join(towns), phase, field, group] = self.columns(towns, phase, field, group, REASONS)

    def open_reader(self, goal, taken=None, crossing=None):
        """Somebody who knows all this and looks for the ends of every dot.

        ``taken``: children at the offers whose number is a dot, by field and name; ``crossing``: children by
        town × transition × group × (with a handover, without). Both are the truth, where it is known.
        """
        size = self.truth.size + 2 * self.unmet_after.size
        rows = [Row(columns, *ends) for columns, ends in self.known.items()]
        rows += self._tell_offered()
        rows += self._add_up_gains()
        rows += self._bound_unmet_after(rows)
        flows = OfferFlows(self, size)
        crowd = Crossing(self, size + flows.size)
        truth = np.full(size + flows.size + crowd.size, np.nan)
        truth[: self.truth.size] = self.truth.ravel()
        if crossing is not None:
            truth[size + flows.size :] = crossing.ravel()
        names = {(field, offer[0]): columns for (_, field, offer), columns in flows.dots.items()}
        sums = {names[place]: children for place, children in (taken or {}).items() if place in names}
        dots = self.dots | flows.dots | crowd.dots
        return Reader([*rows, *flows.rows, *crowd.rows], truth, dots, goal, sums)

    def _tell_offered(self):
        """Which links nobody offers is no secret: all their children are no_offer, and no others are."""
        is_no_offer = np.array([reason == "no_offer" for reason in REASONS])
        is_unoffered = self.truth[..., is_no_offer].sum(axis=(0, 3, 4)) > 0  # phase × field
        is_zero = is_unoffered[None, :, :, None, None] != is_no_offer
        return [Row((column,), 0.0, 0.0) for column in self.numbers[np.broadcast_to(is_zero, self.shape)]]

    def _add_up_gains(self):
        """What a plan adds is the children without a place before, less those after."""
        rows = []
        for towns, group, low, high in self.gains:
            before = self.columns(towns, "", "", group, REASONS[1:])
            leaves = sorted({column // len(REASONS) for column in before})
            after = self.unmet_after[leaves] + self.unmet_after.size
            rows.append(Row(before, low, high, minus=tuple(after.tolist())))
        return rows

    def _bound_unmet_after(self, rows):
        kinds, count = len(REASONS), self.truth.size
        used = sorted({column for row in rows for column in (*row.plus, *row.minus) if column >= count})
        leaves = ((after, (after - count) % self.unmet_after.size * kinds) for after in used)
        return [Row((after,), -np.inf, 0.0, minus=tuple(range(leaf, leaf + kinds))) for after, leaf in leaves]


class OfferFlows:
    """Who is where: children of a town and a link at each offer that they reach, as the lists of links tell.

    All children of a town and a link who found a place are at an offer of their list; the children at an
    offer add up, by field, to the number in its row. Offers that lists do not tell apart are one.
    """

    def __init__(self, system, first):
        """``first``: the number of the first unknown."""
        self.rows, self.dots, self.size = [], {}, 0
        flows, copies = defaultdict(list), Counter()
        for (phase, field, town), offers in sorted(system.lists.items()):
            numbers = range(first + self.size, first + self.size + len(offers))
            self.size += len(offers)
            found = system.columns([town], phase, field, "", REASONS[:1])
            self.rows.append(Row(found, 0.0, 0.0, minus=tuple(numbers)))
            for (offer, count), number in zip(sorted(offers.items()), numbers, strict=True):
                flows[field, offer].append(number)
                copies[field, offer] = max(copies[field, offer], count)
        read = Counter(field for _, field, _ in system.lists)
        for (field, offer), numbers in flows.items():
            is_whole = read[field] == len(system.scheme.phases) * len(system.towns)
            self._add_up(field, offer, tuple(numbers), copies[field, offer], is_whole)

    def _add_up(self, field, offer, columns, count, is_whole):
        """The children at an offer, no more than its places; all of them if all lists were read."""
        *_, places, taken = offer
        if taken == DOT:
            self.rows.append(Row(columns, 0.0, count * (read_number(places) + 0.5)))
            if is_whole:
                self.dots["offer", field, offer] = columns
            return
        value = read_number(taken)
        low = value - HALF_STEP if is_whole else 0.0
        self.rows.append(Row(columns, count * low, count * (value + HALF_STEP)))


class Crossing:
    """Children who pass from a phase to the next, by town × transition × group × (with handover, without)."""

    def __init__(self, system, first):
        """``first``: the number of the first unknown."""
        codes, groups = [one.code for one in system.scheme.transitions], system.scheme.group_codes
        shape = (len(system.towns), len(codes), len(groups), 2) if system.passages else (0,)
        numbers = first + np.arange(int(np.prod(shape))).reshape(shape)
        self.rows, self.dots, self.size = [], {}, numbers.size
        for (towns, code, group), (children, share) in system.passages.items():
            towns_here = [system.towns.index(town) for town in towns]
            groups_here = [groups.index(group)] if group else list(range(len(groups)))
            part = numbers[np.ix_(towns_here, [codes.index(code)], groups_here)]
            everybody, handed = tuple(part.ravel().tolist()), tuple(part[..., 0].ravel().tolist())
            if children == DOT:
                self.dots["+".join(towns), code, "", group] = everybody
                assert share == DOT, "a share beside a dot would tell"
                continue
            low, high = read_number(children) - HALF_STEP, read_number(children) + HALF_STEP
            self.rows.append(Row(everybody, low, high))
            if share != "?":
                part_low, part_high = read_number(share) - HALF_STEP, read_number(share) + HALF_STEP
                self.rows.append(Row(handed, part_low * low, part_high * high))
