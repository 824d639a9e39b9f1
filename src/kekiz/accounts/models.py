"""People with an account, the roles they hold in an area, and the log of what they changed."""

from functools import cached_property
from typing import Any, ClassVar, Never

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from kekiz.accounts.areas import AREA_ROLES, check_area
from kekiz.accounts.entrance_models import ApiToken, Invitation

__all__ = ["ApiToken", "Invitation", "LogEntry", "Role", "User"]


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail without regard to case; accounts are made by `actions.create_user`."""

    def get_by_natural_key(self, email: str | None) -> "User":
        """Return the person with this e-mail address."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person who works with the chain and signs in with an e-mail address. Families have no account."""

    email = models.EmailField("E-Mail", max_length=254)
    display_name = models.CharField("Name", max_length=120)
    is_active = models.BooleanField("aktiv", default=True)
    created_at = models.DateTimeField("angelegt am", auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    # Start of the token through which a machine acts for this person; empty for the person at the screen.
    acts_through: str = ""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = "Konto"
        verbose_name_plural = "Konten"
        ordering = ("display_name", "pk")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                violation_error_message="Zu dieser E-Mail-Adresse gibt es schon ein Konto.",
            ),
        )

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        """Return the name shown to others."""
        return self.display_name

    def get_short_name(self) -> str:
        """Return the name shown to others."""
        return self.display_name

    @cached_property
    def held_roles(self) -> tuple["Role", ...]:
        """The roles of this person, read once per loaded user; nobody holds any while deactivated."""
        return tuple(self.roles.all()) if self.is_active and self.pk else ()


class Role(models.Model):
    """What a person may do, and where: an area (AGS prefixes) or an organisation (provider or seat key)."""

    class Kind(models.TextChoices):
        """The seven roles; what each may do stands in `rules.py`."""

        STATE = "state", "Landeskoordination"
        DISTRICT = "district", "Koordination im Kreis"
        YOUTH_OFFICE = "youth_office", "Jugendamt"
        MUNICIPALITY = "municipality", "Kommune"
        PROVIDER = "provider", "Träger"
        SEAT = "seat", "Sitz in der Steuerungsgruppe"
        READER = "reader", "Lesen"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles", verbose_name="Konto")
    role = models.CharField("Rolle", max_length=16, choices=Kind.choices)
    area = models.CharField(
        "Gebiet",
        max_length=600,
        help_text="AGS oder sein Anfang, mehrere mit Leerzeichen; bei Träger und Sitz deren Schlüssel.",
    )
    granted_at = models.DateTimeField("erteilt am", auto_now_add=True)

    class Meta:
        verbose_name = "Rolle"
        verbose_name_plural = "Rollen"
        ordering = ("user", "role", "area")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "area"),
                name="accounts_role_once",
                violation_error_message="Diese Person hat diese Rolle in diesem Gebiet schon.",
            ),
            models.CheckConstraint(
                condition=~models.Q(area=""),
                name="accounts_role_area_given",
                violation_error_message="Eine Rolle braucht ein Gebiet oder eine Organisation.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} ({self.area})"

    def clean(self) -> None:
        """Check that the area is written as this role needs it."""
        messages = check_area(self.role, self.area)
        if messages:
            raise ValidationError({"area": messages})

    @property
    def ags_prefixes(self) -> tuple[str, ...]:
        """The AGS prefixes of the area; empty for a provider's or a seat's role."""
        return tuple(self.area.split()) if self.role in AREA_ROLES else ()

    @property
    def organisation_key(self) -> str:
        """The key of the provider or seat; empty for the roles of an area."""
        return "" if self.role in AREA_ROLES else self.area


class AppendOnlyQuerySet(models.QuerySet["LogEntry"]):
    """Refuses to change or remove entries in bulk."""

    def update(self, **kwargs: Any) -> Never:
        """Refuse: a log is only added to."""
        raise TypeError("Log entries are append-only and cannot be updated.")

    def delete(self) -> Never:
        """Refuse: a log is only added to."""
        raise TypeError("Log entries are append-only and cannot be deleted.")

    # Django never exposes a destructive method of a queryset on its manager.
    delete.queryset_only = True  # type: ignore[attr-defined]


class LogEntry(models.Model):
    """One change: who, when, what. Rows are only added; the database itself refuses to alter them.

    Holds no data about families, and no names or addresses of people with an account beyond the link to them.
    """

    code = models.CharField("Vorgang", max_length=60)
    at = models.DateTimeField("Zeitpunkt", auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="log_entries",
        verbose_name="Wer",
        help_text="Leer, wenn die Anlage selbst gehandelt hat (Befehlszeile, Aufgabe).",
    )
    via = models.CharField(
        "Zugang", max_length=40, blank=True, help_text="Anfang des Tokens, wenn ein Programm gehandelt hat."
    )
    target_type = models.CharField("Art", max_length=40)
    target_key = models.CharField("Schlüssel", max_length=120)
    target_label = models.CharField("Bezeichnung", max_length=200, blank=True)
    area = models.CharField("Gebiet", max_length=600, blank=True)
    changes = models.JSONField("Änderungen", default=dict, blank=True)

    objects: ClassVar[models.Manager["LogEntry"]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = "Eintrag im Protokoll"
        verbose_name_plural = "Protokoll"
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=("target_type", "target_key"), name="accounts_log_target"),)

    def __str__(self) -> str:
        return f"{self.code} {self.target_type}:{self.target_key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the entry; refuse to save it a second time."""
        if self.pk is not None:
            raise TypeError("Log entries are append-only and cannot be changed.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Refuse: a log is only added to."""
        raise TypeError("Log entries are append-only and cannot be deleted.")
