"""docs/cli.md tells every command, every option and every exit code, and nothing that does not exist."""

import re
from pathlib import Path

import pytest
import typer.main

from kekiz.cli.exits import Exit
from kekiz.cli.main import app
from kekiz.cli.region import ALLOWED, list_forms

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands


def read_section(name):
    """The part of the page under the heading of a command."""
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    (section,) = [part for part in parts if part.startswith(f"kekiz {name}\n")]
    return section


@pytest.mark.parametrize("name", COMMANDS)
def test_command_and_its_options_are_documented(name):
    section = read_section(name)
    for parameter in COMMANDS[name].params:
        for option in (*parameter.opts, *parameter.secondary_opts):
            if option.startswith("-") and option != "--help":
                assert f"`{option}`" in section, f"{name} {option} is not in docs/cli.md"
    assert COMMANDS[name].help, f"{name} has no help text"


def test_the_page_names_no_command_and_no_option_that_does_not_exist():
    assert set(re.findall(r"^## kekiz (\w+)$", PAGE, flags=re.MULTILINE)) == set(COMMANDS)
    for name in COMMANDS:
        known = {
            option
            for parameter in COMMANDS[name].params
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        told = set(re.findall(r"^\| `(--[a-z-]+)`", read_section(name), flags=re.MULTILINE))
        assert told <= known, told - known


def test_exit_codes_are_documented():
    assert re.findall(r"^\| (\d) \|", PAGE, flags=re.MULTILINE) == [str(int(code)) for code in Exit]


def test_every_entry_of_region_toml_and_every_form_is_documented():
    for table, keys in ALLOWED.items():
        assert f"[{table}]" in PAGE
        for key in keys:
            assert re.search(rf"^{key} = ", PAGE, flags=re.MULTILINE), f"[{table}] {key}"
    for form in (*list_forms("children"), *list_forms("offers")):
        assert f"| `{form}` |" in PAGE
