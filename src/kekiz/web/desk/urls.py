"""Addresses of the cockpit."""

from django.urls import path

from kekiz.web.desk import import_views, pair_views, views, what_if_views

app_name = "desk"
urlpatterns = [
    path("", views.show_overview, name="overview"),
    path("tabelle/<slug:name>.csv", views.send_csv, name="csv"),
    path("luecken/", views.show_gaps, name="gaps"),
    path("luecken/<slug:phase>/", views.show_gaps, name="gaps_of_phase"),
    path("luecke/<slug:phase>/<slug:field>/", views.show_gap, name="gap"),
    path("luecke/<slug:phase>/<slug:field>/<slug:name>.csv", views.send_gap_csv, name="gap_csv"),
    path("ueberschneidungen/", pair_views.show_overlaps, name="overlaps"),
    path("ueberschneidungen.csv", pair_views.send_overlaps_csv, name="overlaps_csv"),
    path("uebergaben/", pair_views.show_handovers, name="handovers"),
    path("uebergaben.csv", pair_views.send_handovers_csv, name="handovers_csv"),
    path("was-waere-wenn/", what_if_views.show_what_if, name="what_if"),
    path("listen/", import_views.show_imports, name="imports"),
    path("listen/<int:number>/", import_views.show_result, name="import_result"),
    path("listen/<int:number>/spalten/", import_views.show_mapping, name="import_mapping"),
    path("listen/<int:number>/pruefen/", import_views.show_check, name="import_check"),
    path("listen/<int:number>/liste.xlsx", import_views.send_workbook, name="import_workbook"),
    path("listen/<int:number>/<slug:what>", import_views.change_import, name="import_change"),
    path("wie-gerechnet/", views.show_method, name="method"),
    path("wie-gerechnet/kennwerte.csv", views.send_norms_csv, name="norms_csv"),
]
