"""Everyday words for what the register keeps as codes: topics, ages, life phases, languages."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kekiz.register import facets
from kekiz.register.wording import describe_age
from kekiz.web.languages import is_german, translate

# A region with another scheme of fields falls back to the names of its scheme.
_TOPIC_WORDS = {
    "M1": gettext_noop("Geld, Wohnen und Essen"),
    "M2": gettext_noop("Geld zum Mitmachen: Ausflüge, Klassenfahrt, Verein"),
    "S1": gettext_noop("Andere Kinder treffen und spielen"),
    "S2": gettext_noop("Familienleben und Rat für Eltern"),
    "K1": gettext_noop("Kita, Schule, Lernen und Ausbildung"),
    "K2": gettext_noop("Sport, Musik, Kultur und Freizeit"),
    "G1": gettext_noop("Ärzte, Hebammen, Hilfe bei Krankheit"),
    "G2": gettext_noop("Gesund groß werden: Bewegung, Essen, Zähne"),
}
_PHASE_EXAMPLES = {
    "P1": (gettext_noop("Schwangerschaft"), "schwanger"),
    "P2": (gettext_noop("Erstes Lebensjahr"), "6m"),
    "P3": (gettext_noop("1 bis 3 Jahre"), "2j"),
    "P4": (gettext_noop("Kita-Alter"), "4j"),
    "P5": (gettext_noop("Grundschule"), "8j"),
    "P6": (gettext_noop("Weiterführende Schule"), "13j"),
    "P7": (gettext_noop("Schule und Beruf"), "17j"),
}
PREGNANT = "schwanger"
_HALF_YEARS_UNTIL = 6
_YEARS_UNTIL = facets.AGE_MAX_MONTHS // 12
# Names of languages come translated with Django, all but these.
_NAMES_UNKNOWN_TO_DJANGO = {
    "ku": gettext_noop("Kurdisch"),
    "ti": gettext_noop("Tigrinya"),
    "so": gettext_noop("Somali"),
    "ps": gettext_noop("Paschtu"),
    "zh": gettext_noop("Chinesisch"),
    "gsg": gettext_noop("Deutsche Gebärdensprache"),
}
_FIRST_LANGUAGES = ("de", "en", "tr", "ar", "uk", "ru", "pl", "ro")


@dataclass(frozen=True)
class AgeChoice:
    """An age families can choose: its code in the address, and the months that are asked for."""

    code: str
    months: int

    @property
    def words(self) -> str:
        """The age as families say it, in the language of the page."""
        if self.months < 0:
            return _("noch nicht geboren")
        return describe_age(self.months) if self.months else _("gerade geboren")


@dataclass(frozen=True)
class PhaseLink:
    """A station of the chain on the start page, with a typical age to look at."""

    name: str
    example: str
    age_code: str


def list_topics() -> list[tuple[str, str]]:
    """Fields of need as code and everyday words, in the order of the scheme."""
    return [
        (field.code, translate(_TOPIC_WORDS[field.code]) if field.code in _TOPIC_WORDS else field.name)
        for field in facets.SCHEME.fields
    ]


def list_languages() -> list[tuple[str, str]]:
    """Languages as code and name: the frequent ones first, the others by name."""
    first = [(code, name_language(code)) for code in _FIRST_LANGUAGES]
    others = [(code, name_language(code)) for code in facets.LANGUAGE_NAMES if code not in _FIRST_LANGUAGES]
    return first + sorted(others, key=lambda item: item[1])


def list_baby_ages() -> list[AgeChoice]:
    """Ages that people count in months: birth to 11 months."""
    return [AgeChoice(f"{months}m", months) for months in range(12)]


def list_child_ages() -> list[AgeChoice]:
    """Ages that people count in years, half years while children are small."""
    ages = []
    for year in range(1, _YEARS_UNTIL):
        ages.append(AgeChoice(f"{year}j", year * 12))
        if year < _HALF_YEARS_UNTIL:
            ages.append(AgeChoice(f"{year},5j", year * 12 + 6))
    return ages


# The last month before birth: offers for pregnancy reach to the birth.
PREGNANCY = AgeChoice(PREGNANT, -1)
AGES = {age.code: age for age in (PREGNANCY, *list_baby_ages(), *list_child_ages())}


def group_age_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of the age select, in groups."""
    babies = [(age.code, age.words) for age in list_baby_ages()]
    children = [(age.code, age.words) for age in list_child_ages()]
    return [
        (_("Schwangerschaft"), [(PREGNANT, PREGNANCY.words)]),
        (_("Baby: Alter in Monaten"), babies),
        (_("Kind: Alter in Jahren"), children),
    ]


def list_phase_links() -> list[PhaseLink]:
    """The stations of the chain as links of the start page; phases of another scheme by their own name."""
    links = []
    for phase in facets.SCHEME.phases:
        name, code = _PHASE_EXAMPLES.get(phase.code, (phase.name, ""))
        if not code:
            code = _nearest_age((phase.age_from + phase.age_to) // 2).code
        example = "" if code == PREGNANT else AGES[code].words
        links.append(PhaseLink(translate(name) if phase.code in _PHASE_EXAMPLES else name, example, code))
    return links


def _nearest_age(months: int) -> AgeChoice:
    return min(AGES.values(), key=lambda age: abs(age.months - months))


def name_language(code: str) -> str:
    """The name of a language in the language of the page; the code itself where it is not known."""
    if is_german() or code not in facets.LANGUAGE_NAMES:
        return facets.LANGUAGE_NAMES.get(code, code)
    if code in _NAMES_UNKNOWN_TO_DJANGO:
        return translate(_NAMES_UNKNOWN_TO_DJANGO[code])
    return translate(LANG_INFO[code]["name"])
