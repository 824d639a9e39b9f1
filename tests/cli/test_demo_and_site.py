"""`demo`, `serve`, `doctor` and `user` as programs of their own, on a database of their own."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from tests.built_demo import copy_demo

from kekiz.cli.demo_accounts import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
SITE = {
    "KEKIZ_SECRET_KEY": "only-for-tests-" + "y" * 50,
    "KEKIZ_HOSTS": "localhost,127.0.0.1",
    "KEKIZ_HTTPS": "0",
}
KEPT = ("PATH", "HOME", "LANG", "NUMBA_CACHE_DIR")


def run(home, *words, stdin="", **settings):
    """Run kekiz in a process with nothing of this one's settings."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment = {**kept, "KEKIZ_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), **settings}
    command = [sys.executable, "-m", "kekiz", *words]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment,
        cwd=home,
        input=stdin,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory):
    """A folder with the built demo, and what its building said."""
    return copy_demo(tmp_path_factory, "demo")


def ask(home, question):
    with sqlite3.connect(f"file:{home / 'var' / 'demo.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(question).fetchall()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_demo_stores_the_region_with_one_run_and_five_accounts(demo_home):
    home, said = demo_home
    assert "Analyse … fertig" in said
    assert PASSWORD in said
    assert ask(home, "SELECT count(*) FROM register_offer WHERE state = 'published'")[0][0] >= 350
    assert ask(home, "SELECT count(*) FROM register_offer WHERE NOT is_invented") == [(0,)]
    assert ask(home, "SELECT count(*) FROM analysis_run") == [(1,)]
    roles = {role for (role,) in ask(home, "SELECT role FROM accounts_role")}
    assert roles == {"district", "youth_office", "municipality", "provider", "reader"}
    assert all(email in said for (email,) in ask(home, "SELECT email FROM accounts_user"))
    kinds = dict(ask(home, "SELECT kind, count(*) FROM evidence_area GROUP BY kind"))
    assert kinds == {"region": 1, "youth_office": 5, "municipality": 16}


def test_second_start_builds_nothing(demo_home):
    home, _ = demo_home
    before = (home / "var" / "demo.sqlite3").stat()
    done = run(home, "demo", "--no-serve")
    assert done.returncode == 0
    assert "Analyse" not in done.stdout
    assert PASSWORD in done.stdout
    assert (home / "var" / "demo.sqlite3").stat().st_mtime_ns == before.st_mtime_ns


def test_demo_never_touches_the_own_database(tmp_path, demo_home):
    own = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    assert run(demo_home[0], "demo", "--no-serve", DATABASE_URL=own).returncode == 0
    assert not (tmp_path / "own.sqlite3").exists()


def test_demo_answers_in_the_browser_and_says_when_the_port_is_taken(demo_home):
    home, _ = demo_home
    port = free_port()
    environment = {**os.environ, "KEKIZ_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "kekiz", "demo", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert fetch(f"http://localhost:{port}/gesund")
        assert "kekiz" in fetch(f"http://localhost:{port}/")
        second = run(home, "demo", "--port", str(port))
        assert second.returncode == 2
        assert second.stderr.strip().splitlines() == [
            f"Port {port} ist belegt: Bitte das andere Programm beenden oder einen anderen Port wählen, "
            f"etwa --port {port + 1}."
        ]
    finally:
        server.terminate()
        assert server.wait(timeout=30) is not None


def fetch(address):
    """The page, as soon as the server is there."""
    for _ in range(120):
        try:
            with urlopen(address, timeout=5) as answer:
                return answer.read().decode("utf-8")
        except (URLError, ConnectionError):
            time.sleep(0.25)
    raise AssertionError(f"{address} never answered")


def test_demo_without_its_files_says_so(tmp_path):
    done = run(tmp_path, "demo", "--no-serve", "--folder", str(tmp_path))
    assert done.returncode == 1
    assert "Die Dateien der Vorführregion fehlen" in done.stderr


@pytest.mark.parametrize("port", ["0", "70000"])
def test_impossible_ports_are_refused(tmp_path, port):
    done = run(tmp_path, "serve", "--port", port)
    assert done.returncode == 2
    assert f"Port {port} gibt es nicht" in done.stderr


def test_serve_names_all_missing_settings(tmp_path):
    done = run(tmp_path, "serve", "--port", str(free_port()))
    assert done.returncode == 1
    assert "KEKIZ_SECRET_KEY fehlt" in done.stderr
    assert "KEKIZ_HOSTS fehlt" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_and_user_refuse_a_database_that_is_not_there(tmp_path):
    for words in (
        ("serve", "--port", str(free_port())),
        ("user", "a@example.org", "--name", "A", "--role", "reader", "--area", "05766"),
    ):
        done = run(tmp_path, *words, **SITE)
        assert done.returncode == 1
        assert "kekiz serve --migrate" in done.stderr


def test_doctor_finds_nothing_wrong_with_the_demo(demo_home):
    home, _ = demo_home
    parts = ROOT / "node_modules"
    if not parts.is_dir():
        pytest.skip("front-end parts are not installed")
    database = f"sqlite:///{home / 'var' / 'demo.sqlite3'}"
    done = run(home, "doctor", KEKIZ_DEMO="1", KEKIZ_PARTS=str(parts), DATABASE_URL=database)
    assert done.returncode == 0, done.stdout
    assert "Alles in Ordnung." in done.stdout


def test_doctor_says_what_is_missing_and_how_to_mend_it(tmp_path):
    done = run(tmp_path, "doctor", "--json", **SITE)
    assert done.returncode == 1
    faults = {finding["name"]: finding for finding in json.loads(done.stdout) if not finding["is_fine"]}
    assert set(faults) == {"Oberfläche", "Datenbank", "E-Mail"}
    assert all(finding["mend"] for finding in faults.values())


def test_doctor_goes_as_far_as_the_settings(tmp_path):
    done = run(tmp_path, "doctor")
    assert done.returncode == 1
    assert "KEKIZ_SECRET_KEY fehlt" in done.stdout


def test_user_opens_an_account_and_adds_a_role(demo_home):
    home, _ = demo_home
    database = {"KEKIZ_DEMO": "1", "DATABASE_URL": f"sqlite:///{home / 'var' / 'demo.sqlite3'}"}
    words = ("user", "neu@example.org", "--name", "Nele Neu", "--role", "municipality", "--area")
    assert run(home, *words, "05766044", stdin="sehr-lang-und-geheim\n", **database).returncode == 0
    more = run(home, *words, "05766020", **database)
    assert more.returncode == 0
    assert "Rolle ergänzt" in more.stdout
    areas = ask(
        home,
        "SELECT area FROM accounts_role JOIN accounts_user ON accounts_user.id = user_id "
        "WHERE email = 'neu@example.org' ORDER BY area",
    )
    assert areas == [("05766020",), ("05766044",)]


def test_user_refuses_and_stores_nothing(demo_home):
    home, _ = demo_home
    database = {"KEKIZ_DEMO": "1", "DATABASE_URL": f"sqlite:///{home / 'var' / 'demo.sqlite3'}"}
    words = ("user", "nie@example.org", "--role", "municipality", "--area", "05766044")
    nameless = run(home, *words, stdin="sehr-lang-und-geheim\n", **database)
    weak = run(home, *words, "--name", "Nie", stdin="kurz\n", **database)
    wrong = run(home, *words[:-1], "Lemgo", "--name", "Nie", "--no-password", **database)
    assert [nameless.returncode, weak.returncode, wrong.returncode] == [1, 1, 1]
    assert "fehlt der Name" in nameless.stderr
    assert "Passwort" in weak.stderr
    assert "8 Ziffern" in wrong.stderr
    assert ask(home, "SELECT count(*) FROM accounts_user WHERE email = 'nie@example.org'") == [(0,)]
