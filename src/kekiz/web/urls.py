"""Addresses of the pages for people that are in German only: cockpit, desk of providers, links in mails.

The pages for families (`finder/urls.py`, `family/urls.py`) stand in `site/urls.py` with their languages.
"""

from django.urls import include, path

from kekiz.web.mailbox.views import show_mailbox
from kekiz.web.own_desk import send_to_own_desk
from kekiz.web.provider.api_guide import show_api_guide
from kekiz.web.provider.invitation_view import show_invitation

urlpatterns = [
    path("cockpit/", include("kekiz.web.desk.urls")),
    path("traeger/", include("kekiz.web.provider.urls")),
    path("stimmt-noch/", include("kekiz.web.assure.urls")),
    path("mein-platz/", send_to_own_desk, name="own_desk"),
    path("postfach/", show_mailbox, name="mailbox"),
    path("einladung/<str:signed>/", show_invitation, name="invitation"),
    path("api/", show_api_guide, name="api_guide"),
]
