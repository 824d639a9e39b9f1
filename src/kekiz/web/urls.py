"""Addresses of the pages for people: start page and finder, cockpit."""

from django.urls import include, path

urlpatterns = [
    path("cockpit/", include("kekiz.web.desk.urls")),
    path("", include("kekiz.web.family.urls")),
    path("", include("kekiz.web.finder.urls")),
]
