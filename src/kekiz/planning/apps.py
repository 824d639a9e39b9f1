"""Django's entry for the app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Practices and proposals."""

    name = "kekiz.planning"
    label = "planning"
    verbose_name = "Planung"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the German sentences of this app's log codes."""
        from kekiz.accounts.sentences import register_sentences  # noqa: PLC0415
        from kekiz.planning.sentences import PLANNING_SENTENCES  # noqa: PLC0415

        register_sentences(PLANNING_SENTENCES)
