"""All addresses of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from kekiz.api.open_data import send_file
from kekiz.site.health import show_health

urlpatterns = [
    # Browsers ask for it beside every PDF and JSON, which cannot name the icon themselves.
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("kekiz/mark.svg")), name="icon"),
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
