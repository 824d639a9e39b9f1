"""Addresses of the desk of providers."""

from django.urls import path

from kekiz.web.provider import token_views, views

app_name = "provider"
urlpatterns = [
    path("", views.show_offers, name="offers"),
    path("neu/", views.show_new_offer, name="new_offer"),
    path("angebot/<slug:key>/", views.show_offer, name="offer"),
    path("angebot/<slug:key>/<slug:step>/", views.show_step, name="step"),
    path("zugaenge/", token_views.show_tokens, name="tokens"),
]
