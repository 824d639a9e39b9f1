"""One command measures all: every file of bench/ with a command line takes part in it."""

from bench.__main__ import MEASUREMENTS, Outcome, fill_in
from tests.conftest import ROOT

MAKES_INPUT = {
    "day_care_doubles",
    "access_golden",
    "scale_regions",
    "school_doubles",
    "writing",
    "duplicates_dedupe",
    "duplicates_splink",
    "travel_ferrobus",
}


def test_every_measurement_takes_part():
    modules = {path.stem for path in (ROOT / "bench").glob("*.py")} - {"__init__", "__main__"}
    assert modules - MAKES_INPUT == {measurement.module for measurement in MEASUREMENTS}


def test_outcomes_replace_what_stands_between_their_markers():
    outcome = Outcome(MEASUREMENTS[0], ["python", "-m", "bench.access"], "new", 0, 1.0, 2.0, 0.5)
    once = fill_in("# Figures\n\n<!-- bench access -->\nold\n<!-- end access -->\n\nAfter.\n", [outcome])
    assert "old" not in once
    assert once.index("new") < once.index("After.") < once.index("<!-- bench table -->")
    assert "| access | bars met | 1 s | 2 s | 0.5 |" in once
    assert fill_in(once, [outcome]).count("<!-- bench access -->") == 1


def test_the_peers_interpreter_stands_in_for_the_word():
    plan = next(measurement for measurement in MEASUREMENTS if measurement.name == "plan")
    assert plan.command(is_quick=False, peer_python="/venv/python")[-2:] == ["--peer-python", "/venv/python"]
    assert "--peer-python" not in plan.command(is_quick=True, peer_python=None)
