"""Small numbers: what cockpit and open data really send, all choices together, does not give a dot away."""

import numpy as np
import pytest
from django.test import override_settings
from tests.conftest import DETMOLD, LIPPE
from tests.evidence.region import load_counts
from tests.register.world import get_offer
from tests.web.conftest import DAY, open_browser
from tests.web.small_numbers_attack import Attack, read_file

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis import queries
from kekiz.analysis.actions import publish_run, run_analysis
from kekiz.analysis.models import RunTable
from kekiz.register import actions as register

WHAT_IF = "/cockpit/was-waere-wenn/?art=neu&felder=S2&von=0&bis=36&form=visit&ort=Lemgo&plaetze=40&rechnen=1"
PROTECTED = 3 - 1e-4  # children; the solver rounds
FACTOR = 12  # the children of the small region times twelve: some needs are small, most are not


@pytest.fixture
def towns(region, settings):
    """A run of three towns with small and large needs, small numbers left out."""
    settings.KEKIZ_SMALLEST_COUNT = 3
    load_counts(FACTOR)
    return run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)


def test_nobody_works_out_a_dot_from_all_files_together(towns, settings, tmp_path):
    settings.OPEN_DATA_FOLDER = tmp_path
    publish_run(actor=SYSTEM, run=towns)
    attack, browser = Attack(towns), open_browser("alina")
    attack.read_everything(browser, links=[("P2", "S2")])
    told, dots = len(attack.known), set(attack.dots)
    attack.read_open_data(open_browser("visitor"))
    assert len(attack.known) > told  # the links without a need, as zeros
    assert set(attack.dots) == dots  # what pages leave out, and nothing else
    assert len(attack.dots) > 20
    assert len(attack.known) > 500
    from_files = len(attack.known)
    attack.read_page(browser, "/cockpit/", attack.towns)
    attack.read_page(browser, f"/cockpit/?gebiet={DETMOLD}", [DETMOLD])
    attack.read_page(browser, "/cockpit/luecke/P2/S2/", attack.towns, "P2", "S2")
    attack.read_answer(browser, WHAT_IF)
    assert len(attack.known) > from_files + 20
    for phase in attack.scheme.phase_codes:
        attack.read_offers(browser, phase, "S2")
    attack.note_mask()
    assert len(attack.dots) >= len(dots)
    assert attack.start_reading(PROTECTED).find_pinned() is None


def test_without_secondary_suppression_the_same_reader_would_win(towns, monkeypatch):
    """The reader is a real one: against the threshold alone it pins a small need."""
    cube = queries.link_cube(towns)

    def is_small(_mask, ags, _all, *, phase, field, group, **_):
        return 0 < cube.total(ags=list(ags), phase=phase, field=field, group=group).need < 3

    monkeypatch.setattr("kekiz.analysis.queries.disclosure.Mask.is_need_hidden", is_small)
    attack = Attack(towns)
    attack.read_everything(open_browser("alina"))
    _, width = attack.start_reading(PROTECTED).find_pinned()
    assert width < 0.1


def test_the_dots_are_stored_with_the_run_and_stay_the_same(towns):
    again = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    stored = RunTable.objects.filter(name="hidden").order_by("run").values_list("digest", flat=True)
    assert stored[0] == stored[1]
    assert queries.mask_of(again) == queries.mask_of(towns)
    assert queries.smallest_count(again) == 3


def test_a_run_from_before_is_protected_when_it_is_read(towns):
    stored = queries.mask_of(towns)
    RunTable.objects.filter(run=towns, name="hidden")._raw_delete("default")
    queries.disclosure._read_mask.cache_clear()
    queries.disclosure.read_table.cache_clear()
    assert queries.mask_of(towns).needs == stored.needs


def test_what_was_left_out_of_the_same_needs_stays_left_out(towns):
    register.end_offer(actor=SYSTEM, offer=get_offer("elterncafe"))
    later = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    assert queries.mask_of(later).needs >= queries.mask_of(towns).needs


def test_a_higher_threshold_leaves_out_more(towns):
    with override_settings(KEKIZ_SMALLEST_COUNT=10):
        load_counts(FACTOR + 1)
        later = run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=DAY)
    assert queries.smallest_count(later) == 10
    assert len(queries.mask_of(later).needs) > len(queries.mask_of(towns).needs)


def test_what_if_leaves_out_the_same_needs_on_both_sides(towns):
    answer = queries.what_if(towns, change_places={"turnen": 4})
    pairs = [*answer.by_field.values(), *answer.by_municipality.values(), *answer.by_phase.values()]
    assert all(pair.before.is_hidden == pair.after.is_hidden for pair in pairs)
    assert answer.total.before.need == pytest.approx(answer.total.after.need, nan_ok=True)


def test_cells_of_the_map_say_a_class_and_no_number(towns):
    shares = [value.unmet_share for value in queries.cell_values(towns)]
    assert None in shares or min(np.array(shares)) >= 0
    rows = read_file(open_browser("alina"), f"/cockpit/tabelle/uebergaenge.csv?gebiet={DETMOLD}")
    assert {"Kinder im Jahr", "mit vereinbarter Übergabe"} <= set(rows[0])
