"""Has anything been written since? Asked of the database itself, in well under a millisecond.

Only outside a transaction: inside one, what is seen may be rolled back, and the sums of store.py are read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

_SEEN = threading.local()  # connections belong to threads


def read_once_for_each_write(read: Callable[[], Any]) -> Any:
    """What ``read`` returns, read anew only if something was written since this thread's last time."""
    mark = read_mark(connection)
    seen = getattr(_SEEN, "last", None)
    if mark is not None and seen is not None and seen[0] is connection.connection and seen[1] == mark:
        return seen[2]
    value = read()
    _SEEN.last = (connection.connection, mark, value) if mark is not None else None
    return value


def read_mark(connection: BaseDatabaseWrapper) -> Any:
    """A value that differs after every write of anybody; None where the database has none to give."""
    if connection.in_atomic_block:
        return None
    query = _QUERIES.get(connection.vendor)
    if query is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(query)
        mark = cursor.fetchone()
    if connection.vendor == "sqlite":  # its version tells what others wrote, the count what was written here
        return (*mark, connection.connection.total_changes)
    return mark


# Sources: sqlite.org/pragma.html#pragma_data_version; PostgreSQL manual, "Transaction ID and snapshot
# functions": a snapshot differs as soon as any writing transaction has begun or ended.
_QUERIES = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}
