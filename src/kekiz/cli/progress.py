"""The progress bar of every long command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def show_progress(silent: bool) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on the error stream; nothing where nobody watches."""
    if silent or not sys.stderr.isatty():
        yield lambda done, of, text: None
        return
    from rich.console import Console  # noqa: PLC0415 - takes a while to load
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=10)
        yield lambda done, of, text: bar.update(task, completed=done, total=of, description=text)
