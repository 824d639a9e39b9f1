"""Addresses of the pages for families."""

from django.urls import path

from kekiz.web.finder import views

app_name = "finder"
urlpatterns = [
    path("", views.show_start, name="start"),
    path("angebote/", views.show_results, name="results"),
    path("angebot/<slug:key>/", views.show_offer, name="offer"),
]
