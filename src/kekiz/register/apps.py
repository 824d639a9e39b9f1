"""Django's entry for the app."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Providers, sites and offers."""

    name = "kekiz.register"
    label = "register"
    verbose_name = "Angebotsregister"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the German sentences of this app's log codes."""
        from kekiz.accounts.sentences import register_sentences  # noqa: PLC0415
        from kekiz.register.sentences import REGISTER_SENTENCES  # noqa: PLC0415

        register_sentences(REGISTER_SENTENCES)
