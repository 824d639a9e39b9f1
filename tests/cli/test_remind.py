"""`kekiz remind` as a program of its own, with a mail server on this machine."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.mail_server import MailServer

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "LANG", "NUMBA_CACHE_DIR")
# Mail in clear on this machine: the settings of a real site insist on TLS, which this server does not speak.
SETTINGS = """
from kekiz.site.settings import *
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", {port}
EMAIL_USE_TLS = False
"""
FILL = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.register.reminding import load_due_world
load_due_world()
"""


class Site:
    """A site with due offers in a database of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def environment(self, port: int) -> dict[str, str]:
        (self.home / "site_for_mail.py").write_text(SETTINGS.format(port=port))
        return {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "KEKIZ_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), str(self.home)]),
            "DJANGO_SETTINGS_MODULE": "site_for_mail",
            "KEKIZ_SECRET_KEY": "only-for-tests-" + "z" * 50,
            "KEKIZ_HOSTS": "kekiz.example.org",
            "KEKIZ_REGION_NAME": "Kreis Lippe",
        }

    def start(self, port: int, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "kekiz", "remind", *words],
            env=self.environment(port),
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def remind(self, port: int, *words: str) -> tuple[int, str]:
        program = self.start(port, *words)
        out, errors = program.communicate(timeout=120)
        return program.returncode, out + errors


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A filled database to copy from."""
    site = Site(tmp_path_factory.mktemp("site"))
    (site.home / "var").mkdir()
    subprocess.run(
        [sys.executable, "-c", FILL], env=site.environment(1), cwd=site.home, check=True, timeout=300
    )
    return site


@pytest.fixture
def site(filled, tmp_path):
    """The same database for one test."""
    source, target = filled.home / "var", tmp_path / "var"
    target.mkdir()
    for path in source.glob("kekiz.sqlite3*"):
        (target / path.name).write_bytes(path.read_bytes())
    return Site(tmp_path)


def test_a_dry_run_sends_nothing_then_each_provider_has_one_mail_and_no_second(site):
    with MailServer() as server:
        code, said = site.remind(server.port, "--dry-run")
        assert (code, server.mails) == (0, [])
        assert "2 E-Mails zu 6 Angeboten wären fällig" in said
        assert "elterncafe" in said
        assert "@" not in said
        code, said = site.remind(server.port, "--json")
        assert (code, json.loads(said)["mails"], json.loads(said)["offers"]) == (0, 2, 6)
        code, said = site.remind(server.port)
        assert (code, said.splitlines()[0]) == (0, "Verschickt: 0 E-Mails zu 0 Angeboten.")
    assert sorted(mail["To"] for mail in server.mails) == ["detmold@example.org", "lemgo@example.org"]
    for mail in server.mails:
        assert mail["Auto-Submitted"] == "auto-generated"
        assert "https://kekiz.example.org/stimmt-noch/" in mail.get_body(("plain",)).get_content()
        assert mail.get_body(("html",)) is not None


def test_killed_while_a_mail_goes_out_sends_nothing_twice(site):
    with MailServer(hold_at=1) as server:
        program = site.start(server.port)
        assert server.is_holding.wait(100)  # the server has the mail, the program does not know it yet
        program.send_signal(signal.SIGKILL)
        program.communicate(timeout=30)
        server.release.set()
        code, said = site.remind(server.port)
    assert code == 0
    assert "Verschickt: 1 E-Mail" in said
    assert "Abgebrochen: 1." in said
    assert sorted(mail["To"] for mail in server.mails) == ["detmold@example.org", "lemgo@example.org"]


def test_without_a_mail_server_the_command_says_so(site):
    with MailServer() as server:
        port = server.port
    code, said = site.remind(port)
    assert code == 1
    assert "KEKIZ_MAIL_URL" in said
    assert "Traceback" not in said
