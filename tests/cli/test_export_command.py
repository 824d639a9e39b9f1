"""`kekiz export`, and a second installation that reads the first one's API over HTTP and exports the same."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from tests.conftest import LIPPE
from tests.evidence.region import load_counts, load_region
from tests.register.world import load_world
from typer.testing import CliRunner

from kekiz.accounts.actors import SYSTEM
from kekiz.analysis.actions import publish_run, run_analysis, take_back_run
from kekiz.analysis.exports.files import BY_FILE_NAME as FIGURES_BY_FILE_NAME
from kekiz.cli.main import app
from kekiz.register.exports.formats import BY_FILE_NAME

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.evidence.region import load_region
load_region()
import shutil
from django.db import connection
connection.close()
shutil.copy("register.sqlite3", "empty.sqlite3")
from tests.register.world import OFFERS, load_world, offer_row
load_world([*OFFERS, offer_row("zitat", title='=1+1; „Kita“\\nzwei Zeilen', phone="05231/977", cost="reduced",
    cost_note="nach Einkommen", hurdles=["waiting_list"], system="health", level="selective", summary="-",
    opening_hours="Mo[1] 09:00-10:00; PH off", languages=["tr", "de"], funding="Land; Kreis")])
"""
# The site as a server would run it, on a free port of this machine.
SERVE = """
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from kekiz.site.wsgi import application
class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
class Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass
server = make_server("127.0.0.1", 0, application, Server, Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"""


def environment(home, **more):
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "KEKIZ_HOME": str(home),
        "KEKIZ_DEMO": "1",
        "DATABASE_URL": f"sqlite:///{home / 'register.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "kekiz.site.settings",
        **more,
    }


def run_python(home, *words, **more):
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        env=environment(home, **more),
        cwd=home,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """Two installations of one region: the first has offers, the second has none."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    done = run_python(first, "-c", PREPARE)
    assert done.returncode == 0, done.stderr
    shutil.copy(first / "empty.sqlite3", second / "register.sqlite3")
    return first, second


@pytest.fixture
def served(homes):
    """The address of the first installation."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(homes[0]),
        cwd=homes[0],
    )
    yield f"127.0.0.1:{server.stdout.readline().strip()}"
    server.terminate()
    server.wait(timeout=30)
    server.stdout.close()


def test_a_second_installation_reads_the_first_and_exports_the_same(homes, served):
    first, second = homes
    told = run_python(first, "-m", "kekiz", "export", "--out", "offen", "--json")
    assert told.returncode == 0, told.stderr
    content = json.loads(told.stdout)
    assert (content["offers"], len(content["files"]), content["published_run"]) == (7, 6, None)
    taken = run_python(
        second, "-m", "kekiz", "import", f"http://{served}/api/v1", "--publish", "--json",
        KEKIZ_IMPORT_HOSTS=served,
    )  # fmt: skip
    assert taken.returncode == 0, taken.stderr
    answer = json.loads(taken.stdout)
    assert (answer["counts"]["new"], answer["refused"], answer["remarks"]) == (
        8,
        [],
        [],
    )  # rows: one offer stands at two sites
    again = run_python(second, "-m", "kekiz", "export", "--out", "offen", "--json")
    for one, other in zip(content["files"], json.loads(again.stdout)["files"], strict=True):
        assert (one["format"], one["sha256"]) == (other["format"], other["sha256"])


def call(*words):
    return CliRunner().invoke(app, ["export", *words])


def test_the_form_follows_from_the_ending_and_nothing_is_written_over(db, tmp_path):
    load_world()
    target = tmp_path / "liste.geojson"
    first = call(str(target))
    assert first.exit_code == 0, first.output
    assert first.output.startswith(f"{target}: 6 Angebote")
    assert json.loads(target.read_text(encoding="utf-8"))["type"] == "FeatureCollection"
    second = call(str(target))
    assert (second.exit_code, "--replace" in second.output) == (2, True)
    assert call(str(target), "--replace").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["liste.geojson"]


@pytest.fixture
def run(db, settings, tmp_path):
    """A run of three towns with small and large needs."""
    load_region()
    load_world()
    settings.OPEN_DATA_FOLDER = tmp_path / "kept"
    settings.KEKIZ_SMALLEST_COUNT = 3
    load_counts(12)
    return run_analysis(actor=SYSTEM, region_key=LIPPE, reference_date=dt.date(2025, 6, 1))


def test_figures_of_the_published_run_are_those_of_the_page(run, tmp_path):
    publish_run(actor=SYSTEM, run=run)
    out = tmp_path / "offen"
    told = json.loads(call("--out", str(out), "--json").output)
    assert told["published_run"] == run.pk
    assert {path.name for path in out.iterdir()} == {*BY_FILE_NAME, *FIGURES_BY_FILE_NAME}
    assert len(told["files"]) == 9
    for name in FIGURES_BY_FILE_NAME:
        answer = Client().get(f"/offene-daten/{name}")
        assert (out / name).read_bytes() == b"".join(answer.streaming_content)
    one = tmp_path / "zahlen.csv"
    answer = call(str(one), "--format", "analyse-csv")
    assert answer.output.startswith(f"{one}: Zahlen des Laufs {run.pk}, ")
    assert one.read_bytes() == (out / "analyse.csv").read_bytes()


def test_without_a_published_run_a_sentence_says_so(run, tmp_path):
    out = tmp_path / "offen"
    answer = call("--out", str(out))
    assert answer.exit_code == 0
    assert "Zurzeit ist kein Analyselauf veröffentlicht" in answer.output
    assert {path.name for path in out.iterdir()} == set(BY_FILE_NAME)
    asked = call("--format", "analyse-csv", "--format", "csv", "--out", str(tmp_path / "leer"))
    assert asked.exit_code == 1
    assert "kein Analyselauf" in asked.output
    assert "nichts geschrieben" in asked.output
    assert not (tmp_path / "leer").exists()
    only_offers = call(str(tmp_path / "liste.csv"))
    assert "Analyselauf" not in only_offers.output


def test_figures_that_were_taken_back_are_named_where_they_still_lie(run, tmp_path):
    publish_run(actor=SYSTEM, run=run)
    assert call("--out", str(tmp_path / "offen")).exit_code == 0
    take_back_run(actor=SYSTEM, run=run)
    answer = call("--out", str(tmp_path / "offen"), "--replace")
    assert answer.exit_code == 0
    assert "nicht mehr veröffentlicht" in answer.output
    assert "analyse.geojson" in answer.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--out"),
        (["liste.docx"], "liste.docx"),
        (["--format", "docx", "--out", "x"], "docx"),
        (["a.csv", "--out", "x"], "--out"),
    ],
)
def test_wrong_calls_say_how_it_is_meant(words, told):
    answer = call(*words)
    assert answer.exit_code == 2
    assert told in answer.output
