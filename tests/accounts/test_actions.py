"""Writes on accounts, roles and the log."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from tests.conftest import LEMGO, LIPPE, LUEGDE, PASSWORD

from kekiz.accounts import actions, queries, rules
from kekiz.accounts.actors import SYSTEM
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import LogEntry, Role, User


def test_coordination_opens_an_account_and_the_log_knows_no_name(alina):
    user = actions.create_user(actor=alina, email=" Greta@Example.org ", display_name="Greta  Neu")
    assert (user.email, user.display_name) == ("greta@example.org", "Greta Neu")
    assert not user.has_usable_password()
    entry = queries.log_of_target("user", user.pk).get()
    assert (entry.code, entry.actor) == ("user.created", alina)
    assert "greta" not in str([entry.target_label, entry.changes]).lower()


@pytest.mark.parametrize("actor_name", ["bert", "cem", "dora", "eva", "frido"])
def test_others_open_no_account(people, actor_name):
    before = User.objects.count()
    with pytest.raises(ActionDenied, match="Koordination"):
        actions.create_user(actor=people[actor_name], email="x@example.org", display_name="X")
    assert User.objects.count() == before


def test_a_visitor_and_a_forgotten_actor_may_nothing(db):
    for actor in (AnonymousUser(), None):
        with pytest.raises(ActionDenied):
            actions.create_user(actor=actor, email="x@example.org", display_name="X")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"email": "kein-at-zeichen"}, "E-Mail"),
        ({"email": "ALINA@example.org"}, "Zu dieser E-Mail-Adresse gibt es schon ein Konto."),
        ({"display_name": "  "}, "display_name"),
        ({"password": "kurz"}, "Passwort:"),
        ({"password": "123456789012345"}, "Passwort:"),
    ],
)
def test_bad_input_is_told_and_nothing_stored(alina, values, expected):
    before = (User.objects.count(), LogEntry.objects.count())
    with pytest.raises(InvalidInput) as refused:
        actions.create_user(**{"actor": alina, "email": "neu@example.org", "display_name": "Neu", **values})
    assert expected in " ".join(refused.value.messages)
    assert (User.objects.count(), LogEntry.objects.count()) == before


def test_a_role_counts_at_once_and_ends_when_revoked(alina, frido):
    assert not rules.can_edit_area(frido, LEMGO)
    role = actions.grant_role(actor=alina, user=frido, role="youth_office", area=[LUEGDE, LEMGO])
    assert role.area == f"{LEMGO} {LUEGDE}"
    assert rules.can_edit_area(frido, LEMGO)
    actions.revoke_role(actor=alina, role=role)
    assert not rules.can_edit_area(frido, LEMGO)
    codes = [entry.code for entry in queries.log_of_target("user", frido.pk)]
    assert codes[:2] == ["role.revoked", "role.granted"]


def test_a_role_is_held_once_and_only_inside_the_own_area(alina, bert):
    with pytest.raises(InvalidInput, match="schon"):
        actions.grant_role(actor=alina, user=bert, role="youth_office", area=LEMGO)
    with pytest.raises(ActionDenied, match="05770004"):
        actions.grant_role(actor=alina, user=bert, role="municipality", area="05770004")
    with pytest.raises(ActionDenied):
        actions.grant_role(actor=alina, user=alina, role="state", area="05")
    with pytest.raises(ActionDenied):
        actions.revoke_role(actor=bert, role=Role.objects.get(user=alina))


def test_nobody_closes_the_own_account(alina):
    with pytest.raises(ActionDenied, match="eigene Konto"):
        actions.deactivate_user(actor=alina, user=alina)


def test_an_erased_account_keeps_its_log_but_no_name(alina, bert):
    actions.write_log_entry(actor=bert, code="user.created", target_type="user", target_key=0)
    actions.erase_user(actor=alina, user=bert)
    bert.refresh_from_db()
    assert "bert" not in f"{bert.email} {bert.display_name}".lower()
    assert not bert.is_active
    assert not bert.check_password(PASSWORD)
    assert not bert.roles.exists()
    assert bert.log_entries.count() == 1


def test_deactivating_ends_every_right(alina, bert):
    actions.deactivate_user(actor=alina, user=bert)
    assert not rules.can_edit_area(User.objects.get(pk=bert.pk), LEMGO)


def test_log_entries_cannot_be_changed_by_python_or_sql(alina):
    entry = LogEntry.objects.first()
    for attempt in (entry.save, entry.delete, LogEntry.objects.all().delete):
        with pytest.raises(TypeError, match="append-only"):
            attempt()
    with pytest.raises(TypeError, match="append-only"):
        LogEntry.objects.filter(pk=entry.pk).update(code="forged")
    from django.db import connection

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_logentry SET code = 'forged' WHERE id = %s", [entry.pk])
    assert LogEntry.objects.get(pk=entry.pk).code == entry.code


def test_unknown_codes_are_refused_and_long_texts_cut(alina):
    with pytest.raises(ValueError, match="no German sentence"):
        actions.write_log_entry(actor=alina, code="no.such", target_type="x", target_key=1)
    entry = actions.write_log_entry(
        actor=SYSTEM,
        code="user.created",
        target_type="user",
        target_key=1,
        changes={"text": ["a" * 1000, None]},
    )
    assert len(entry.changes["text"][0]) == actions.LOGGED_TEXT_LIMIT


def test_the_log_reads_as_german_sentences_for_those_who_may(people):
    lines = [line.sentence for line in queries.log_for(people["alina"])]
    number = people["cem"].pk
    assert f"kekiz hat das Konto Nr. {number} angelegt." in lines
    assert f"kekiz hat dem Konto Nr. {number} die Rolle „Kommune“ gegeben (Gebiet: {LUEGDE})." in lines
    seen_by_cem = {line.entry.area for line in queries.log_for(people["cem"])}
    assert seen_by_cem == {LUEGDE}
    assert queries.log_for(people["frido"]) == []
    assert len(queries.log_for(people["alina"], limit=2)) == 2


def test_coordination_sees_whom_it_manages(people):
    assert set(queries.users_managed_by(people["alina"])) == set(people.values())
    assert queries.users_managed_by(people["bert"]) == []
    assert queries.find_user(" ALINA@example.org") == people["alina"]
    assert LIPPE in str(people["alina"].held_roles)
