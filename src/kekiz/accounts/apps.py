"""The app of people, their roles by area, and the log of every change."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, roles by AGS prefix, log entries."""

    name = "kekiz.accounts"
    verbose_name = "Konten"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the German sentences of this app's log codes."""
        from kekiz.accounts.sentences import ACCOUNT_SENTENCES, register_sentences  # noqa: PLC0415

        register_sentences(ACCOUNT_SENTENCES)
