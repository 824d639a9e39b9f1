"""Invitations, tokens, and in the log through which token somebody acted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# SQLite builds a table anew to add a column, and with the old one its guard goes.
GUARD_AGAIN = (
    "DROP TRIGGER IF EXISTS accounts_logentry_append_only",
    """
    CREATE TRIGGER accounts_logentry_append_only BEFORE UPDATE ON accounts_logentry
    BEGIN SELECT RAISE(ABORT, 'log entries are append-only'); END
    """,
)


def put_guard_back(apps, schema_editor):
    """Guard the log again, as 0002 did."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in GUARD_AGAIN:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_log_is_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="logentry",
            name="via",
            field=models.CharField(
                blank=True,
                help_text="Anfang des Tokens, wenn ein Programm gehandelt hat.",
                max_length=40,
                verbose_name="Zugang",
            ),
        ),
        migrations.RunPython(put_guard_back, migrations.RunPython.noop),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "provider_key",
                    models.CharField(db_index=True, max_length=80, verbose_name="Träger (Schlüssel)"),
                ),
                (
                    "label",
                    models.CharField(
                        error_messages={"blank": "Bitte sagen Sie, wofür der Zugang ist."},
                        max_length=80,
                        verbose_name="Wofür",
                    ),
                ),
                ("prefix", models.CharField(max_length=40, unique=True)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_on", models.DateField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Zugang zur Schnittstelle",
                "verbose_name_plural": "Zugänge zur Schnittstelle",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="E-Mail")),
                ("display_name", models.CharField(blank=True, max_length=120, verbose_name="Name")),
                ("provider_key", models.CharField(max_length=80, verbose_name="Träger (Schlüssel)")),
                ("provider_name", models.CharField(max_length=200, verbose_name="Träger")),
                ("sending", models.PositiveIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Einladung",
                "verbose_name_plural": "Einladungen",
                "ordering": ("-pk",),
            },
        ),
    ]
