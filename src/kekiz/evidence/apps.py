"""Django's entry for the app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Datengrundlage."""

    name = "kekiz.evidence"
    label = "evidence"
    verbose_name = "Datengrundlage"
    default_auto_field = "django.db.models.BigAutoField"
