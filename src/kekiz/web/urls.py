"""Addresses of the pages for people: start page and finder, links of reminders, cockpit."""

from django.urls import include, path

from kekiz.web.mailbox.views import show_mailbox

urlpatterns = [
    path("cockpit/", include("kekiz.web.desk.urls")),
    path("stimmt-noch/", include("kekiz.web.assure.urls")),
    path("postfach/", show_mailbox, name="mailbox"),
    path("", include("kekiz.web.finder.urls")),
]
