"""Addresses behind the links of reminders."""

from django.urls import path

from kekiz.web.assure import views

app_name = "assure"
urlpatterns = [
    path("danke/<slug:answer>/", views.show_thanks, name="thanks"),
    path("<str:token>/", views.show_link, name="link"),
    path("<str:token>/aendern/", views.show_change, name="change"),
]
