"""Alina lets proposals be computed; others read them; what was asked and answered stays as it is."""

import csv
import json

import pytest
from django.db import DatabaseError, transaction
from tests.conftest import DETMOLD, LEMGO, LIPPE
from tests.planning.region import load_planning, write_practices
from typer.testing import CliRunner

from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.queries import describe_log_entry, log_of_target
from kekiz.analysis.queries import run_table
from kekiz.cli.main import app
from kekiz.planning import actions, queries, rules
from kekiz.planning.models import ASSUMPTION, Practice, Proposal, ProposalResult
from kekiz.register.frozen import FrozenRowError


@pytest.fixture
def run(db, tmp_path):
    """A run of the small region, with practices."""
    return load_planning(tmp_path)


def ask(run, actor=SYSTEM, **values):
    """A proposal, read anew with its result."""
    given = {"budget_eur": 20_000, "rule_key": "kekiz-2017", **values}
    proposal = actions.request_proposal(actor=actor, run=run, **given)
    return queries.find_proposal(run.region_key, proposal.pk)


def test_practices_keep_their_source_and_an_assumption_is_called_one(run):
    sources = {practice.key: practice.source for practice in queries.practices_of(LIPPE)}
    assert sources == {"elterncafe": "Träger: Abrechnung 2024", "spielmobil": ASSUMPTION, "lotse": ASSUMPTION}
    assert [price.kind for price in queries.change_prices_of(LIPPE)] == ["places", "hurdle"]


def test_loading_practices_again_replaces_them_all_or_none(run, tmp_path):
    file = write_practices(tmp_path)
    assert actions.load_practices(actor=SYSTEM, region_key=LIPPE, path=file) == 3
    assert Practice.objects.count() == 3
    file.write_text(file.read_text(encoding="utf-8").replace("places = 12", "places = -1"), encoding="utf-8")
    with pytest.raises(InvalidInput, match="places"):
        actions.load_practices(actor=SYSTEM, region_key=LIPPE, path=file)
    assert Practice.objects.get(key="elterncafe").places == 12


def test_alina_asks_and_the_answer_is_stored_with_what_it_rests_on(run, alina):
    proposal = ask(run, alina)
    assert queries.state_of(proposal) == "ready"
    assert (proposal.run, proposal.asked_by) == (run, alina)
    content = proposal.result.content
    assert content["measures"]
    assert all(year["own_eur"] <= 20_000.01 and year["state_eur"] <= 30_000.01 for year in content["money"])
    for index, year in enumerate(content["money"]):
        for name in ("cost_eur", "state_eur", "own_eur"):
            parts = sum(one["years"][index][name] for one in content["measures"])
            assert parts == pytest.approx(year[name], abs=0.05)
    reached = sum(one["predicted"] for one in content["measures"])
    assert reached == pytest.approx(content["predicted"], abs=0.05)
    entry = describe_log_entry(log_of_target("proposal", proposal.pk).get())
    assert entry.sentence == (
        f"Alina Koordination hat den Vorschlag {proposal.pk} rechnen lassen (20000 € im Jahr, kekiz-2017)."
    )


def test_the_same_question_has_the_same_answer(run):
    assert ask(run).result.content == ask(run).result.content


def test_the_command_line_gives_the_same_plan_for_the_same_input(run, tmp_path):
    for name in ("children", "offers"):
        table = run_table(run, f"input_{name}")
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.column_names)
            for row in table.to_pylist():
                values = (row[column] for column in table.column_names)
                writer.writerow("" if value is None or str(value) == "nan" else value for value in values)
    (tmp_path / "region.toml").write_text(
        f'[region]\nkey = "{LIPPE}"\nname = "Lippe"\nreference_date = 2025-06-01\n'
        '[files]\nchildren = "children.csv"\noffers = "offers.csv"\n',
        encoding="utf-8",
    )
    arguments = ["--budget", "20000", "--rule", "kekiz-2017", "--equity", "2", "--json"]
    done = CliRunner().invoke(app, ["plan", str(tmp_path / "region.toml"), *arguments])
    assert done.exit_code == 0, done.output
    printed, stored = json.loads(done.output), ask(run, equity=2.0).result.content
    without_names = {"places", "measures", "next_best"}
    assert {name: printed[name] for name in printed if name not in without_names} == {
        name: stored[name] for name in stored if name not in without_names
    }
    for name in ("measures", "next_best"):
        assert [one["key"] for one in printed[name]] == [one["key"] for one in stored[name]]
    figures = [(row["ags"], row["group"], row["predicted"], row["verified"]) for row in printed["places"]]
    assert figures == [
        (row["ags"], row["group"], row["predicted"], row["verified"]) for row in stored["places"]
    ]


def test_only_chosen_kinds_and_municipalities_are_weighed(run):
    content = ask(run, kinds=["guide", "offer"], ags=[LEMGO]).result.content
    assert content["measures"]
    assert {one["ags"] for one in content["measures"]} == {LEMGO}
    assert {one["kind"] for one in content["measures"]} <= {"guide", "offer"}


def test_more_weight_moves_the_choice_to_children_of_families_with_little_money(run):
    def count(equity):
        rows = ask(run, equity=equity, budget_eur=8_000).result.content["places"]
        return sum(row["predicted"] for row in rows if row["group"] == "low_income")

    assert count(20.0) >= count(1.0) - 1e-6


def test_only_the_coordination_asks_everybody_of_the_region_reads(run, people):
    for name in ("bert", "cem", "dora", "eva", "frido"):
        with pytest.raises(ActionDenied, match="Koordination"):
            ask(run, people[name])
    may_read = {name: rules.can_read_proposals(person, LIPPE) for name, person in people.items()}
    assert may_read == {
        "alina": True, "bert": True, "cem": True, "dora": False, "eva": True, "frido": False,
    }  # fmt: skip
    with pytest.raises(ActionDenied):
        actions.load_practices(actor=people["cem"], region_key=LIPPE, path=None)
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"budget_eur": -1}, "Budget"),
        ({"budget_eur": float("nan")}, "Budget"),
        ({"rule_key": "/etc/passwd.toml"}, "gibt es nicht"),
        ({"equity": 0}, "Gewicht"),
        ({"kinds": ["zauberei"]}, "zauberei"),
        ({"ags": ["09162000"]}, "keine Kommune"),
    ],
)
def test_a_wrong_question_is_refused_in_words(run, values, said):
    with pytest.raises(InvalidInput, match=said):
        ask(run, **values)
    assert Proposal.objects.count() == 0


def test_what_was_asked_and_answered_never_changes(run):
    proposal = ask(run, ags=[DETMOLD])
    proposal.budget_eur = 1.0
    with pytest.raises(FrozenRowError):
        proposal.save()
    for rows, change in (
        (Proposal.objects, {"budget_eur": 1.0}),
        (ProposalResult.objects, {"seconds": 1.0}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    assert actions.compute_proposal(proposal_id=proposal.pk) is None
    assert ProposalResult.objects.count() == 1


def test_a_proposal_without_result_waits_and_says_so(run, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    proposal = ask(run)
    assert queries.state_of(proposal) == "waiting"
    actions.compute_proposal(proposal_id=proposal.pk)
    assert queries.state_of(queries.find_proposal(LIPPE, proposal.pk)) == "ready"
