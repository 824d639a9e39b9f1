"""What is asked of a proposal: money, rule, weight, kinds of measures, municipalities."""

from __future__ import annotations

from typing import Any

from django import forms

from kekiz.engine.plan.funding import Block, Rule
from kekiz.planning.queries import CANDIDATE_KINDS, funding_rules
from kekiz.web.words import join_words, write_euro, write_percent

SLIDER_MOST_EUR = 300_000
SLIDER_STEP_EUR = 5_000
FIRST_BUDGET_EUR = 60_000
HIGHEST_BUDGET_EUR = 100_000_000
WEIGHTS = (
    ("1", "Genauso viel wie andere Kinder"),
    ("1.5", "Anderthalbmal so viel"),
    ("2", "Doppelt so viel"),
    ("3", "Dreimal so viel"),
)
KIND_NAMES = {
    "offer": "Neue Angebote nach guter Praxis, auch solche, die zu den Familien kommen",
    "guide": "Lotsinnen und Lotsen, die Familien zu freien Plätzen begleiten",
    "places": "Mehr Plätze in Angeboten, die voll sind",
    "hurdle": "Hürden wegnehmen, etwa die Gebühr übernehmen",
}
COST_NAMES = {"staff": "Personal", "material": "Sachkosten", "fixed": "einmalige Kosten"}


class ProposalForm(forms.Form):
    """The question. The slider and the number are two handles of one amount: whichever was moved counts."""

    budget = forms.IntegerField(
        label="Betrag in Euro im Jahr",
        min_value=0,
        max_value=HIGHEST_BUDGET_EUR,
        error_messages={
            "required": "Bitte nennen Sie das Budget.",
            "invalid": "Bitte eine ganze Zahl eingeben, etwa 60000.",
            "min_value": "Bitte einen Betrag ab 0 eingeben.",
            "max_value": "Bitte höchstens 100 Millionen Euro eingeben.",
        },
    )
    regler = forms.IntegerField(required=False, min_value=0, max_value=SLIDER_MOST_EUR)
    # What the page showed: which of the two was moved is seen from the difference.
    vorher = forms.IntegerField(required=False)
    regler_vorher = forms.IntegerField(required=False)
    regel = forms.ChoiceField(
        label="Förderung", error_messages={"required": "Bitte wählen Sie die Förderung."}
    )
    gewicht = forms.TypedChoiceField(
        label="Wie stark zählen Kinder aus Familien mit wenig Geld?", choices=WEIGHTS, coerce=float
    )
    arten = forms.MultipleChoiceField(
        label="Welche Arten von Maßnahmen kommen in Frage?",
        choices=[(kind, KIND_NAMES[kind]) for kind in CANDIDATE_KINDS],
        error_messages={"required": "Bitte wählen Sie mindestens eine Art von Maßnahmen."},
    )
    kommunen = forms.MultipleChoiceField(label="Nur in diesen Kommunen", required=False)

    def __init__(self, *args: Any, towns: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = funding_rules()
        self.fields["regel"].choices = [(rule.key, rule.name) for rule in self.rules]  # type: ignore[attr-defined]
        names = sorted(towns.items(), key=lambda item: item[1])
        self.fields["kommunen"].choices = names  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Without script the two handles do not move together: the number wins if both were moved."""
        cleaned = super().clean() or self.cleaned_data
        slider, slider_before = cleaned.get("regler"), cleaned.get("regler_vorher")
        is_number_untouched = cleaned.get("budget") is not None and cleaned["budget"] == cleaned.get("vorher")
        if is_number_untouched and None not in {slider, slider_before} and slider != slider_before:
            cleaned["budget"] = slider
        return cleaned

    def list_rules(self) -> list[dict[str, Any]]:
        """The rules as the page shows them: name, sentence, whether it is chosen."""
        chosen = self["regel"].value()
        return [
            {"rule": rule, "sentence": explain_rule(rule), "is_chosen": rule.key == chosen}
            for rule in self.rules
        ]

    def list_choices(self, name: str) -> list[tuple[str, str, bool]]:
        """Value, label and whether it is chosen, for radio buttons and boxes."""
        chosen = self[name].value() or []
        held = {str(value) for value in (chosen if isinstance(chosen, list | tuple) else [chosen])}
        choices = self.fields[name].choices  # type: ignore[attr-defined]
        return [(str(value), str(label), str(value) in held) for value, label in choices]

    def weights(self) -> list[tuple[str, str, bool]]:
        """The weights for radio buttons."""
        return self.list_choices("gewicht")

    def kinds(self) -> list[tuple[str, str, bool]]:
        """The kinds of measures for boxes."""
        return self.list_choices("arten")

    def towns(self) -> list[tuple[str, str, bool]]:
        """The municipalities for boxes."""
        return self.list_choices("kommunen")

    def slider_value(self) -> int:
        """Where the slider stands: on its steps, as near to the number as it can."""
        try:
            wanted = min(max(int(self["budget"].value() or 0), 0), SLIDER_MOST_EUR)
        except (TypeError, ValueError):
            wanted = FIRST_BUDGET_EUR
        return round(wanted / SLIDER_STEP_EUR) * SLIDER_STEP_EUR

    def as_question(self) -> dict[str, Any]:
        """The question as `request_proposal` takes it; all kinds and no town mean everything."""
        cleaned = self.cleaned_data
        kinds = cleaned["arten"]
        return {
            "budget_eur": float(cleaned["budget"]),
            "rule_key": cleaned["regel"],
            "equity": cleaned["gewicht"],
            "kinds": [] if len(kinds) == len(CANDIDATE_KINDS) else kinds,
            "ags": cleaned["kommunen"],
        }


FIRST_QUESTION = {
    "budget": FIRST_BUDGET_EUR,
    "regel": "own",
    "gewicht": "1",
    "arten": list(CANDIDATE_KINDS),
}


def explain_rule(rule: Rule) -> str:
    """A funding rule in sentences: when it holds, who pays what."""
    if not rule.blocks:
        return "Die Region trägt alle Kosten selbst. Gerechnet wird ein Jahr."
    years = join_words([str(year) for year in rule.years])
    return f"Gilt {years}. " + " ".join(explain_block(block, len(rule.blocks) > 1) for block in rule.blocks)


def explain_block(block: Block, is_named: bool) -> str:
    """One block of a rule in a sentence."""
    kinds = join_words([COST_NAMES[kind] for kind in block.eligible])
    start = f"„{block.name}“ zahlt" if is_named else "Das Land zahlt"
    return f"{start} {write_percent(block.rate)} von {kinds}, höchstens {write_euro(block.cap_eur)} im Jahr."
