"""Fields that models of every app share."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


def person_field(label: str | None = None) -> models.ForeignKey[Any, Any]:
    """Who did it: a person, or nobody where kekiz acted by itself. A person who did something stays."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
