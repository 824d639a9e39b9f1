"""Killed in the middle, nothing of an import is there: a process of its own, on the database of this run."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from kekiz.register.models import Offer, Provider, Site

ROOT = Path(__file__).resolve().parents[3]
CHILD = """
import sys, time
import django
django.setup()
from tests.register.imports.lists import LIPPE_PLACES, read
from tests.register.imports.world import some_rows
from kekiz.accounts.actors import SYSTEM
from kekiz.register.actions.imports import import_list
from kekiz.register.import_models import ImportBatch
from kekiz.register.import_plan import Options

def halt(done, of):
    if sys.argv[1] == "halt":
        print("stored", done, flush=True)
        time.sleep(120)

sheet, mapping, rows = read(some_rows(40))
batch = ImportBatch(source="x", file_name="x.csv", form="csv", file_digest="0" * 64, area="05766")
import_list(actor=SYSTEM, batch=batch, sheet=sheet, mapping=mapping, rows=rows, options=Options(),
progress=halt)
print("done", flush=True)
"""


@pytest.fixture
def database_url(transactional_db, tmp_path):
    """The database of the tests as another process reaches it: SQLite as a copy in a file."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        values = connection.settings_dict
        host = f"{values['HOST']}:{values['PORT'] or 5432}"
        return f"postgres://{values['USER']}:{values['PASSWORD']}@{host}/{values['NAME']}"
    path = tmp_path / "register.sqlite3"
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    return f"sqlite:///{path}"


def start(url, word):
    environment = {
        **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, word], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )


def count_rows(url):
    if connection.vendor == "postgresql":
        return Offer.objects.count(), Provider.objects.count(), Site.objects.count()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        tables = ("register_offer", "register_provider", "register_site")
        return tuple(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def test_a_killed_import_leaves_nothing_and_the_next_one_works(database_url):
    child = start(database_url, "halt")
    assert child.stdout.readline() == "stored 40\n", "forty offers are written, the transaction is open"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert count_rows(database_url) == (0, 0, 0)
    with start(database_url, "go on") as again:
        assert again.stdout.read() == "done\n"
    assert count_rows(database_url) == (40, 1, 40)
