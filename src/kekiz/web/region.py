"""What the frame of every page says about the region it serves."""

from dataclasses import dataclass

from django.conf import settings

DEMO_NOTICE = "Alle Angebote dieser Vorführregion sind erfunden."


@dataclass(frozen=True)
class RegionCard:
    """Name and operator of the region, and whether it is a demonstration."""

    name: str
    operator: str
    is_demo: bool
    demo_notice: str = DEMO_NOTICE


def get_region_card() -> RegionCard:
    """Read the region's name, operator and demo mark from the settings."""
    name = getattr(settings, "KEKIZ_REGION_NAME", "Kreis Lippe")
    return RegionCard(
        name=name,
        operator=getattr(settings, "KEKIZ_OPERATOR", name),
        is_demo=bool(getattr(settings, "DEMO", False)),
    )
