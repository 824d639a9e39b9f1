"""Reminder mails and the links in them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("register", "0006_return_note"),)

    operations = (
        migrations.CreateModel(
            name="ReminderMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider_key", models.CharField(db_index=True, max_length=80, verbose_name="Träger")),
                ("claimed_at", models.DateTimeField(verbose_name="Begonnen")),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leer: Versand nicht bestätigt.",
                        null=True,
                        verbose_name="Verschickt",
                    ),
                ),
            ],
            options={
                "verbose_name": "Erinnerung",
                "verbose_name_plural": "Erinnerungen",
                "ordering": ("-claimed_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="AssuranceLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("offer_key", models.CharField(max_length=80, verbose_name="Angebot")),
                ("since", models.DateField(verbose_name="Bestätigung, um die es geht")),
                ("number", models.PositiveSmallIntegerField(verbose_name="Wievielte Erinnerung")),
                ("selector", models.CharField(max_length=32, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField(verbose_name="Gilt bis")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="Beantwortet")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "Stimmt noch"),
                            ("changed", "Geändert"),
                            ("gone", "Gibt es nicht mehr"),
                        ],
                        max_length=10,
                        verbose_name="Antwort",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="Hinweis des Trägers")),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="register.remindermail",
                    ),
                ),
            ],
            options={
                "verbose_name": "Link einer Erinnerung",
                "verbose_name_plural": "Links der Erinnerungen",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("offer_key", "since", "number"), name="assurance_link_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer", ""), ("answered_at__isnull", False), _connector="OR"),
                        name="assurance_link_answer_has_time",
                    ),
                ],
            },
        ),
    )
