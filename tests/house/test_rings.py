"""The three rings hold, and every domain app has the same files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "kekiz"
DOMAIN_APPS = ("accounts", "register", "evidence", "analysis", "planning")
BASE_FILES = ("models", "queries", "actions", "rules")


def lint_imports(folder, *arguments):
    """Run import-linter on the packages below `folder`."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(program), "--no-cache", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_inwards_only():
    result = lint_imports(ROOT / "src")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("app", DOMAIN_APPS)
@pytest.mark.parametrize("name", BASE_FILES)
def test_every_domain_app_has_the_same_files(app, name):
    folder = SOURCES / app
    assert (folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file()


@pytest.mark.parametrize("app", DOMAIN_APPS)
def test_every_domain_app_registers_its_log_sentences(app):
    assert (SOURCES / app / "sentences.py").is_file() or app == "evidence"


def test_every_log_code_used_has_a_sentence():
    import re

    from kekiz.accounts.sentences import registered_codes

    used = {
        code
        for app in DOMAIN_APPS
        for file in (SOURCES / app).rglob("*.py")
        for code in re.findall(r'code="([a-z_]+\.[a-z_]+)"', file.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= registered_codes()
