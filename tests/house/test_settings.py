"""Settings: all documented, read from the environment or from files, wrong ones told in sentences."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kekiz.site.environment import SETTINGS, Environment
from kekiz.site.logs import remove_people
from kekiz.site.parts import choose_database, choose_mail

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "KEKIZ_SECRET_KEY": "k" * 20 + "ey-of-a-test-with-more-than-fifty-characters-0123456789",
    "KEKIZ_HOSTS": "kekiz.example.org",
    "KEKIZ_REGION_NAME": "Kreis Beispiel",
    "DJANGO_SETTINGS_MODULE": "kekiz.site.settings",
}


def run_python(home, *arguments, **settings):
    """Start Python with these settings and no others, in a folder of its own."""
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KEKIZ_", "DATABASE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=home,
        env={**own, "KEKIZ_HOME": str(home), "PYTHONIOENCODING": "utf-8", **settings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_every_setting_is_documented_and_nothing_else():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \|", page, flags=re.MULTILINE)
    assert rows == [setting.name for setting in SETTINGS]


@pytest.mark.parametrize(
    "setting", [setting for setting in SETTINGS if setting.default], ids=lambda s: s.name
)
def test_defaults_in_the_table_are_the_real_ones(setting):
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith(f"| `{setting.name}` |"))
    assert f"| `{setting.default}` |" in row


def test_every_environment_name_in_the_sources_is_a_documented_setting():
    known = {setting.name for setting in SETTINGS} | {"DJANGO_SETTINGS_MODULE"}
    pattern = re.compile(r"""environ(?:\.get\(|\.setdefault\(|\[)["'](\w+)|["'](KEKIZ_[A-Z_]+)["']""")
    unknown = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in (ROOT / "src" / "kekiz").rglob("*.py")
        for match in pattern.finditer(file.read_text(encoding="utf-8"))
        for name in match.groups()
        if name and name not in known
    }
    assert unknown == set()


def test_a_secret_can_come_from_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from-a-file\n", encoding="utf-8")
    environment = Environment({"KEKIZ_SECRET_KEY_FILE": str(secret)})
    assert environment.text("KEKIZ_SECRET_KEY") == "from-a-file"
    assert environment.problems == []


def test_wrong_values_are_told_with_what_was_expected(tmp_path):
    environment = Environment(
        {
            "KEKIZ_DEBUG": "vielleicht",
            "KEKIZ_HSTS_SECONDS": "-1",
            "KEKIZ_LOG_LEVEL": "laut",
            "KEKIZ_SECRET_KEY": "x",
            "KEKIZ_SECRET_KEY_FILE": "y",
            "KEKIZ_HOSTS_FILE": str(tmp_path / "missing"),
        }
    )
    environment.flag("KEKIZ_DEBUG")
    environment.number("KEKIZ_HSTS_SECONDS")
    environment.choice("KEKIZ_LOG_LEVEL", ("INFO", "ERROR"))
    environment.text("KEKIZ_SECRET_KEY")
    environment.text("KEKIZ_HOSTS")
    told = "\n".join(environment.problems)
    for part in ("„vielleicht“", "„-1“", "„LAUT“", "INFO, ERROR", "beide gesetzt", "lässt sich nicht lesen"):
        assert part in told
    assert len(environment.problems) == 5


def test_databases_by_address():
    sqlite = choose_database(Environment({}), Path("somewhere"))
    assert sqlite["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in sqlite["OPTIONS"]["init_command"]
    postgres = choose_database(Environment({"DATABASE_URL": "postgres://a:b@db:5433/c"}), Path("somewhere"))
    assert (postgres["ENGINE"], postgres["HOST"], postgres["PORT"]) == (
        "django.db.backends.postgresql",
        "db",
        5433,
    )
    wrong = Environment({"DATABASE_URL": "mysql://a:geheim@db/c"})
    choose_database(wrong, Path("somewhere"))
    assert "mysql:" in wrong.problems[0]
    assert "geheim" not in wrong.problems[0]


def test_mail_by_address():
    mail = choose_mail(Environment({"KEKIZ_MAIL_URL": "smtp://a%40b:p%2Fw@mail.example.org"}))
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"], mail["EMAIL_PORT"]) == ("a@b", "p/w", 587)
    assert mail["EMAIL_USE_TLS"]
    assert choose_mail(Environment({"KEKIZ_MAIL_URL": "smtps://mail.example.org"}))["EMAIL_PORT"] == 465
    wrong = Environment({"KEKIZ_MAIL_URL": "mail.example.org"})
    choose_mail(wrong)
    assert "Erwartet: smtp://" in wrong.problems[0]


def test_without_settings_the_start_says_everything_that_is_missing(tmp_path):
    result = run_python(tmp_path, "-m", "django", "check", DJANGO_SETTINGS_MODULE="kekiz.site.settings")
    assert result.returncode != 0
    for part in (
        "kekiz ist falsch eingestellt",
        "KEKIZ_SECRET_KEY fehlt",
        "KEKIZ_HOSTS fehlt",
        "docs/settings.md",
    ):
        assert part in result.stderr


def test_a_short_secret_is_refused(tmp_path):
    result = run_python(tmp_path, "-m", "django", "check", **{**PRODUCTION, "KEKIZ_SECRET_KEY": "kurz"})
    assert "KEKIZ_SECRET_KEY hat nur 4 Zeichen" in result.stderr


def test_the_demo_makes_a_secret_of_its_own_once(tmp_path):
    show = "from django.conf import settings; print(settings.SECRET_KEY)"
    started = [
        run_python(tmp_path, "-c", show, KEKIZ_DEMO="1", DJANGO_SETTINGS_MODULE="kekiz.site.settings")
        for _ in range(2)
    ]
    keys = {result.stdout.strip() for result in started}
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_production_passes_djangos_own_deployment_check(tmp_path):
    collected = run_python(
        tmp_path,
        "-m",
        "django",
        "collectstatic",
        "--noinput",
        **PRODUCTION,
        KEKIZ_PARTS=str(ROOT / "node_modules"),
    )
    assert collected.returncode == 0, collected.stderr
    result = run_python(
        tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION
    )
    assert result.returncode == 0, result.stderr


def test_a_public_site_without_a_name_is_told(tmp_path):
    nameless = {**PRODUCTION, "KEKIZ_REGION_NAME": ""}
    result = run_python(tmp_path, "-m", "django", "check", "--deploy", **nameless)
    assert "KEKIZ_REGION_NAME fehlt" in result.stderr


def test_a_public_demo_is_refused_by_the_deployment_check(tmp_path):
    result = run_python(tmp_path, "-m", "django", "check", "--deploy", **{**PRODUCTION, "KEKIZ_DEMO": "1"})
    assert result.returncode != 0
    assert "nicht für das Internet gedacht" in result.stderr


def test_missing_front_end_parts_are_told(tmp_path):
    production = run_python(tmp_path, "-m", "django", "check", **PRODUCTION)
    assert "noch nicht gesammelt" in production.stderr
    assert "collectstatic" in production.stderr
    demo = run_python(tmp_path, "-m", "django", "check", **PRODUCTION, KEKIZ_DEMO="1")
    assert "Bausteine der Oberfläche fehlen" in demo.stderr
    assert "npm ci" in demo.stderr


def test_an_unwritable_database_folder_is_told(tmp_path):
    (tmp_path / "var").write_text("a file in place of the folder", encoding="utf-8")
    result = run_python(tmp_path, "-m", "django", "check", **PRODUCTION)
    assert result.returncode != 0
    assert "lässt sich nicht schreiben" in result.stderr


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Mail to anna.b@example.org failed", "Mail to [E-Mail] failed"),
        ("GET /suche?text=Schuldnerberatung&lat=51.9 404", "GET /suche?… 404"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_log_lines_hold_no_people(line, expected):
    assert remove_people(line) == expected
