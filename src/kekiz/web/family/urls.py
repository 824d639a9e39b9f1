"""Addresses of the further pages for families."""

from django.urls import path

from kekiz.web.family import child_views, guide_views, need_views, offer_views
from kekiz.web.family.open_data_view import show_open_data

app_name = "family"
urlpatterns = [
    path("mein-kind/", child_views.show_child, name="child"),
    path("mein-kind/drucken/", child_views.show_child_print, name="child_print"),
    path("mein-kind/kalender.ics", child_views.send_child_calendar, name="child_calendar"),
    path("angebot/<slug:key>/termine.ics", offer_views.send_offer_calendar, name="offer_calendar"),
    path("fehlt-etwas/", need_views.show_need, name="need"),
    path("fehlt-etwas/danke/", need_views.show_need_done, name="need_done"),
    path("offene-daten/", show_open_data, name="open_data"),
    path("wegweiser/", guide_views.show_guides, name="guides"),
    path("wegweiser/<slug:key>.pdf", guide_views.send_guide, name="guide"),
]
