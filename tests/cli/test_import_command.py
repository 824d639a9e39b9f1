"""`kekiz import` as a program of its own: dry run, import, the next list, undo, and what it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.register.imports.lists import office_workbook, plain_csv, row

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.evidence.region import load_region
load_region()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a database of its own that knows a small region."""
    folder = tmp_path_factory.mktemp("import-home")
    done = run_python(folder, "-c", PREPARE)
    assert done.returncode == 0, done.stderr
    return folder


def run_python(home, *words):
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "KEKIZ_HOME": str(home),
        "KEKIZ_DEMO": "1",
        "DATABASE_URL": f"sqlite:///{home / 'register.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "kekiz.site.settings",
        "KEKIZ_IMPORT_HOSTS": "api.example.org",
    }
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        env=environment,
        cwd=home,
        timeout=300,
        check=False,
    )


def run(home, *words):
    return run_python(home, "-m", "kekiz", "import", *words)


def test_a_list_is_tried_taken_over_and_taken_back(home):
    (home / "angebote.xlsx").write_bytes(office_workbook())
    tried = run(home, "angebote.xlsx", "--dry-run", "--answer", "antwort.xlsx")
    assert tried.returncode == 0, tried.stderr
    for words in (
        "Probelauf, nichts gespeichert",
        "Überschrift „Träger“",
        "Summenzeile",
        "Der Titel fehlt. (Zeile 11)",
    ):
        assert words in tried.stdout
    page = load_workbook(home / "antwort.xlsx")["Liste"]
    lines = {cells[2]: cells for cells in page.iter_rows(values_only=True)}
    assert "Fehler: Der Titel fehlt." in lines[11][1]

    done = run(home, "angebote.xlsx", "--source", "Frühe Hilfen", "--for-all", "fields=S2", "--json")
    content = json.loads(done.stdout)
    assert (content["import"], content["counts"]["new"], content["counts"]["refused"]) == (1, 2, 3)
    assert all(one["reasons"] for one in content["refused"])
    again = json.loads(run(home, "angebote.xlsx", "--json").stdout)
    assert again["source"] == "Frühe Hilfen", "known by its columns"
    assert again["is_mapping_known"]
    assert again["counts"]["same"] == 2

    assert "zuerst diesen" in run(home, "--undo", "1").stderr
    assert run(home, "--undo", "2").returncode == 0
    assert "zurückgenommen" in run(home, "--undo", "1").stdout
    assert run(home, "--undo", "1").returncode == 1


def test_columns_and_publishing_on_the_command_line(home):
    header = ["Was", "Wer", "Alter", "PLZ", "Ort", "Irgendwas"]
    (home / "x.csv").write_bytes(
        plain_csv([["Elterncafé", "Stadt", "0-3", "32657", "Lemgo", "Kaffee"]], header=header)
    )
    done = run(home, "x.csv", "--column", "Irgendwas=description", "--publish", "--json")
    content = json.loads(done.stdout)
    assert content["is_published"]
    assert {one["header"]: one["target"] for one in content["columns"]}["Irgendwas"] == "description"
    undone = run(home, "--undo", str(content["import"]))
    assert undone.returncode == 0, undone.stderr


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "eine Liste nennen"),
        (("fehlt.xlsx",), 2, "gibt es nicht"),
        (("leer.csv",), 1, "Die Datei ist leer"),
        (("gut.csv", "--column", "Nirgends=title"), 2, "Die Spalte „Nirgends“ gibt es nicht"),
        (("gut.csv", "--column", "Ort"), 2, "NAME=WERT"),
        (("gut.csv", "--for-all", "farbe=blau"), 2, "lässt sich nicht für alle Zeilen sagen"),
        (("gut.csv", "--sheet", "Nein"), 1, "Das Blatt „Nein“ gibt es nicht"),
        (("gut.csv", "--answer", "x.pdf"), 2, "*.xlsx"),
        (("schlecht.csv",), 1, "Keine Zeile der Liste"),
        (("https://böse.example/hsds",), 1, "nicht freigegeben"),
        (("--undo", "99"), 1, "gibt es nicht"),
    ],
)
def test_what_cannot_work_is_told(home, words, code, told):
    (home / "leer.csv").write_bytes(b"")
    (home / "gut.csv").write_bytes(plain_csv([row()]))
    (home / "schlecht.csv").write_bytes(plain_csv([row(Angebot="")]))
    done = run(home, *words)
    assert told in done.stderr
    assert done.returncode == code
    assert "Traceback" not in done.stderr
