"""Taking a list over: Anna's rights, one transaction, the next month's list, publishing in one go, undo
to the letter.
"""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.register.imports.lists import LIPPE_PLACES, plain_csv, read, row
from tests.register.imports.world import photograph_register, some_rows, take_over
from tests.register.world import load_world

from kekiz.accounts.actors import SYSTEM, ProviderLink
from kekiz.accounts.errors import ActionDenied, InvalidInput
from kekiz.accounts.models import LogEntry
from kekiz.register import actions, queries
from kekiz.register.actions.import_storing import LOT
from kekiz.register.actions.import_undo import undo_import
from kekiz.register.actions.imports import forget_uploads, import_list, publish_import, send_list
from kekiz.register.import_models import ImportBatch, ImportLink, SavedMapping
from kekiz.register.import_plan import Options, plan_import
from kekiz.register.import_queries import find_doubles, find_mapping, imports_of
from kekiz.register.models import Offer, Provider, Site

HANDED_IN = dt.date(2026, 3, 2)


def test_a_list_becomes_drafts_with_one_log_entry(db):
    batch, plan = take_over(some_rows(3))
    assert plan.counts | {"gone": 0} == {
        "rows": 3,
        "new": 3,
        "changed": 0,
        "same": 0,
        "refused": 0,
        "skipped": 0,
        "providers": 1,
        "sites": 3,
        "gone": 0,
    }
    assert set(Offer.objects.values_list("state", flat=True)) == {"draft"}
    offer = Offer.objects.get(title="Elterncafé 2")
    assert (offer.age_from_months, offer.age_to_months, offer.cost, offer.opening_hours) == (
        0,
        36,
        "free",
        "Mo 09:00-12:00",
    )
    assert offer.sites.get().ags == "05766044"
    assert LogEntry.objects.get(code="import.done").target_key == str(batch.pk)
    assert queries.published_count() == 0


def test_stored_providers_and_sites_are_used_again(db):
    load_world()
    provider, site = Provider.objects.get(key="familienbuende-lemgo"), Site.objects.get(key="lemgo-haus")
    content = plain_csv([row(1, Träger=provider.name, Straße=site.street, PLZ=site.postcode, Ort=site.town)])
    take_over(content)
    offer = Offer.objects.get(title="Elterncafé 1")
    assert offer.provider == provider
    assert Provider.objects.count() == 2


def test_refused_rows_say_why_and_the_others_come(db):
    content = plain_csv(
        [row(1), row(2, Angebot=""), row(3, Alter="ab 60 Jahren"), row(4, PLZ="10115", Ort="Berlin"), row(1)]
    )
    _, plan = take_over(content)
    assert plan.outcomes == {2: "new", 3: "refused", 4: "refused", 5: "refused", 6: "refused"}
    assert Offer.objects.count() == 1


def test_nothing_to_take_is_refused_whole(db):
    with pytest.raises(InvalidInput, match="Keine Zeile"):
        take_over(plain_csv([row(1, Angebot="")]))
    assert not ImportBatch.objects.exists()
    assert not Provider.objects.exists()


def test_places_that_are_not_found_come_as_drafts_where_asked_for(db):
    content = plain_csv([row(1, PLZ="10115", Ort="Berlin")])
    _, plan = take_over(content, options=Options(target="in_review", keep_unplaced=True, area=("05766",)))
    assert plan.counts["new"] == 1
    offer = Offer.objects.get()
    assert (offer.state, offer.sites.count(), offer.service_area) == ("draft", 0, ["05766"])


def test_next_month_changes_only_what_the_list_says_differently(db):
    take_over(some_rows(3))
    by_hand = Offer.objects.get(title="Elterncafé 2")
    actions.change_offer(actor=SYSTEM, offer=by_hand, places=12, cost_note="mit Frühstück")
    _, plan = take_over(plain_csv([row(1), row(2, Öffnungszeiten="Di 14-16 Uhr"), row(4)]))
    assert (plan.counts["same"], plan.counts["changed"], plan.counts["new"]) == (1, 1, 1)
    assert plan.gone == ["elterncafe-3"], "told, and left as it is"
    by_hand.refresh_from_db()
    assert by_hand.opening_hours == "Tu 14:00-16:00"
    assert (by_hand.places, by_hand.cost_note) == (12, "mit Frühstück"), "work done here stays"
    assert Offer.objects.count() == 4


def test_the_same_list_again_changes_nothing(db):
    take_over(some_rows(3))
    before = photograph_register()
    _, plan = take_over(some_rows(3))
    assert plan.counts["same"] == 3
    assert photograph_register() == before


def test_families_see_the_approved_version_while_a_change_waits(db):
    batch, _ = take_over(some_rows(1))
    assert publish_import(actor=SYSTEM, batch=batch) == 1
    take_over(plain_csv([row(1, Alter="0-6 Jahre")]))
    seen = queries.published_offer("elterncafe-1")
    assert seen.content["age_to_months"] == 36
    assert Offer.objects.get().state == "draft"


def test_a_list_that_changes_a_waiting_proposal_takes_its_providers_word_back(db):
    batch, _ = take_over(some_rows(1))
    publish_import(actor=SYSTEM, batch=batch)
    offer = Offer.objects.get()
    before = (offer.assured_on, offer.assured_by)
    handed_in = actions.change_offer(actor=ProviderLink(offer.provider.key), offer=offer, phone="05261 1")
    actions.submit_for_review(actor=ProviderLink(offer.provider.key), offer=handed_in, on=HANDED_IN)
    assert Offer.objects.get().assured_on == HANDED_IN
    take_over(plain_csv([row(1, Alter="0-6 Jahre")]))
    now = Offer.objects.get()
    assert (now.state, now.assured_on, now.assured_by) == ("draft", *before)
    assert now.phone == "05261 1", "what was written is still there"


def test_publishing_in_one_go_is_all_or_nothing(db):
    content = plain_csv([row(1), row(2, PLZ="10115", Ort="Berlin")])
    batch, _ = take_over(content, options=Options(keep_unplaced=True, area=("05766",)))
    with pytest.raises(InvalidInput, match="nichts veröffentlicht"):
        publish_import(actor=SYSTEM, batch=batch)
    assert queries.published_count() == 0


def test_undo_removes_what_came_and_restores_what_changed(db):
    load_world()
    first, _ = take_over(some_rows(2))
    publish_import(actor=SYSTEM, batch=first)
    before = photograph_register()
    batch, plan = take_over(plain_csv([row(1, Alter="0-6 Jahre", Telefon="05261 99"), row(3)]))
    assert (plan.counts["changed"], plan.counts["new"]) == (1, 1)
    publish_import(actor=SYSTEM, batch=batch)
    assert queries.published_offer("elterncafe-1").content["age_to_months"] == 72
    undo_import(actor=SYSTEM, batch=batch)
    assert photograph_register() == before
    assert queries.published_offer("elterncafe-1").content["age_to_months"] == 36
    assert LogEntry.objects.filter(code="import.undone").count() == 1
    with pytest.raises(InvalidInput, match="nur eine übernommene"):
        undo_import(actor=SYSTEM, batch=batch)


def test_undo_is_refused_where_somebody_worked_on_since_and_names_it(db):
    batch, _ = take_over(some_rows(2))
    actions.change_offer(actor=SYSTEM, offer=Offer.objects.get(title="Elterncafé 2"), places=5)
    before = photograph_register()
    with pytest.raises(InvalidInput) as caught:
        undo_import(actor=SYSTEM, batch=batch)
    assert "„Elterncafé 2“ wurde geändert." in caught.value.messages
    assert photograph_register() == before


def test_undo_is_refused_where_others_lean_on_it(db):
    load_world()
    batch, _ = take_over(some_rows(1))
    provider = Provider.objects.get(name="Haus der Familie e. V.")
    actions.create_offer(
        actor=SYSTEM, provider=provider, title="Neu", age_from_months=0, age_to_months=12, fields=["S2"]
    )
    actions.record_cooperation(
        actor=SYSTEM, offer_a=Offer.objects.get(title="Elterncafé 1"), offer_b=Offer.objects.get(key="turnen")
    )
    with pytest.raises(InvalidInput) as caught:
        undo_import(actor=SYSTEM, batch=batch)
    text = " ".join(caught.value.messages)
    assert "„Neu“ benutzt einen Träger" in text
    assert "Zusammenarbeit" in text


def test_imports_of_one_source_are_undone_the_last_first(db):
    first, _ = take_over(some_rows(1))
    second, _ = take_over(some_rows(2))
    with pytest.raises(InvalidInput, match=f"Import {second.pk}"):
        undo_import(actor=SYSTEM, batch=first)
    undo_import(actor=SYSTEM, batch=second)
    undo_import(actor=SYSTEM, batch=first)
    assert not Offer.objects.exists()
    assert not Provider.objects.exists()
    assert not Site.objects.exists()
    assert not ImportLink.objects.exists()


ROWS = st.lists(
    st.builds(
        lambda number, age, hours, phone, cost, street: row(
            number, Alter=age, Öffnungszeiten=hours, Telefon=phone, Kosten=cost, Straße=street
        ),
        st.integers(1, 4),
        st.sampled_from(["0-3", "6-10 Jahre", "bis 27"]),
        st.sampled_from(["", "Mo 9-12", "Di-Do 8-16 Uhr"]),
        st.sampled_from(["", "05261 1", "05261 22"]),
        st.sampled_from(["", "5 €", "frei"]),
        st.sampled_from(["Weg 1", "Weg 2", ""]),
    ),
    min_size=1,
    max_size=5,
)


class UndoProperty(TestCase):
    """Whatever the two lists say and whatever is published between: undo brings the register back to the
    letter.
    """

    @settings(max_examples=25, deadline=None)
    @given(first=ROWS, second=ROWS, publishes_first=st.booleans(), publishes_second=st.booleans())
    def test_undo_restores_exactly(self, first, second, publishes_first, publishes_second):
        batch, _ = take_over(plain_csv(first))
        if publishes_first:
            publish_import(actor=SYSTEM, batch=batch)
        before = photograph_register()
        batch, _ = take_over(plain_csv(second))
        if publishes_second:
            publish_import(actor=SYSTEM, batch=batch)
        undo_import(actor=SYSTEM, batch=batch)
        assert photograph_register() == before


def test_only_coordination_takes_lists_over_and_only_in_its_area(people):
    for name in ("bert", "cem", "dora", "eva", "frido"):
        with pytest.raises(ActionDenied):
            take_over(some_rows(1), actor=people[name])
    batch, _ = take_over(some_rows(1), actor=people["alina"])
    assert imports_of(people["alina"]) == [batch]
    for name in ("bert", "cem", "dora", "eva", "frido"):
        assert imports_of(people[name]) == []
        with pytest.raises(ActionDenied):
            undo_import(actor=people[name], batch=batch)


def test_a_row_outside_the_own_area_is_refused(alina):
    content = plain_csv(
        [["Kita", "Stadt", "0-3", "51.5", "7.4", "05913000"]],
        header=["Angebot", "Träger", "Alter", "lat", "lon", "AGS"],
    )
    _, _, rows = read(content, "x.csv", LIPPE_PLACES)
    plan = plan_import(alina, "x", rows, Options())
    assert plan.counts["refused"] == 1
    assert "nicht in Ihrem Gebiet" in rows[0].findings[-1].text


def test_the_mapping_of_a_source_is_kept(db):
    sheet, _, _ = read(some_rows(1))
    assert find_mapping("Liste", sheet)[1] is False
    take_over(some_rows(1), fields="S1")
    mapping, is_known = find_mapping("Liste", sheet)
    assert is_known
    assert mapping.fallbacks["fields"] == "S1"
    assert SavedMapping.objects.count() == 1
    assert find_mapping("Andere", sheet)[1] is False


def test_doubles_beside_existing_offers_are_told_with_reasons(db):
    load_world()
    site = Site.objects.get(key="lemgo-haus")
    offer = Offer.objects.get(key="elterncafe")
    content = plain_csv(
        [
            row(
                1,
                Angebot="Elterncafé",
                Alter="0-3 Jahre",
                Träger=offer.provider.name,
                Straße=site.street,
                PLZ=site.postcode,
                Ort=site.town,
                Öffnungszeiten="",
            ),
            row(2),
        ]
    )
    _, _, rows = read(content)
    plan = plan_import(SYSTEM, "x", rows, Options())
    doubles = find_doubles(plan)
    assert (doubles[0].row_number, doubles[0].other_key) == (2, "elterncafe")
    assert doubles[0].reasons
    assert Offer.objects.count() == 6, "a plan stores nothing"


def test_sent_files_are_forgotten(alina, settings):
    import datetime as dt

    from django.utils import timezone

    batch = send_list(
        actor=alina, source="x", file_name="x.csv", form="csv", file_digest="0" * 64, upload=b"a;b"
    )
    assert forget_uploads() == 0
    ImportBatch.objects.update(created_at=timezone.now() - dt.timedelta(days=31))
    forget_uploads()
    assert not ImportBatch.objects.filter(pk=batch.pk).exists()


def test_a_list_of_many_is_published_in_lots_like_one_by_one(db):
    batch, _ = take_over(some_rows(LOT + 2))
    waiting, changed = Offer.objects.order_by("pk").first(), Offer.objects.order_by("pk").last()
    actions.publish_offer(actor=SYSTEM, offer=changed)
    actions.change_offer(actor=SYSTEM, offer=changed, places=3)
    told = []
    count = publish_import(actor=SYSTEM, batch=batch, progress=lambda done, of: told.append((done, of)))
    assert count == LOT + 2
    assert told == [(LOT, LOT + 2), (LOT + 2, LOT + 2)]
    assert queries.published_count() == LOT + 2
    assert [queries.published_offer(one.key).version.number for one in (waiting, changed)] == [1, 2]
    entry = LogEntry.objects.filter(code="offer.published", target_key=changed.key).latest("pk")
    assert (entry.changes, entry.area) == ({"version": [None, 2]}, "05766044")
    assert LogEntry.objects.filter(code="offer.published").count() == LOT + 3
    assert publish_import(actor=SYSTEM, batch=batch) == 0, "and nothing is published twice"
    assert LogEntry.objects.filter(code="import.published").count() == 1


def test_progress_is_told_and_ends_with_all(db):
    told = {"planning": [], "progress": [], "checking": [], "undoing": []}

    def listen(name):
        return lambda done, of: told[name].append((done, of))

    sheet, mapping, rows = read(some_rows(LOT + 1))
    batch = ImportBatch(source="x", file_name="x.csv", form="csv", file_digest="0" * 64, area="05766")
    import_list(
        actor=SYSTEM,
        batch=batch,
        sheet=sheet,
        mapping=mapping,
        rows=rows,
        options=Options(),
        planning=listen("planning"),
        progress=listen("progress"),
    )
    undo_import(actor=SYSTEM, batch=batch, checking=listen("checking"), progress=listen("undoing"))
    assert told.pop("planning") == [(LOT, LOT + 1)]
    assert set(map(tuple, told.values())) == {((LOT, LOT + 1), (LOT + 1, LOT + 1))}
