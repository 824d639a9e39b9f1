"""Who may analyse and judge. Everybody with a role in the region may read, and try what-if.

| action | coordination of the region | youth welfare office | others |
|---|---|---|---|
| make a run | yes | no | no |
| store measured ways | yes | no | no |
| publish a run as open data, take it back | yes | no | no |
| give a verdict on an item | yes | where all of the item lies in its area | no |
"""

from __future__ import annotations

from collections.abc import Sequence

from kekiz.accounts import rules as account_rules
from kekiz.accounts.actors import Actor
from kekiz.accounts.areas import is_covered

YOUTH_OFFICE = frozenset({"youth_office"})


def can_run_analysis(actor: Actor, region_key: str) -> bool:
    """May the actor make a new run of the region?"""
    return account_rules.can_run_analysis(actor, region_key)


def can_measure_ways(actor: Actor, region_key: str) -> bool:
    """May the actor store measured ways, which the next runs of the region use?"""
    return account_rules.can_run_analysis(actor, region_key)


def can_publish_run(actor: Actor, region_key: str) -> bool:
    """May the actor make the figures of the region open data, and take them back?"""
    return account_rules.can_run_analysis(actor, region_key)


def can_read_run(actor: Actor, region_key: str) -> bool:
    """May the actor read the runs of the region in the cockpit, and try what-if on them?"""
    return account_rules.can_see_cockpit(actor, region_key)


def can_judge(actor: Actor, region_key: str, ags: Sequence[str]) -> bool:
    """May the actor give a verdict on an item that concerns these municipalities (AGS) of the region?"""
    if account_rules.can_run_analysis(actor, region_key):
        return True
    held = account_rules.prefixes_of(actor, YOUTH_OFFICE)
    return bool(ags) and all(is_covered(key, held) for key in ags)
