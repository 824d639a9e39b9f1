"""Django's entry for the app."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Angebotsregister."""

    name = "kekiz.register"
    label = "register"
    verbose_name = "Angebotsregister"
    default_auto_field = "django.db.models.BigAutoField"
