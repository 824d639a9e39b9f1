"""Addresses of the cockpit."""

from django.urls import path

from kekiz.web.desk import views, what_if_views

app_name = "desk"
urlpatterns = [
    path("", views.show_overview, name="overview"),
    path("tabelle/<slug:name>.csv", views.send_csv, name="csv"),
    path("luecken/", views.show_gaps, name="gaps"),
    path("luecken/<slug:phase>/", views.show_gaps, name="gaps_of_phase"),
    path("luecke/<slug:phase>/<slug:field>/", views.show_gap, name="gap"),
    path("luecke/<slug:phase>/<slug:field>/<slug:name>.csv", views.send_gap_csv, name="gap_csv"),
    path("was-waere-wenn/", what_if_views.show_what_if, name="what_if"),
    path("wie-gerechnet/", views.show_method, name="method"),
    path("wie-gerechnet/kennwerte.csv", views.send_norms_csv, name="norms_csv"),
]
