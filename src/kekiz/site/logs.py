"""Keeps people out of the log files."""

import logging
import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Everything after the question mark of an address: search words, positions, signed links.
_QUERY = re.compile(r"(?<=[\w/])\?[^\s\"']*=[^\s\"']*")


def remove_people(text: str) -> str:
    """Return a line of log without e-mail addresses and without the query part of web addresses."""
    return _QUERY.sub("?…", _EMAIL.sub("[E-Mail]", text))


class WithoutPeople(logging.Filter):
    """Rewrites each record before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the message by its cleaned form; never drops a record."""
        record.msg = remove_people(record.getMessage())
        record.args = ()
        return True
