"""Imports of lists: what was sent, what it created or changed (with the former content), what its columns
mean.
"""

from __future__ import annotations

from django.db import models

from kekiz.accounts.fields import person_field


class SavedMapping(models.Model):
    """What the columns of a source's list mean, kept so that the next list needs no questions."""

    source = models.CharField("Quelle", max_length=120)
    header_digest = models.CharField(max_length=64)
    content = models.JSONField(help_text="See imports.mapping.ColumnMapping.as_content.")
    changed_at = models.DateTimeField("Zuletzt benutzt", auto_now=True)
    changed_by = person_field()

    class Meta:
        verbose_name = "Gespeicherte Zuordnung"
        verbose_name_plural = "Gespeicherte Zuordnungen"
        ordering = ("source", "header_digest")
        constraints = (
            models.UniqueConstraint(fields=("source", "header_digest"), name="mapping_once_per_source"),
        )

    def __str__(self) -> str:
        return self.source


class ImportBatch(models.Model):
    """One list on its way into the register: sent, then imported, then perhaps undone."""

    class State(models.TextChoices):
        """How far it is."""

        SENT = "sent", "Hochgeladen"
        IMPORTED = "imported", "Übernommen"
        UNDONE = "undone", "Zurückgenommen"

    source = models.CharField("Quelle", max_length=120)
    file_name = models.CharField("Datei", max_length=200)
    form = models.CharField("Form", max_length=20)
    file_digest = models.CharField(max_length=64)
    upload = models.BinaryField(null=True, blank=True, help_text="The file; forgotten after a while.")
    sheet = models.CharField("Blatt", max_length=100, blank=True)
    mapping = models.JSONField("Zuordnung", default=dict, blank=True)
    options = models.JSONField("Wahl", default=dict, blank=True)
    counts = models.JSONField("Zahlen", default=dict, blank=True)
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.SENT, db_index=True)
    area = models.CharField("Gebiet", max_length=600, blank=True)
    created_at = models.DateTimeField("Hochgeladen am", auto_now_add=True)
    imported_at = models.DateTimeField("Übernommen am", null=True, blank=True)
    undone_at = models.DateTimeField("Zurückgenommen am", null=True, blank=True)
    created_by = person_field("Von")

    class Meta:
        verbose_name = "Import"
        verbose_name_plural = "Importe"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.source}: {self.file_name}"


class ImportLink(models.Model):
    """Which offer came from which entry of a source, and what the entry said last."""

    source = models.CharField("Quelle", max_length=120)
    row_key = models.CharField("Eintrag", max_length=120)
    offer = models.ForeignKey("register.Offer", on_delete=models.CASCADE, related_name="import_links")
    content = models.JSONField(default=dict, help_text="Values as read from the list.")

    class Meta:
        verbose_name = "Herkunft"
        verbose_name_plural = "Herkünfte"
        ordering = ("source", "row_key")
        constraints = (models.UniqueConstraint(fields=("source", "row_key"), name="import_link_once"),)

    def __str__(self) -> str:
        return f"{self.source} {self.row_key}"


class ImportChange(models.Model):
    """One row of the register that an import created (``former`` is null) or changed."""

    class Model(models.TextChoices):
        """What kind of row."""

        PROVIDER = "provider", "Träger"
        SITE = "site", "Ort"
        OFFER = "offer", "Angebot"
        LINK = "link", "Herkunft"

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="changes")
    model = models.CharField("Art", max_length=10, choices=Model.choices)
    key = models.CharField("Schlüssel", max_length=250)
    row_number = models.PositiveIntegerField("Zeile", null=True, blank=True)
    former = models.JSONField("Vorher", null=True, blank=True)
    digest = models.CharField(max_length=64, help_text="Of the content as the import left it.")

    class Meta:
        verbose_name = "Änderung eines Imports"
        verbose_name_plural = "Änderungen eines Imports"
        ordering = ("batch", "pk")
        constraints = (models.UniqueConstraint(fields=("batch", "model", "key"), name="import_change_once"),)

    def __str__(self) -> str:
        return f"{self.get_model_display()} {self.key}"
