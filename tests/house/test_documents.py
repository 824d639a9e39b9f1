"""What users can call or set is documented; links between documents lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md"), *ROOT.glob("demo/*.md")]
)


def list_commands():
    """Return the commands of `kekiz` with the names of their long options, as Typer builds them."""
    import typer

    from kekiz.cli.main import app

    group = typer.main.get_command(app)
    commands = getattr(group, "commands", {"": group})
    return {
        name: [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        for name, command in commands.items()
        if not command.hidden
    }


def test_every_command_and_option_is_documented():
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    missing = []
    for command, options in list_commands().items():
        if f"kekiz {command}" not in page:
            missing.append(f"kekiz {command}")
        missing += [
            f"kekiz {command} {option}" for option in options if option != "--help" and option not in page
        ]
    assert missing == []


def test_every_dev_command_is_documented():
    described = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    commands = re.findall(r'add_parser\(\s*"(\w+)"', (ROOT / "dev").read_text(encoding="utf-8"))
    assert commands
    assert [command for command in commands if f"./dev {command}" not in described] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|mailto:|#)([^)\s#]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_journey_is_in_the_table_and_walked():
    described = re.findall(r"\| `(test_\w+)` \|", (ROOT / "docs" / "journeys.md").read_text(encoding="utf-8"))
    files = sorted((ROOT / "tests" / "e2e").glob("test_journeys_*.py"))
    walked = [
        name
        for file in files
        for name in re.findall(r"^def (test_\w+)\(walk\b", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(described) == sorted(walked)


def test_decisions_are_numbered_without_doubles_and_say_when_to_revisit():
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers)
    for record in records:
        assert re.search(r"revisit", record.read_text(encoding="utf-8"), re.IGNORECASE), record.name


def test_publiccode_has_what_its_standard_asks_for():
    text = (ROOT / "publiccode.yml").read_text(encoding="utf-8")
    for key in ("publiccodeYmlVersion", "name", "url", "developmentStatus", "softwareType", "platforms"):
        assert re.search(rf"^{key}:", text, re.MULTILINE), key
    shorts = re.findall(r'shortDescription: "(.*)"', text)
    assert len(shorts) == 2
    assert all(len(short) <= 150 for short in shorts)
