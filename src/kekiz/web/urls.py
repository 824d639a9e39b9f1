"""Addresses of the pages for people that are in German only: the cockpit.

The pages for families (`finder/urls.py`) stand in `site/urls.py` with their languages.
"""

from django.urls import include, path

urlpatterns = [
    path("cockpit/", include("kekiz.web.desk.urls")),
]
