"""Everyday German words for what the register keeps as codes: topics, ages, life phases, languages."""

from __future__ import annotations

from dataclasses import dataclass

from kekiz.register import facets

# A region with another scheme of fields falls back to the names of its scheme.
_TOPIC_WORDS = {
    "M1": "Geld, Wohnen und Essen",
    "M2": "Geld zum Mitmachen: Ausflüge, Klassenfahrt, Verein",
    "S1": "Andere Kinder treffen und spielen",
    "S2": "Familienleben und Rat für Eltern",
    "K1": "Kita, Schule, Lernen und Ausbildung",
    "K2": "Sport, Musik, Kultur und Freizeit",
    "G1": "Ärzte, Hebammen, Hilfe bei Krankheit",
    "G2": "Gesund groß werden: Bewegung, Essen, Zähne",
}
_PHASE_EXAMPLES = {
    "P1": ("Schwangerschaft", "schwanger"),
    "P2": ("Erstes Lebensjahr", "6m"),
    "P3": ("1 bis 3 Jahre", "2j"),
    "P4": ("Kita-Alter", "4j"),
    "P5": ("Grundschule", "8j"),
    "P6": ("Weiterführende Schule", "13j"),
    "P7": ("Schule und Beruf", "17j"),
}
PREGNANT = "schwanger"
_HALF_YEARS_UNTIL = 6
_YEARS_UNTIL = facets.AGE_MAX_MONTHS // 12
_FIRST_LANGUAGES = ("de", "en", "tr", "ar", "uk", "ru", "pl", "ro")


@dataclass(frozen=True)
class AgeChoice:
    """An age families can choose: its code in the address, its words, and the months that are asked for."""

    code: str
    words: str
    months: int


@dataclass(frozen=True)
class PhaseLink:
    """A station of the chain on the start page, with a typical age to look at."""

    name: str
    example: str
    age_code: str


def list_topics() -> list[tuple[str, str]]:
    """Fields of need as code and everyday words, in the order of the scheme."""
    return [(field.code, _TOPIC_WORDS.get(field.code, field.name)) for field in facets.SCHEME.fields]


def list_languages() -> list[tuple[str, str]]:
    """Languages as code and German name: the frequent ones first, the others by name."""
    first = [(code, facets.LANGUAGE_NAMES[code]) for code in _FIRST_LANGUAGES]
    others = [item for item in facets.LANGUAGE_NAMES.items() if item[0] not in _FIRST_LANGUAGES]
    return first + sorted(others, key=lambda item: item[1])


def list_baby_ages() -> list[AgeChoice]:
    """Ages that people count in months: birth to 11 months."""
    newborn = AgeChoice("0m", "gerade geboren", 0)
    return [newborn] + [AgeChoice(f"{n}m", "1 Monat" if n == 1 else f"{n} Monate", n) for n in range(1, 12)]


def list_child_ages() -> list[AgeChoice]:
    """Ages that people count in years, half years while children are small."""
    ages = []
    for year in range(1, _YEARS_UNTIL):
        ages.append(AgeChoice(f"{year}j", "1 Jahr" if year == 1 else f"{year} Jahre", year * 12))
        if year < _HALF_YEARS_UNTIL:
            ages.append(AgeChoice(f"{year},5j", f"{year}½ Jahre", year * 12 + 6))
    return ages


# The last month before birth: offers for pregnancy reach to the birth.
PREGNANCY = AgeChoice(PREGNANT, "noch nicht geboren", -1)
AGES = {age.code: age for age in (PREGNANCY, *list_baby_ages(), *list_child_ages())}


def group_age_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of the age select, in groups."""
    babies = [(age.code, age.words) for age in list_baby_ages()]
    children = [(age.code, age.words) for age in list_child_ages()]
    return [
        ("Schwangerschaft", [(PREGNANT, PREGNANCY.words)]),
        ("Baby: Alter in Monaten", babies),
        ("Kind: Alter in Jahren", children),
    ]


def list_phase_links() -> list[PhaseLink]:
    """The stations of the chain as links of the start page; phases of another scheme by their own name."""
    links = []
    for phase in facets.SCHEME.phases:
        name, code = _PHASE_EXAMPLES.get(phase.code, (phase.name, ""))
        if not code:
            code = _nearest_age((phase.age_from + phase.age_to) // 2).code
        example = "" if code == PREGNANT else AGES[code].words
        links.append(PhaseLink(name, example, code))
    return links


def _nearest_age(months: int) -> AgeChoice:
    return min(AGES.values(), key=lambda age: abs(age.months - months))


def name_language(code: str) -> str:
    """The German name of a language; the code itself where it is not known."""
    return facets.LANGUAGE_NAMES.get(code, code)
