"""The pages say what the program does: their examples are read by it, their lists are its lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compatlint import config, stages
from compatlint.check import waivers
from compatlint.check.facts import vocabulary
from compatlint.cli import commands
from compatlint.cli.options import FORMAT
from compatlint.notations.notation import REGISTRY
from compatlint.notations.presets import presets
from compatlint.rulebook import PLACEHOLDERS
from compatlint.vocabulary import Direction, Link, Outcome
from docs import transcripts

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
README = (ROOT / "README.md").read_text()


def fences(page: str, language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)
    return ["\n".join(line.removeprefix(indent) for line in text.splitlines()) for indent, text in found]


@pytest.mark.parametrize("page", transcripts.pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_shows_what_its_commands_print(page, tmp_path):
    shown = page.read_text()
    assert transcripts.timeless(shown) == transcripts.timeless(transcripts.refreshed(shown, tmp_path)), (
        "run python -m docs.transcripts"
    )


def test_a_stale_transcript_is_replaced_and_other_fences_are_left(tmp_path):
    page = "```console\n$ compatlint no\nkept\n```\n\n```console demo\n$ compatlint show PurgeItem v13.2.1\nstale\n```\n"
    fresh = transcripts.refreshed(page, tmp_path)
    assert fresh.startswith(
        "```console\n$ compatlint no\nkept\n```\n\n```console demo\n$ compatlint show PurgeItem"
    )
    assert "stale" not in fresh
    assert "action  u8 (uint8_t)" in fresh


@pytest.mark.parametrize(
    ("command", "error"), [("rm -rf x", "only compatlint"), ("compatlint show NoSuchThing", "no codec")]
)
def test_a_transcript_runs_compatlint_alone_and_must_succeed(command, error, tmp_path):
    with pytest.raises((ValueError, RuntimeError), match=error):
        transcripts.refreshed(f"```console demo\n$ {command}\n```\n", tmp_path)


def test_the_readme_begins_with_the_report_of_the_demonstration():
    assert transcripts.pages()[0].name == "README.md"
    assert "```console demo\n$ compatlint diff v13.2.1..v13.2.2\n" in README


def test_the_examples_of_the_configuration_page_are_read(tmp_path):
    settings, table, staged, entry = fences(CONFIGURATION, "toml")
    (tmp_path / "compatlint.toml").write_text(settings)
    loaded = config.load(tmp_path)
    assert loaded.severity == {"trailing-lost": "ignore", "compat-raised": "warning"}
    (tmp_path / "compatlint.toml").write_text(table)
    chosen = config.load(tmp_path).promise
    assert not isinstance(chosen, str)
    assert presets().choose(chosen, "ceph").versions.name == "major"
    (tmp_path / "compatlint.toml").write_text(staged)
    components = config.load(tmp_path).topology
    assert components is not None
    assert stages.custom(components).stages[0].name == "clients first"
    (tmp_path / "waivers.toml").write_text(entry)
    assert waivers.entries(tmp_path / "waivers.toml")[0].until == "14.2.0"


def test_the_configuration_page_lists_every_key_and_preset():
    settings = fences(CONFIGURATION, "toml")[0]
    for key in set(config.Config.__slots__) - {"source", "revision"}:
        assert re.search(rf"^\[?{key}\b", settings, re.MULTILINE)
    rows = re.findall(r"^\| `(\w+)` \|", CONFIGURATION, re.MULTILINE)
    assert rows == list(presets().promises)


def test_the_page_on_openstack_lists_every_keyed_notation():
    page = (ROOT / "docs" / "openstack.md").read_text()
    services = [each.name for each in REGISTRY if each.load().topology == "services"]
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == services


@pytest.mark.parametrize("name", [each.name for each in REGISTRY])
def test_every_notation_has_a_page(name):
    path = ROOT / "docs" / "notations" / f"{name}.md"
    assert path.exists(), (
        f"say in {path} what the notation reads, who reads whose data, and what it cannot see"
    )
    page = path.read_text()
    assert page.startswith(f"# {name}: ")
    for heading in ("What it reads", "Who reads whose data", "Example", "What it cannot see"):
        assert f"## {heading}" in page


@pytest.mark.parametrize("name", FORMAT.choices)
def test_every_format_has_a_page(name):
    path = ROOT / "docs" / "formats" / f"{name}.md"
    assert path.exists(), f"say in {path} who reads the format, and with what"
    assert path.read_text().startswith(f"# {name}\n")


def test_the_comment_on_the_configuration_page_is_a_waiver():
    (comment,) = waivers.comments("a.h", fences(CONFIGURATION, "cpp")[0])
    assert not comment.fault
    assert comment.rules == ("item-retyped",)


def test_the_glossary_has_a_row_for_every_direction_outcome_and_link():
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    rows = set(re.findall(r"^\| `(\w+)` \|", glossary, re.MULTILINE))
    assert rows == {str(word) for word in (*Direction, *Outcome)}
    assert all(f"`{link}`:" in glossary for link in Link)


def test_the_readme_names_every_command():
    for command in commands.COMMANDS:
        assert f"compatlint {command.name}" in README, "add a row to the table of commands"


def test_the_readme_says_who_runs_what_in_every_direction():
    for word in Direction:
        assert re.search(rf"^\| `{word}` \|", README, re.MULTILINE), word


def test_the_tour_names_every_placeholder():
    for word in PLACEHOLDERS:
        assert f"`{{{word}}}`" in CONTRIBUTING
    assert set(vocabulary()["outcome"]) == {str(each) for each in Outcome}


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
OURS = re.compile(r"`((?:compatlint|tests|docs|rules|fixtures|benchmarks)/[\w./]*)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_folder_that_a_page_names_exists(page):
    text = page.read_text()
    for path in re.findall(r"\]\((?!https?://)([^)#\s]+)(?:#[\w-]+)?\)", text):
        assert (page.parent / path).exists(), path
    for path in OURS.findall(text):
        assert (ROOT / path).exists(), path


def test_every_option_that_a_page_names_exists():
    known = {flag for command in commands.COMMANDS for each in command.arguments for flag in each.flags}
    for page in PAGES:
        for line in re.findall(r"compatlint [a-z]+ [^`\n]*", page.read_text()):
            for flag in re.findall(r"(?<=\s)--[a-z][a-z-]*", line.partition("#")[0]):
                assert flag in known, f"{page.name}: {line}"


DIALECT = {
    r"\bbehind\b": "after",
    r"\b(stands|stood|lies|lay)\b": "is, was",
    r"\bat hand\b": "available, or name the thing",
    r"\bgoes before\b": "takes precedence over",
    r"\bhold(s)? on to\b": "references (foreign key)",
    r"\bmade? older\b": "backport",
    r"\boldest reader\b": "compat version",
    r"\b(for ever|any more)\b": "no longer, or leave it out",
    r"(?<!there )\bis no (?!longer)[a-z]+": "is not a ...",
}


@pytest.mark.parametrize("page", [*PAGES, *sorted((ROOT / "rules").glob("*.md"))], ids=lambda path: path.stem)
def test_a_page_is_in_plain_english(page):
    prose = re.sub(r"^( *)```.*?^ *```$|`[^`\n]+`", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    for line in prose.splitlines():
        for word, better in DIALECT.items():
            found = re.search(word, line)
            assert found is None, f"{page.name}: {found[0]!r} in {line.strip()!r}; better: {better}"
