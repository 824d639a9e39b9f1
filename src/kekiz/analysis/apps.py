"""Django's entry for the app."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """Analysis runs."""

    name = "kekiz.analysis"
    label = "analysis"
    verbose_name = "Analyse"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the German sentences of this app's log codes."""
        from kekiz.accounts.sentences import register_sentences  # noqa: PLC0415
        from kekiz.analysis.sentences import ANALYSIS_SENTENCES  # noqa: PLC0415

        register_sentences(ANALYSIS_SENTENCES)
