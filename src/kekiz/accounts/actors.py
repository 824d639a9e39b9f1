"""Who acts: a signed-in person, an anonymous visitor, a provider by a link, or the installation itself."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class ProviderLink:
    """Whoever holds a valid link that was sent to a provider: speaks for it, for this one answer."""

    provider_key: str


Actor: TypeAlias = "User | AnonymousUser | SystemActor | ProviderLink"
