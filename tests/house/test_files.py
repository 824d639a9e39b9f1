"""What no file of the repository may hold, and how long a file may grow."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 450
BINARY = {".png", ".jpg", ".woff2", ".parquet", ".gz", ".xlsx", ".pdf", ".ico", ".mo"}

# Written in pieces, so that this file does not find itself.
PACKAGE_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("proxy", "golang", "org"),
        ("ghcr", "io"),
        ("docker", "io"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.@{}$-])/(?:" + "|".join(("work", "root", "home", "Users")) + r")/\w")


def list_tracked_files():
    """Return the files git knows, or all that lie here where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts():
    """Path → text of every tracked text file."""
    files = [file for file in list_tracked_files() if file.suffix not in BINARY]
    return {file.relative_to(ROOT): file.read_text(encoding="utf-8") for file in files}


def test_no_file_names_a_package_host(texts):
    found = [f"{path}: {host}" for path, text in texts.items() for host in PACKAGE_HOSTS if host in text]
    assert found == []


def test_no_file_names_a_path_of_somebodys_machine(texts):
    found = [
        f"{path}:{number}: {line.strip()[:90]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ]
    assert found == []


def test_the_path_pattern_finds_what_it_should():
    assert MACHINE_PATHS.search("open('/" + "home/anna/x.csv')")
    assert MACHINE_PATHS.search("/" + "work/main")
    assert not MACHINE_PATHS.search("https://example.org/" + "work/programme")
    assert not MACHINE_PATHS.search("a network/root/cause")


def test_files_stay_short_enough_to_read(texts):
    too_long = {
        str(path): len(text.splitlines())
        for path, text in texts.items()
        if path.suffix in {".py", ".html", ".css", ".js"} and "migrations" not in path.parts
        if len(text.splitlines()) > LONGEST_FILE
    }
    assert too_long == {}


def test_front_end_lock_holds_digests_but_no_addresses(texts):
    lock = texts[Path("package-lock.json")]
    assert '"integrity"' in lock
    assert "://" not in lock
    assert '"resolved"' not in lock


@pytest.mark.parametrize("name", ["base", "build", "test", "bench"])
def test_every_python_package_is_pinned_with_digests(texts, name):
    lock = texts[Path(f"requirements/{name}.txt")]
    packages = re.findall(r"^[a-z0-9][\w.\[\]-]*==.*$", lock, flags=re.MULTILINE)
    assert packages
    assert all(line.endswith("\\") for line in packages)
    assert "://" not in lock


def test_secrets_and_databases_are_not_tracked(texts):
    assert not [
        path for path in texts if path.name in {".env", "secret_key"} or path.suffix in {".pem", ".key"}
    ]
