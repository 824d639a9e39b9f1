"""Why two records look alike, in sentences of people: one per kind of evidence, the heaviest first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .weights import Weights

Evidence = Mapping[str, float]
EQUAL_FROM = 0.995
STRENGTHS = ((3.0, "sehr stark"), (1.5, "stark"), (0.5, "etwas"), (0.0, "kaum"))


@dataclass(frozen=True)
class Told:
    """One kind of evidence: a sentence, and what it adds in log odds (below 0 speaks against)."""

    topic: str
    text: str
    weight: float

    @property
    def strength(self) -> str:
        """The weight in words: "spricht stark dafür", "spricht etwas dagegen"."""
        size = next(word for least, word in STRENGTHS if abs(self.weight) >= least)
        return f"spricht {size} {'dafür' if self.weight >= 0 else 'dagegen'}"


def tell_reasons(evidence: Evidence, weights: Weights) -> list[Told]:
    """Sentences about every kind of evidence that weighs; with the base their weights are the log odds."""
    told = []
    for topic, (fields, write) in TOPICS.items():
        present = {field: evidence.get(field, 0.0) for field in fields}
        weight = sum(weights.fields.get(field, 0.0) * value for field, value in present.items())
        text = write(present)
        if topic == "name" and weights.level == "offer":
            text = _of_the_site(text)
        if text and abs(weight) >= 0.005:
            told.append(Told(topic, text, weight))
    return sorted(told, key=lambda one: -abs(one.weight))


def _of_the_site(text: str) -> str:
    """At offer level the name is that of the site: "Name gleich" becomes "Ort gleich"."""
    return text.replace("Namen", "Ortsnamen", 1).replace("Name gleich", "Ort gleich", 1)


def _percent(share: float) -> str:
    return f"{round(100 * share)}\u202f%"


def _tell_names(seen: Evidence) -> str:
    alike = seen["name_alike"]
    if alike >= EQUAL_FROM:
        text = "Name gleich"
    elif alike > 0:
        text = f"Namen zu {_percent(alike)} ähnlich"
    elif seen["name_clash"] > 0:
        text = "Namen verschieden"
    else:
        text = "Namen teilen Wörter" if any(seen.values()) else ""
    if seen["name_number_clash"] > 0:
        text += ", mit verschiedener Zahl"
    if seen["name_kind_clash"] > 0:
        text += ", der Art nach verschieden"
    if seen["name_echo"] > 0.2:
        text += ", aber nur durch Straße und Ort"
    elif seen["name_common"] > 0.2:
        text += ", aber er kommt an vielen Orten vor"
    return text


def _tell_provider(seen: Evidence) -> str:
    if seen["provider_alike"] >= EQUAL_FROM:
        return "Träger gleich"
    if seen["provider_alike"] > 0:
        return "Träger ähnlich geschrieben"
    return "Träger verschieden" if seen["provider_clash"] > 0 else ""


def _tell_address(seen: Evidence) -> str:
    street = "Straße gleich" if seen["street_same"] >= EQUAL_FROM else "Straße ähnlich geschrieben"
    if seen["street_clash"] > 0:
        street = "Straße verschieden"
    elif seen["street_same"] == 0:
        street = ""
    number = ""
    if seen["letter_clash"] > 0:
        number = "Zusatz der Hausnummer anders"
    elif seen["number_same"] > 0:
        number = "Hausnummer gleich"
    elif seen["number_clash"] > 0:
        number = "Hausnummer anders"
    return ", ".join(part for part in (street, number) if part)


def _tell_postcode(seen: Evidence) -> str:
    if seen["postcode_same"] > 0:
        return "Postleitzahl oder Ort gleich"
    return "Postleitzahl verschieden" if seen["postcode_clash"] > 0 else ""


def _tell_phone(seen: Evidence) -> str:
    if seen["phone_same"] >= EQUAL_FROM:
        return "Telefon gleich"
    if seen["phone_same"] > 0:
        return "Telefon gleich, aber auch bei anderen Einträgen"
    if seen["phone_kin"] > 0:
        return "Telefon bis auf die Durchwahl gleich"
    return "Telefon verschieden" if seen["phone_clash"] > 0 else ""


def _tell_place(seen: Evidence) -> str:
    if seen["place_far"] > 0:
        return f"Orte mindestens {0.5 + 2 * seen['place_far']:.1f} km auseinander".replace(".", ",")
    metres = -200.0 * math.log(seen["place_near"]) if seen["place_near"] > 0.001 else math.inf
    if metres < 20:
        return "am selben Punkt"
    return f"rund {round(metres, -1):.0f} m auseinander" if metres < 500 else ""


def _tell_title(seen: Evidence) -> str:
    if seen["title_alike"] >= EQUAL_FROM:
        return "Titel gleich"
    if seen["title_alike"] > 0:
        return f"Titel zu {_percent(seen['title_alike'])} ähnlich"
    return "Titel verschieden" if seen["title_clash"] > 0 else ""


def _tell_hours(seen: Evidence) -> str:
    if seen["hours_same"] > 0:
        return "Zeiten gleich"
    if seen["days_same"] >= EQUAL_FROM:
        return "gleiche Wochentage"
    if seen["days_same"] > 0:
        return "teils gleiche Wochentage"
    return "verschiedene Wochentage" if seen["days_clash"] > 0 else ""


def _tell_ages(seen: Evidence) -> str:
    if seen["ages_same"] >= EQUAL_FROM:
        return "Alter gleich"
    if seen["ages_same"] > 0:
        return "Alter ähnlich"
    return "Alter verschieden" if seen["ages_clash"] > 0 else ""


def _tell_source(seen: Evidence) -> str:
    return "beide aus derselben Liste" if seen["source_same"] > 0 else ""


TOPICS: dict[str, tuple[tuple[str, ...], Callable[[Evidence], str]]] = {
    "name": (
        (
            "name_alike", "name_part", "name_words", "name_clash", "name_echo", "name_common",
            "name_number_clash", "name_kind_clash", "whole_alike",
        ),
        _tell_names,
    ),
    "provider": (("provider_alike", "provider_clash"), _tell_provider),
    "address": (
        ("street_same", "street_clash", "number_same", "number_clash", "neighbour_clash", "letter_clash"),
        _tell_address,
    ),
    "postcode": (("postcode_same", "postcode_clash"), _tell_postcode),
    "phone": (("phone_same", "phone_shared", "phone_kin", "phone_clash"), _tell_phone),
    "place": (("place_near", "place_far"), _tell_place),
    "title": (("title_alike", "title_clash"), _tell_title),
    "hours": (("hours_same", "days_same", "days_clash"), _tell_hours),
    "ages": (("ages_same", "ages_clash"), _tell_ages),
    "source": (("source_same",), _tell_source),
}  # fmt: skip
