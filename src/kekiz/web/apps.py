"""The faces for people: finder, cockpit and their shared look."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and template tags of all pages."""

    name = "kekiz.web"
    label = "web"
    verbose_name = "Seiten"
