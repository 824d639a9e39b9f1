"""Who may do what: the table of people × questions × expected answer."""

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.conftest import DETMOLD, LEMGO, LIPPE, LUEGDE

from kekiz.accounts import rules
from kekiz.accounts.actors import SYSTEM

OTHER_DISTRICT, OTHER_TOWN = "05770", "05770004"
EVERYBODY = ("alina", "bert", "cem", "dora", "eva", "frido")

# question, its arguments, who is answered yes
TABLE = [
    (rules.can_edit_area, (LIPPE,), {"alina"}),
    (rules.can_edit_area, (LEMGO,), {"alina", "bert"}),
    (rules.can_edit_area, (LUEGDE,), {"alina", "cem"}),
    (rules.can_edit_area, (DETMOLD,), {"alina"}),
    (rules.can_edit_area, (OTHER_TOWN,), set()),
    (rules.can_edit_area, ("",), set()),
    (rules.can_see_drafts, (LEMGO,), {"alina", "bert"}),
    (rules.can_see_drafts, (OTHER_TOWN,), set()),
    (rules.can_edit_provider, ("familienbuende-lemgo", LEMGO), {"alina", "bert", "dora"}),
    (rules.can_edit_provider, ("familienbuende-lemgo",), {"dora"}),
    (rules.can_edit_provider, ("awo-lippe", LUEGDE), {"alina", "cem"}),
    (rules.can_edit_provider, ("", ""), set()),
    (rules.can_run_analysis, (LIPPE,), {"alina"}),
    (rules.can_run_analysis, (LEMGO,), {"alina"}),
    (rules.can_run_analysis, (OTHER_DISTRICT,), set()),
    (rules.can_see_cockpit, (LIPPE,), {"alina", "bert", "cem", "eva"}),
    (rules.can_see_cockpit, (OTHER_DISTRICT,), set()),
    (rules.can_create_users, (), {"alina"}),
    (rules.can_grant_role, ("reader", LIPPE), {"alina"}),
    (rules.can_grant_role, ("provider", "awo-lippe"), {"alina"}),
    (rules.can_grant_role, ("state", "05"), set()),
    (rules.can_grant_role, ("district", OTHER_DISTRICT), set()),
    (rules.can_grant_role, ("youth_office", f"{LEMGO} {OTHER_TOWN}"), set()),
    (rules.can_read_log, (LEMGO,), {"alina", "bert"}),
    (rules.can_read_log, ("",), {"alina"}),
]


@pytest.mark.parametrize(("question", "arguments", "allowed"), TABLE)
def test_rules_table(people, question, arguments, allowed):
    answered_yes = {name for name in EVERYBODY if question(people[name], *arguments)}
    assert answered_yes == allowed
    assert question(SYSTEM, *arguments)
    assert not question(AnonymousUser(), *arguments)


def test_a_closed_account_holds_no_role(alina):
    alina.is_active = False
    alina.__dict__.pop("held_roles", None)
    assert not rules.can_edit_area(alina, LIPPE)


def test_the_district_manages_its_own_people_only(people):
    from kekiz.accounts.actions import grant_role

    assert rules.can_manage_user(people["alina"], people["bert"])
    assert not rules.can_manage_user(people["bert"], people["dora"])
    grant_role(actor=SYSTEM, user=people["bert"], role="municipality", area=OTHER_TOWN)
    assert not rules.can_manage_user(people["alina"], people["bert"])
