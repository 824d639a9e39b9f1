"""All addresses of the site."""

from django.urls import include, path

from kekiz.site.health import show_health

urlpatterns = [
    path("gesund", show_health, name="health"),
    path("konto/", include("allauth.urls")),
    path("api/", include("kekiz.api.urls")),
    path("", include("kekiz.web.urls")),
]
