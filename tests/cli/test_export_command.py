"""`kekiz export`, and a second installation that reads the first one's API over HTTP and exports the same."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.register.world import load_world
from typer.testing import CliRunner

from kekiz.cli.main import app

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
    assert (content["offers"], len(content["files"])) == (7, 6)
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
