"""Django's entry for the app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Statistics, areas, norms in force, places by name."""

    name = "kekiz.evidence"
    label = "evidence"
    verbose_name = "Datengrundlage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the German sentences of this app's log codes."""
        from kekiz.accounts.sentences import register_sentences  # noqa: PLC0415
        from kekiz.evidence.sentences import EVIDENCE_SENTENCES  # noqa: PLC0415

        register_sentences(EVIDENCE_SENTENCES)
