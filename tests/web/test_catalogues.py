"""Every word of the public pages stands in every language, with the same placeholders, and is compiled."""

import gettext

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings
from tests import messages

from kekiz.register.wording import describe_ages


def index_words(catalogue):
    """(context, words in German) → forms in the language."""
    listed = messages._list_texts
    return {(_read_context(entry), listed(entry.id)): listed(entry.string) for entry in catalogue if entry.id}


def _read_context(entry):
    """Babel gives the context of compiled words as bytes."""
    return entry.context.decode() if isinstance(entry.context, bytes) else entry.context


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_nothing_lacks_a_translation(language):
    assert messages.list_faults(language) == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_words_are_those_of_the_catalogue(language):
    file = messages.catalogue_file(language)
    with file.with_suffix(".mo").open("rb") as stream:
        compiled = index_words(read_mo(stream))
    stored = index_words(messages.read_catalogue(language))
    assert compiled == stored


def test_every_language_of_the_site_has_a_catalogue():
    assert [code for code, _name in settings.LANGUAGES] == ["de", *messages.LANGUAGES]


def test_the_check_finds_what_is_missing_or_wrong():
    catalogue = messages.read_catalogue("en")
    ages = catalogue.get("Geburt bis %(end)s")
    ages.string = "birth to %(last)s"
    assert list(messages._judge(ages, 2)) == ["placeholders differ in “birth to %(last)s”"]
    ages.string = ""
    assert list(messages._judge(ages, 2)) == ["not translated"]


def test_leichte_sprache_is_no_copy_of_the_german():
    """A language of its own: sentences of more than a few words are said in another way."""
    long = [
        entry for entry in messages.read_catalogue("ls") if isinstance(entry.id, str) and len(entry.id) > 60
    ]
    assert len(long) > 20
    assert [entry.id for entry in long if entry.string == entry.id] == []


def test_arabic_counts_as_gettext_does():
    words = gettext.translation("django", messages.LOCALE, ["ar"])
    said = [words.ngettext("%(count)d Jahr", "%(count)d Jahre", n) % {"count": n} for n in (1, 2, 3, 11, 100)]
    assert said == ["سنة واحدة", "سنتان", "3 سنوات", "11 سنة", "100 سنة"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "6 bis 10 Jahre"),
        ("en", "6 to 10 years"),
        ("tr", "6 – 10 yaş"),
        ("ar", "من 6 إلى 10 سنوات"),
        ("uk", "від 6 до 10 років"),
        ("ru", "от 6 до 10 лет"),
    ],
)
def test_ages_are_bent_as_the_language_does(language, words):
    from django.utils.translation import override

    with override(language):
        assert describe_ages(72, 120) == words
