"""Who acts: a signed-in person, an anonymous visitor, or the installation itself."""

from typing import TYPE_CHECKING, Final, TypeAlias

from django.contrib.auth.models import AnonymousUser

if TYPE_CHECKING:
    from kekiz.accounts.models import User


class SystemActor:
    """The installation itself: the command line, a scheduled task, the demo. It may do everything.

    It is a value of its own, so that a forgotten actor (`None`) or a visitor never gains its rights.
    """

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = SystemActor()

Actor: TypeAlias = "User | AnonymousUser | SystemActor"
