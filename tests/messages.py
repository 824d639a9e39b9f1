"""The words of the public pages in all languages: collect them, compile them, say what is missing.

python -m tests.messages     (or ./dev messages)

German is written in the source. `collect_messages` reads every gettext mark of code and templates; `update`
brings the catalogues in `src/kekiz/site/locale/*/LC_MESSAGES/django.po` up to date: it keeps translations,
leaves new ones empty, and compiles the `.mo` beside it, which is part of the repository.
tests/web/test_catalogues.py fails while one is missing.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1] / "src" / "kekiz"
LOCALE = SOURCE / "site" / "locale"
CHILD_DATES = Path("evidence", "child_dates.toml")
LANGUAGES = ("ls", "en", "tr", "ar", "uk", "ru")
# Leichte Sprache counts as German does; Babel knows the rules of the others.
_BABEL_LOCALES = {"ls": "de"}
_MARKS: dict[str, tuple[object, ...] | None] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
# Babel 2.18 counts 11 to 99 in the last form; GNU gettext and Django in the one before.
_ARABIC_PLURALS = (
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
)
_BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")


def collect_messages() -> Catalog:
    """Every message that code or templates mark, with its context and the files that use it."""
    catalog = Catalog(locale="de", project="kekiz", fuzzy=False)
    for file in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]):
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".html":
            text = templatize(text, origin=str(file))
        for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), _MARKS):
            name = file.relative_to(SOURCE).as_posix()
            flags = ["python-format"] if _PLACEHOLDER.search(_list_texts(message)[0]) else []
            catalog.add(message, context=context, locations=[(name, None)], flags=flags)
    for word in list_child_date_words():
        catalog.add(word, locations=[(CHILD_DATES.as_posix(), None)])
    return catalog


def list_child_date_words() -> Iterator[str]:
    """What families read of the dates in the life of a child: these words stand in a table, not in code."""
    for entry in tomllib.loads((SOURCE / CHILD_DATES).read_text(encoding="utf-8"))["date"]:
        yield from (entry[name] for name in ("title", "text", "span", "late") if entry.get(name))


def read_catalogue(language: str) -> Catalog:
    """The stored catalogue of a language; an empty one where there is none yet."""
    file = catalogue_file(language)
    if not file.is_file():
        return _make_catalogue(language)
    with file.open("rb") as stream:
        return read_po(stream, locale=_BABEL_LOCALES.get(language, language))


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language lies; the compiled one has the ending .mo."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def update(language: str) -> Catalog:
    """Bring a catalogue up to date with the source and compile it."""
    stored, wanted = read_catalogue(language), collect_messages()
    fresh = _make_catalogue(language)
    for message in _list_messages(wanted):
        known = stored.get(_list_texts(message.id)[0], context=message.context)
        has_same_form = known is not None and bool(known.pluralizable) == bool(message.pluralizable)
        fresh.add(
            message.id,
            known.string if known is not None and has_same_form else None,
            locations=[(name, None) for name in sorted({name for name, _line in message.locations})],
            flags=message.flags,
            context=message.context,
        )
    file = catalogue_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_as_po(fresh))
    file.with_suffix(".mo").write_bytes(compile_catalogue(fresh))
    return fresh


def compile_catalogue(catalog: Catalog) -> bytes:
    """The compiled form that Django reads."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def list_faults(language: str) -> list[str]:
    """What is missing or wrong in a stored catalogue, one line each; empty if it is complete."""
    stored = read_catalogue(language)
    wanted, kept = _index_messages(collect_messages()), _index_messages(stored)
    faults = [f"{language}: not in the catalogue: {key[1][0]}" for key in wanted.keys() - kept.keys()]
    faults += [f"{language}: no longer in the source: {key[1][0]}" for key in kept.keys() - wanted.keys()]
    for key in wanted.keys() & kept.keys():
        faults += [f"{language}: {fault}: {key[1][0]}" for fault in _judge(kept[key], stored.num_plurals)]
    return sorted(faults)


def _judge(message: Message, plurals: int) -> Iterator[str]:
    texts, forms = _list_texts(message.id), _list_texts(message.string)
    if len(forms) != (plurals if len(texts) > 1 else 1) or not all(forms):
        yield "not translated"
        return
    wanted = set(_PLACEHOLDER.findall(texts[-1]))
    # A form for "one" or "two" may say the number in words; every other placeholder stands in every form.
    may_lack = {"count", "number"} if len(texts) > 1 else set()
    for form in forms:
        found = set(_PLACEHOLDER.findall(form))
        if found - wanted or (wanted - found) - may_lack:
            yield f"placeholders differ in “{form}”"
    for edge in (0, -1):
        # The Arabic "and" is written together with the next word.
        joined = [form for form in forms if not (edge == -1 and form.endswith("و"))]
        if any(form[edge].isspace() != texts[0][edge].isspace() for form in joined):
            yield "space at the edge differs"


def _index_messages(catalog: Catalog) -> dict[tuple[str | None, tuple[str, ...]], Message]:
    return {(message.context, _list_texts(message.id)): message for message in _list_messages(catalog)}


def _list_messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _list_texts(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value or "",) if isinstance(value, str | None) else tuple(value)


def _make_catalogue(language: str) -> Catalog:
    """An empty catalogue whose head holds no dates, so that only a changed word makes a change."""
    catalog = Catalog(
        locale=_BABEL_LOCALES.get(language, language),
        project="kekiz",
        version="0",
        header_comment="# Words of the public pages. Collect and compile after a change: ./dev messages",
        msgid_bugs_address="see SECURITY.md",
        creation_date=_BEGINNING,
        revision_date=_BEGINNING,
        last_translator="kekiz",
        language_team="kekiz",
        fuzzy=False,
    )
    if language == "ar":
        catalog.mime_headers = [("Plural-Forms", _ARABIC_PLURALS)]
    return catalog


def _as_po(catalog: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, catalog, width=0, include_lineno=False)
    return stream.getvalue()


def main() -> None:
    faults = []
    for language in LANGUAGES:
        count = len(update(language))
        found = list_faults(language)
        print(f"{language}: {count} messages, {len(found)} to do")
        faults += found
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
