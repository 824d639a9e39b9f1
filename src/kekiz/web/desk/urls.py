"""Addresses of the cockpit."""

from django.urls import path

from kekiz.web.desk import (
    duplicate_views,
    import_views,
    item_views,
    network_views,
    pair_views,
    plan_views,
    views,
    what_if_views,
)

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
    path("ueberschneidung/<str:key>/", item_views.show_overlap, name="overlap"),
    path("uebergaben/", pair_views.show_handovers, name="handovers"),
    path("uebergaben.csv", pair_views.send_handovers_csv, name="handovers_csv"),
    path("doppelte/", duplicate_views.show_queue, name="duplicates"),
    path("doppelte/zusammengefuehrt/", duplicate_views.show_merges, name="merges"),
    path("doppelte/<slug:slug>/", duplicate_views.show_queue, name="duplicates_of"),
    path("doppelte/<slug:slug>.csv", duplicate_views.send_queue_csv, name="duplicates_csv"),
    path("doppelte/<slug:slug>/lernen/", duplicate_views.show_lesson, name="duplicates_lesson"),
    path("doppelte/<slug:slug>/<slug:left>/<slug:right>/", duplicate_views.show_pair, name="duplicate"),
    path(
        "doppelte/<slug:slug>/<slug:left>/<slug:right>/zusammenfuehren/",
        duplicate_views.show_merge,
        name="duplicate_merge",
    ),
    path("uebergabe/<str:key>/", item_views.show_handover, name="handover"),
    path("netzwerk/", network_views.show_network, name="network"),
    path("netzwerk.csv", network_views.send_network_csv, name="network_csv"),
    path("was-waere-wenn/", what_if_views.show_what_if, name="what_if"),
    path("planung/", plan_views.show_planning, name="planning"),
    path("planung/praxen.csv", plan_views.send_practices_csv, name="practices_csv"),
    path("planung/vergleich.csv", plan_views.send_comparison_csv, name="comparison_csv"),
    path("planung/vergleich/", plan_views.show_comparison, name="compare_proposals"),
    path("planung/<int:number>/", plan_views.show_proposal, name="proposal"),
    path("planung/<int:number>/<slug:name>.csv", plan_views.send_proposal_csv, name="proposal_csv"),
    path("listen/", import_views.show_imports, name="imports"),
    path("listen/<int:number>/", import_views.show_result, name="import_result"),
    path("listen/<int:number>/spalten/", import_views.show_mapping, name="import_mapping"),
    path("listen/<int:number>/pruefen/", import_views.show_check, name="import_check"),
    path("listen/<int:number>/liste.xlsx", import_views.send_workbook, name="import_workbook"),
    path("listen/<int:number>/<slug:what>", import_views.change_import, name="import_change"),
    path("wie-gerechnet/", views.show_method, name="method"),
    path("wie-gerechnet/kennwerte.csv", views.send_norms_csv, name="norms_csv"),
]
