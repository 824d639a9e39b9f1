"""The demo region, built once for all tests of a session, however many processes share them."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILD_SECONDS = 360
KEPT = ("PATH", "HOME", "LANG", "NUMBA_CACHE_DIR")


def find_shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this session that all its processes see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def copy_demo(tmp_path_factory: pytest.TempPathFactory, name: str) -> tuple[Path, str]:
    """A folder of the caller's own (KEKIZ_HOME) with the built demo, and what its building said."""
    built, said = _build_once(find_shared_folder(tmp_path_factory))
    home = tmp_path_factory.mktemp(name)
    shutil.copytree(built / "var", home / "var")
    return home, said


def _build_once(shared: Path) -> tuple[Path, str]:
    home, said = shared / "built-demo", shared / "built-demo.txt"
    home.mkdir(exist_ok=True)
    with (shared / "built-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            kept = {key: os.environ[key] for key in KEPT if key in os.environ}
            done = subprocess.run(
                [sys.executable, "-m", "kekiz", "demo", "--no-serve"],
                capture_output=True,
                text=True,
                env={**kept, "KEKIZ_HOME": str(home), "PYTHONPATH": str(ROOT / "src")},
                cwd=home,
                timeout=BUILD_SECONDS,
                check=False,
            )
            assert done.returncode == 0, f"The demo was not built:\n{done.stdout}{done.stderr}"
            said.write_text(done.stdout, encoding="utf-8")
    return home, said.read_text(encoding="utf-8")
