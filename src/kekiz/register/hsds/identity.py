"""Identifiers of HSDS: UUIDs that follow from the region and our keys, so that they never change."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

# The namespace of all kekiz identifiers: uuid5(NAMESPACE_DNS, "kekiz").
KEKIZ = UUID("ecf78d31-ae31-55d9-b303-ad92f30f9de4")


@dataclass(frozen=True)
class Identity:
    """Makes identifiers for the offers of one region (key such as "05766")."""

    region: str

    def name(self, kind: str, *keys: str) -> str:
        """The UUID of one thing: equal region, kind and keys, equal UUID."""
        return str(uuid5(KEKIZ, "/".join((self.region, kind, *keys))))
