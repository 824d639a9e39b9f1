"""Cost and access may be unknown, and are so until somebody says them.

Drafts that a list brought without a word on cost or access become unknown. What somebody has approved stays
as it was approved: the approver saw "costs money, please ask" or "with registration" and let it stand.
"""

from typing import Any

from django.db import migrations, models

# What an import wrote before where a list said nothing on costs.
OLD_NOTE = "Kosten nicht bekannt, bitte nachfragen"
BATCH = 500


def forget_assumed_values(apps: Any, schema_editor: Any) -> None:
    """Turn values that nobody said back into unknown, in drafts that were never published."""
    offers = apps.get_model("register", "Offer").objects.filter(published__isnull=True, versions__isnull=True)
    offers.filter(cost="paid", cost_note=OLD_NOTE).exclude(hurdles__contains=" paid ").update(
        cost="unknown", cost_note=""
    )
    links = apps.get_model("register", "ImportLink").objects.filter(offer__access="registration")
    silent = [
        offer
        for offer, content in links.values_list("offer_id", "content").iterator(BATCH)
        if "access" not in content
    ]
    for start in range(0, len(silent), BATCH):
        offers.filter(pk__in=silent[start : start + BATCH]).update(access="unknown")


def assume_again(apps: Any, schema_editor: Any) -> None:
    """The way back: the values that the release before knows, free for nobody."""
    offers = apps.get_model("register", "Offer").objects
    offers.filter(cost="unknown").update(cost="paid", cost_note=OLD_NOTE)
    offers.filter(access="unknown").update(access="registration")


class Migration(migrations.Migration):
    dependencies = (("register", "0007_freshness"),)

    operations = (
        migrations.AlterField(
            model_name="offer",
            name="access",
            field=models.CharField(
                choices=[
                    ("walk_in", "Einfach hingehen"),
                    ("registration", "Mit Anmeldung"),
                    ("referral", "Mit Überweisung oder Zuweisung"),
                    ("outreach", "Aufsuchend"),
                    ("online", "Online"),
                    ("unknown", "Nicht bekannt"),
                ],
                default="unknown",
                max_length=12,
                verbose_name="Zugang",
            ),
        ),
        migrations.AlterField(
            model_name="offer",
            name="cost",
            field=models.CharField(
                choices=[
                    ("free", "Kostenlos"),
                    ("reduced", "Ermäßigt oder über Bildung und Teilhabe"),
                    ("paid", "Kostet Geld"),
                    ("unknown", "Nicht bekannt"),
                ],
                default="unknown",
                max_length=10,
                verbose_name="Kosten",
            ),
        ),
        migrations.RunPython(forget_assumed_values, assume_again),
    )
