"""The places and boundaries of the installation as the imports of the register use them."""

from __future__ import annotations

from kekiz.evidence.models import Area, Place
from kekiz.register.imports.gazetteer import Gazetteer, GazetteerPlace


def build_gazetteer() -> Gazetteer:
    """All places and municipal boundaries of all regions of this installation."""
    places = [
        GazetteerPlace(place.name, place.ags, str(place.kind), place.postcode, place.lat, place.lon)
        for place in Place.objects.order_by("pk")
    ]
    municipalities = Area.objects.filter(kind=Area.Kind.MUNICIPALITY).order_by("key")
    named = {place.ags for place in places if place.kind == "municipality"}
    places += [GazetteerPlace(area.name, area.key) for area in municipalities if area.key not in named]
    boundaries = {area.key: area.boundary for area in municipalities if area.boundary}
    return Gazetteer(places, boundaries)
