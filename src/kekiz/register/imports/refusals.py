"""What a list is refused for as a whole: one sentence that says why and what to do."""

from __future__ import annotations


class RefusedList(Exception):
    """The file cannot be read as a list; ``reason`` is German, for the person who sent it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
