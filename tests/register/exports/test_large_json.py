"""HSDS JSON of a whole district: lean, read back line by line, whatever somebody made of the lines."""

import json

import pytest
from tests.register.exports.round_trip import bring_in, empty_register, export
from tests.register.world import load_world

from kekiz.register.exports.hsds_json import REFERENCES
from kekiz.register.imports.files import LARGEST_BYTES, LARGEST_OWN_BYTES, read_content
from kekiz.register.imports.own_lines import LONGEST_LINE_BYTES, read_own_lines
from kekiz.register.imports.refusals import RefusedList
from kekiz.register.models import Offer


@pytest.fixture
def exported(db):
    load_world()
    return export("hsds-json")


def multiply(content, size):
    """The same services with other keys, until the file has this many bytes."""
    services = json.loads(content)
    lines, total, number = [], 0, 0
    while total < size:
        service = services[number % len(services)]
        key = next(one for one in service["attributes"] if one["taxonomy_term"]["code"] == "key")
        key["value"] = f"angebot-{number}"
        service["description"] = "Für Kinder und Eltern. " * 400
        lines.append(json.dumps(service, ensure_ascii=False, separators=(",", ":")).encode())
        total, number = total + len(lines[-1]) + 2, number + 1
    return b"[\n" + b",\n".join(lines) + b"\n]\n", number


def collect_names(value):
    if isinstance(value, dict):
        return set(value).union(*map(collect_names, value.values()))
    return set().union(*map(collect_names, value)) if isinstance(value, list) else set()


def test_parts_do_not_repeat_what_they_stand_in(exported, data_folder):
    assert not collect_names(json.loads(exported)) & REFERENCES
    example = data_folder / "hsds" / "hsds-3.1-dev-examples" / "service_full.json"
    assert not collect_names(json.loads(example.read_text(encoding="utf-8"))) & REFERENCES, "nor does HSDS"


def test_a_line_a_service_without_blanks(exported):
    lines = exported.decode().splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert all(json.loads(line.rstrip(","))["status"] == "active" for line in lines[1:-1])
    assert '": ' not in exported.decode()


def test_more_than_other_files_may_hold_comes_back(exported):
    content, number = multiply(exported, LARGEST_BYTES + 1)
    read = read_content("angebote-hsds.json", content)
    assert (read.form, len({row.cells[0] for row in read.largest.rows})) == ("hsds", number)


def test_the_same_in_another_shape_is_read_as_a_whole(exported):
    pretty = json.dumps(json.loads(exported), indent=1).encode()
    by_line, whole = read_content("x.json", exported), read_content("x.json", pretty)
    assert read_own_lines("x", pretty) is None
    assert by_line.sheets == whole.sheets
    empty_register()
    bring_in(pretty, "x.json")
    assert Offer.objects.count() == len(json.loads(exported))
    assert export("hsds-json") == exported


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.removesuffix(b"]\n"),
        lambda content: content + b"[]",
        lambda content: content.replace(b"},\n", b"}\n", 1),
        lambda content: content.replace(b'{"id"', b'[{"id"', 1),
        lambda content: content.replace(b"\n]\n", b",\n1\n]\n"),
        lambda content: content.replace(b"\n]\n", b",\n" + b"[" * 100_000 + b"\n]\n"),
        lambda content: content.replace(b"\n]\n", b',\n{"name":"' + b"x" * LONGEST_LINE_BYTES + b'"}\n]\n'),
        lambda content: content.replace(b"\n]\n", b',\n{"name":"Angebot eines anderen"}\n]\n'),
    ],
    ids=["cut", "more", "comma", "nested", "number", "deep", "long", "foreign"],
)
def test_lines_of_another_kind_are_not_taken_for_ours(exported, spoil):
    assert read_own_lines("x", exported) is not None
    assert read_own_lines("x", spoil(exported)) is None


def test_others_and_endless_files_meet_their_limits(exported):
    content, _ = multiply(exported, LARGEST_BYTES + 1)
    with pytest.raises(RefusedList, match="größer als 20 MB"):
        read_content("x.json", content.removesuffix(b"]\n"))
    with pytest.raises(RefusedList, match="120 MB"):
        read_content("x.json", content[:-3] + b" " * LARGEST_OWN_BYTES + b"\n]\n")
