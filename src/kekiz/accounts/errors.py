"""What an action says when it refuses: sentences for people, in German.

Every domain app raises these two and nothing else for expected refusals; faces turn them into
a page, a problem+json answer or a line on the terminal.
"""

from collections.abc import Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


class ActionDenied(Exception):
    """The actor may not do this; `reason` is one German sentence that says why and who may."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidInput(Exception):
    """The input cannot be stored; `messages` holds one German sentence for each mistake, all at once."""

    def __init__(self, messages: Sequence[str]) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(self.messages))

    @classmethod
    def from_validation(cls, error: ValidationError) -> "InvalidInput":
        """Turn what `full_clean` found into sentences that name the field they belong to."""
        if not hasattr(error, "error_dict"):
            return cls(error.messages)
        sentences: list[str] = []
        for field, messages in error.message_dict.items():
            lead = "" if field == NON_FIELD_ERRORS else f"{field}: "
            sentences.extend(f"{lead}{message}" for message in messages)
        return cls(sentences)
