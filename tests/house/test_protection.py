"""What every answer carries: policy, cookies, redirects; and the health check."""

import os
import subprocess
import sys

import pytest
from django.test import Client

POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
PRODUCTION_PROBE = """
import django; django.setup()
from django.test import Client
visitor = Client(HTTP_HOST="kekiz.example.org")
print(visitor.get("/konto/login/").status_code, visitor.get("/gesund").status_code)
safe = visitor.get("/gesund", secure=True)
print(safe.status_code, safe["Strict-Transport-Security"])
print(visitor.get("/gesund", secure=True, HTTP_HOST="evil.example.org").status_code)
from django.conf import settings
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.DEBUG)
"""


def test_every_answer_has_the_strict_policy(client, db):
    answer = client.get("/gesund")
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";") if part.strip()}
    assert policy == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


def test_health_answers_while_the_database_does(client, db):
    answer = client.get("/gesund")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/gesund").status_code == 405


def run_probe(home, program, **settings):
    """Run a program in a process of its own with these settings only."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KEKIZ_", "DATABASE_", "DJANGO_"))
    }
    environment = {
        **own,
        "KEKIZ_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "kekiz.site.settings",
        "KEKIZ_SECRET_KEY": "key-of-a-test-with-more-than-fifty-characters-0123456789",
        "KEKIZ_HOSTS": "kekiz.example.org",
        **settings,
    }
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_production_is_https_only_and_answers_to_its_own_name(tmp_path):
    (tmp_path / "var").mkdir()
    redirect, health, other_host, flags = run_probe(tmp_path, PRODUCTION_PROBE)
    assert redirect == "301 200"
    assert health == "200 max-age=31536000"
    assert other_host == "400"
    assert flags == "True True False"


def test_health_says_when_the_database_is_gone(tmp_path):
    program = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "print(Client(HTTP_HOST='kekiz.example.org').get('/gesund').status_code)"
    )
    assert run_probe(tmp_path, program, DATABASE_URL="postgres://nobody@127.0.0.1:9/nowhere") == ["503"]


@pytest.mark.parametrize("path", ["/gesund", "/konto/login/"])
def test_nothing_sets_a_session_for_visitors(db, path):
    assert "sessionid" not in Client().get(path).cookies
