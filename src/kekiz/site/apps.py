"""The outermost ring: puts all apps together and checks the machine it runs on."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Settings, addresses, start-up checks, pages of sign-in."""

    name = "kekiz.site"
    verbose_name = "Anlage"

    def ready(self) -> None:
        """Register the start-up checks."""
        from kekiz.site import checks  # noqa: F401, PLC0415
