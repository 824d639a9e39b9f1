"""`kekiz plan`: the demo's plan as JSON and in words, and what is said when it cannot work."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kekiz.cli.main import app

REGION = Path(__file__).resolve().parents[2] / "demo" / "lippe" / "region.toml"


def run(*arguments):
    return CliRunner().invoke(app, ["plan", str(REGION), *arguments])


def test_plan_of_the_demo_for_machines_and_people(tmp_path):
    out = tmp_path / "plan.json"
    done = run("--budget", "60000", "--rule", "kekiz-2017", "--equity", "2", "--out", str(out))
    assert done.exit_code == 0, done.output
    plan = json.loads(out.read_text(encoding="utf-8"))
    assert plan["kind"] == "kekiz-plan"
    assert plan["gap"] <= 0.01
    assert [year["year"] for year in plan["money"]] == [2017, 2018]
    for year in plan["money"]:
        assert year["own_eur"] <= 60_000.01
        assert year["state_eur"] <= 30_000.01
        assert year["cost_eur"] == pytest.approx(year["own_eur"] + year["state_eur"], abs=0.02)
    assert plan["expected_range"][0] <= plan["verified"] <= plan["expected_range"][1]
    assert sum(row["verified"] for row in plan["places"]) == pytest.approx(plan["verified"], abs=0.1)
    for one in plan["measures"]:
        assert one["title"] in done.output
    assert "Kein anderer Vorschlag" in done.output
    again = run("--budget", "60000", "--rule", "kekiz-2017", "--equity", "2", "--json")
    assert json.loads(again.output) == plan


def test_without_money_nothing_is_proposed():
    done = run("--budget", "0")
    assert done.exit_code == 0
    assert "keine der" in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--budget", "-1"], 2, "--budget"),
        (["--budget", "nan"], 2, "--budget"),
        (["--budget", "1", "--equity", "0"], 2, "--equity"),
        (["--budget", "1", "--out", "plan.txt"], 2, "*.json"),
        (["--budget", "1", "--rule", "kekiz-1999"], 1, "kekiz-2017"),
        (["--budget", "1", "--practices", "fehlt.toml"], 1, "fehlt.toml"),
    ],
)
def test_what_cannot_work_is_said_in_words(arguments, code, said):
    done = run(*arguments)
    assert done.exit_code == code
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_file_that_is_no_plan_is_not_written_over(tmp_path):
    own = tmp_path / "wichtig.json"
    own.write_text('{"kind": "something else"}', encoding="utf-8")
    done = run("--budget", "1", "--out", str(own))
    assert done.exit_code == 2
    assert own.read_text(encoding="utf-8") == '{"kind": "something else"}'
