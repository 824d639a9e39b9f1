"""All addresses of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from kekiz.api.open_data import send_file
from kekiz.site.health import show_health

urlpatterns = [
    path("gesund", show_health, name="health"),
    path("api/", include("kekiz.api.urls")),
    path("offene-daten/<str:name>", send_file, name="open_data_file"),
    path("", include("kekiz.web.urls")),
]
# In seven languages: German without a prefix, the others as "/en/angebote/".
urlpatterns += i18n_patterns(
    path("konto/", include("allauth.urls")),
    path("", include("kekiz.web.family.urls")),
    path("", include("kekiz.web.finder.urls")),
    prefix_default_language=False,
)
