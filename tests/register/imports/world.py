"""Take lists over in a test: read, plan, store; and the whole register as comparable values."""

from tests.register.imports.lists import LIPPE_PLACES, plain_csv, read, row

from kekiz.accounts.actors import SYSTEM
from kekiz.register.actions.imports import import_list
from kekiz.register.import_models import ImportBatch, ImportLink
from kekiz.register.import_plan import Options
from kekiz.register.models import Offer, OfferVersion, Provider, PublishedPlace, Site


def take_over(content, *, actor=SYSTEM, source="Liste", name="liste.csv", options=None, **fallbacks):
    """Import a list as it is proposed; gives the batch and the plan."""
    sheet, mapping, rows = read(content, name, LIPPE_PLACES, **fallbacks)
    batch = ImportBatch(source=source, file_name=name, form="csv", file_digest="0" * 64, area="05766")
    return import_list(
        actor=actor,
        batch=batch,
        sheet=sheet,
        mapping=mapping,
        rows=rows,
        options=options or Options(area=("05766",)),
    )


def some_rows(count):
    return plain_csv([row(number) for number in range(1, count + 1)])


def photograph_register():
    """Every value of the register, times included, keys in place of numbers."""
    offers = {}
    for offer in Offer.objects.select_related("provider", "published").prefetch_related("sites"):
        values = {
            field.attname: getattr(offer, field.attname)
            for field in offer._meta.concrete_fields
            if field.name not in {"id", "provider", "published"}
        }
        values["provider"] = offer.provider.key
        values["sites"] = sorted(site.key for site in offer.sites.all())
        values["published"] = offer.published.number if offer.published else None
        values["versions"] = sorted(offer.versions.values_list("number", "digest"))
        offers[offer.key] = values
    plain = {
        model.__name__: sorted(
            [
                str(
                    {
                        field.attname: getattr(one, field.attname)
                        for field in model._meta.concrete_fields
                        if field.name != "id"
                    }
                )
                for one in model.objects.all()
            ]
        )
        for model in (Provider, Site)
    }
    links = sorted(
        (link.source, link.row_key, link.offer.key, str(sorted(link.content.items())))
        for link in ImportLink.objects.select_related("offer")
    )
    counts = (OfferVersion.objects.count(), PublishedPlace.objects.count())
    return {"offers": offers, **plain, "links": links, "counts": counts}
