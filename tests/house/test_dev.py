"""`./dev` on machines where something is missing: one clear sentence each, never a traceback."""

import ast
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A port on which nothing listens: connecting is refused at once, as on a machine without network.
NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture
def checkout(tmp_path):
    """A copy of what `./dev` needs, without .venv and node_modules."""
    for name in ("dev", "pyproject.toml", "package.json", "package-lock.json", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def run_dev(checkout, *arguments, program=None, **environment):
    """Run `./dev` as a person would, with nothing of this machine's package settings."""
    clean = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(("PIP_", "NPM_"))
    }
    clean |= {"PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0", "PYTHONIOENCODING": "utf-8", **environment}
    start = [sys.executable, *(program or [str(checkout / "dev")])]
    return subprocess.run(
        [*start, *arguments],
        cwd=checkout,
        env=clean,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def assert_one_sentence(result, *expected):
    """The last line of stderr is the sentence; nothing looks like a traceback."""
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, result.stderr
    for part in expected:
        assert part in lines[0]


def test_help_names_every_command(checkout):
    result = run_dev(checkout, "-h")
    assert result.returncode == 0
    for command in ("demo", "test", "check", "lock", "screenshots"):
        assert command in result.stdout


def test_the_file_can_be_read_by_python_3_8_and_needs_the_standard_library_only():
    tree = ast.parse((ROOT / "dev").read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert os.access(ROOT / "dev", os.X_OK)


def test_an_old_python_is_told_which_version_is_needed(checkout):
    pretend = (
        "import runpy, sys; sys.version_info = (3, 8, 10, 'final', 0); "
        "sys.argv = ['dev', 'demo']; runpy.run_path('dev', run_name='__main__')"
    )
    result = run_dev(checkout, program=["-c", pretend])
    assert_one_sentence(result, "braucht Python 3.11 oder neuer", "3.8.10", "python3.11 dev demo")


def find_old_python():
    """Return a really old interpreter of this machine, if it has one that runs."""
    for name in ("python3.8", "python3.9", "python3.10"):
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", "pass"], capture_output=True, check=False).returncode == 0:
            return path
    return None


@pytest.mark.skipif(not find_old_python(), reason="no Python older than 3.11 on this machine")
def test_a_really_old_python_gets_the_sentence_too(checkout):
    result = subprocess.run(
        [find_old_python(), "dev", "demo"], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert_one_sentence(result, "braucht Python 3.11 oder neuer")


def test_python_without_venv_is_told_what_to_install(checkout):
    broken = checkout / "as-on-debian"
    broken.mkdir()
    (broken / "ensurepip.py").write_text("raise ImportError('No module named ensurepip')\n", encoding="ascii")
    result = run_dev(checkout, "demo", "--port", str(find_free_port()), PYTHONPATH=str(broken))
    assert_one_sentence(result, "fehlt das Modul „venv“", "python3-venv")


def test_a_taken_port_is_told_before_anything_is_installed(checkout):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run_dev(checkout, "demo", "--port", str(port))
    assert_one_sentence(result, f"Port {port} ist belegt", "--port")
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("port", ["0", "70000"])
def test_an_impossible_port_is_told(checkout, port):
    assert_one_sentence(run_dev(checkout, "demo", "--port", port), f"Port {port} gibt es nicht")


def test_an_unknown_word_is_told(checkout):
    assert_one_sentence(run_dev(checkout, "check", "schnell"), "schnell", "./dev -h")


def test_without_network_the_sentence_says_so_and_where_the_log_is(checkout):
    result = run_dev(checkout, "demo", "--port", str(find_free_port()), PIP_INDEX_URL=NOWHERE)
    assert_one_sentence(result, "Python-Pakete (base)", "nicht zu erreichen", "pip-base.log")
    assert "No matching distribution" in (checkout / "var/log/pip-base.log").read_text(encoding="utf-8")
    assert not (checkout / ".venv/.kekiz-base").exists()


def test_without_network_the_front_end_parts_say_so_too(checkout):
    program = (
        "import pathlib, runpy, sys; sys.argv = ['dev']; "
        "dev = runpy.run_path('dev'); "
        "scope = dev['run_npm'].__globals__; "
        f"scope['venv_python'] = lambda folder=None: pathlib.Path({sys.executable!r}); "
        "dev['make_folder'](dev['LOGS'])\n"
        "try: dev['run_npm']('Bausteine der Oberfläche', ['ci'])\n"
        "except dev['Trouble'] as trouble: sys.exit(str(trouble))"
    )
    result = run_dev(
        checkout,
        program=["-c", program],
        npm_config_registry=NOWHERE,
        npm_config_fetch_retries="0",
        npm_config_cache=str(checkout / "empty-cache"),
    )
    assert_one_sentence(result, "Bausteine der Oberfläche", "nicht zu erreichen", "npm.log")


def test_a_file_in_place_of_the_environment_is_told(checkout):
    (checkout / ".venv").write_text("", encoding="ascii")
    result = run_dev(checkout, "demo", "--port", str(find_free_port()))
    assert_one_sentence(result, ".venv ist eine Datei")


def test_a_folder_that_cannot_be_made_is_told(checkout):
    (checkout / "var").write_text("", encoding="ascii")
    result = run_dev(checkout, "demo", "--port", str(find_free_port()))
    assert_one_sentence(result, "lässt sich nicht anlegen", "Rechte")


def test_what_is_installed_is_not_installed_again(checkout):
    (checkout / "requirements/build.txt").write_text("", encoding="ascii")
    prepare = ["-c", "import runpy, sys; sys.argv = ['dev']; runpy.run_path('dev')['prepare']('build')"]
    first, second = run_dev(checkout, program=prepare), run_dev(checkout, program=prepare)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Virtuelle Umgebung" in first.stdout
    assert "Python-Pakete (build)" in first.stdout
    assert second.stdout == ""
    (checkout / "requirements/build.txt").write_text("# changed\n", encoding="ascii")
    assert "Python-Pakete (build)" in run_dev(checkout, program=prepare).stdout


def find_free_port():
    """Return a port nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
