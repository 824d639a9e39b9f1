"""Django's entry for the app."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """Analyse."""

    name = "kekiz.analysis"
    label = "analysis"
    verbose_name = "Analyse"
    default_auto_field = "django.db.models.BigAutoField"
