"""Practices of a region (replaced as a whole) and proposals (written once, like the run they rest on)."""

from __future__ import annotations

from django.db import models

from kekiz.accounts.fields import person_field
from kekiz.analysis.models import Run
from kekiz.register.frozen import FrozenModel

ASSUMPTION = "assumption"


class Practice(models.Model):
    """Good practice that can be brought to other places of the region, with its size and cost."""

    region_key = models.CharField("Region", max_length=8, db_index=True)
    position = models.PositiveIntegerField("Reihenfolge")
    key = models.SlugField("Schlüssel", max_length=60)
    name = models.CharField("Name", max_length=160)
    kind = models.CharField("Art", max_length=10)
    fields = models.JSONField("Bedarfsfelder")
    age_from_months = models.FloatField("Alter von (Monate)")
    age_to_months = models.FloatField("Alter bis (Monate)")
    units = models.JSONField("Größen")
    places = models.FloatField("Plätze im Jahr je Größe")
    staff_eur = models.FloatField("Personal im Jahr (€)")
    material_eur = models.FloatField("Sachkosten im Jahr (€)")
    fixed_eur = models.FloatField("Einmalige Kosten (€)")
    mode = models.CharField("Form", max_length=10)
    guided_share = models.FloatField("Anteil, den eine Lotsin erreicht")
    site_kind = models.CharField("Ort", max_length=40, blank=True)
    variant_of = models.CharField("Variante von", max_length=60, blank=True)
    excludes = models.JSONField("Nicht zusammen mit", default=list, blank=True)
    source = models.CharField("Quelle", max_length=300)
    note = models.TextField("Anmerkung", blank=True)

    class Meta:
        verbose_name = "Praxis"
        verbose_name_plural = "Praxen"
        ordering = ("region_key", "position")
        constraints = (
            models.UniqueConstraint(fields=("region_key", "key"), name="practice_once_per_region"),
            models.CheckConstraint(
                condition=models.Q(places__gte=0, staff_eur__gte=0, material_eur__gte=0, fixed_eur__gte=0),
                name="practice_figures_not_negative",
                violation_error_message="Plätze und Kosten einer Praxis sind Zahlen ab 0.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_assumption(self) -> bool:
        """Nobody is named who measured these figures."""
        return self.source == ASSUMPTION


class ChangePrice(models.Model):
    """What a change at an existing offer costs: more places, or a hurdle less."""

    region_key = models.CharField("Region", max_length=8, db_index=True)
    position = models.PositiveIntegerField("Reihenfolge")
    kind = models.CharField("Art", max_length=10)  # places, hurdle
    hurdle = models.CharField("Hürde", max_length=20, blank=True)
    share = models.FloatField("Plätze mehr, als Anteil", default=0.0)
    eur_per_place = models.FloatField("€ je Platz und Jahr")
    source = models.CharField("Quelle", max_length=300)

    class Meta:
        verbose_name = "Preis einer Änderung"
        verbose_name_plural = "Preise von Änderungen"
        ordering = ("region_key", "position")
        constraints = (
            models.UniqueConstraint(fields=("region_key", "kind", "hurdle"), name="price_once_per_change"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.hurdle}".strip()


class Proposal(FrozenModel):
    """What was asked: measures for a region, under a budget and a rule, resting on one run."""

    run = models.ForeignKey(Run, verbose_name="Analyselauf", on_delete=models.PROTECT, related_name="+")
    budget_eur = models.FloatField("Eigene Mittel im Jahr (€)")
    rule_key = models.CharField("Förderregel", max_length=60)
    equity = models.FloatField("Gewicht")
    kinds = models.JSONField("Arten von Maßnahmen", default=list, blank=True)  # empty: all
    ags = models.JSONField("Kommunen", default=list, blank=True)  # empty: all
    asked_at = models.DateTimeField("Angefragt am", auto_now_add=True)
    asked_by = person_field("Angefragt von")

    class Meta:
        verbose_name = "Vorschlag"
        verbose_name_plural = "Vorschläge"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(budget_eur__gte=0, equity__gt=0),
                name="proposal_budget_and_weight",
                violation_error_message="Das Budget ist ein Betrag ab 0, das Gewicht eine Zahl über 0.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.budget_eur:.0f} € im Jahr, {self.rule_key}"


class ProposalResult(FrozenModel):
    """The answer: the plan as ``engine.plan.written`` writes it, or a sentence why there is none."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="result")
    content = models.JSONField("Plan", null=True, blank=True)
    practices_digest = models.CharField("Prüfsumme der Praxen", max_length=64, blank=True)
    code_digest = models.CharField("Prüfsumme der Software", max_length=64)
    problem = models.TextField("Hindernis", blank=True)
    seconds = models.FloatField("Rechenzeit (s)", default=0.0)
    finished_at = models.DateTimeField("Fertig am", auto_now_add=True)

    class Meta:
        verbose_name = "Ergebnis eines Vorschlags"
        verbose_name_plural = "Ergebnisse von Vorschlägen"

    def __str__(self) -> str:
        return f"Vorschlag {self.proposal_id}"
