"""Addresses of the pages for people: start page and finder, cockpit."""

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    path("cockpit/", include("kekiz.web.desk.urls")),
]
if find_spec("kekiz.web.finder") and find_spec("kekiz.web.finder.urls"):
    urlpatterns.append(path("", include("kekiz.web.finder.urls")))
