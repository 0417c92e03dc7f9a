"""The source of the documentation site: written pages under their address, and pages made from the program.

A written page keeps its text; only its links are led to the pages of the site. A rule's page is made from its file,
a command's from the values that its help is made of, a notation's and a format's from a written page and what
the program knows of it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from compatlint import rulebook
from compatlint.check.facts import vocabulary
from compatlint.cli.arguments import Command, CommandArgument, usage
from compatlint.cli.commands import COMMANDS
from compatlint.cli.options import FORMAT
from compatlint.notations.notation import REGISTRY, Listed
from compatlint.rulebook import Rule

ROOT: Final = Path(__file__).resolve().parent.parent

# Where a file of the repository is on the site. `docs/` becomes the root; the other pages are named here.
_MOVED: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "benchmarks/README.md": "benchmarks.md",
    "compatlint/report/schema.json": "schema.json",
}
_LINK: Final = re.compile(r"(?<=\]\()(?!https?://|#)([^)#\s]+)(#[^)\s]*)?(?=\))")
_FENCE: Final = re.compile(r"^```(?P<language>\w+) (?P<about>[^\n`]+)$", re.MULTILINE)
_STYLE: Final = "article table.docutils { margin-left: 0; }\n"
_REPORT: Final = "example-report.html"
_PAGE: Final = f'<p><a href="../{_REPORT}">The report of the demonstration</a>, as a page.</p>'
_SHOWN: Final = 60  # lines of a format's example

_TOC: Final = """
```{{toctree}}
:hidden:
:caption: {caption}

{pages}
```
"""
_GUIDE: Final = (
    "configuration",
    "releases",
    "replay",
    "openstack",
    "schemas",
    "coming-from",
    "how-it-works",
    "glossary",
    "accuracy",
    "benchmarks",
)
_REFERENCE: Final = ("rules/index", "commands/index", "notations/index", "formats/index")
_PROJECT: Final = ("contributing", "changelog")


def write(source: Path) -> None:
    """Write every page of the site, as Markdown, into a folder that does not exist yet."""
    book = rulebook.load(vocabulary())
    pages = dict(_written())
    pages["index.md"] += "".join(
        _TOC.format(caption=caption, pages="\n".join(names))
        for caption, names in (("Guide", _GUIDE), ("Reference", _REFERENCE), ("Project", _PROJECT))
    )
    pages |= _rules(book.rules.values())
    pages |= _commands()
    pages |= _notations(pages, book.rules.values())
    pages |= _formats(pages)
    for name, text in pages.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (source / "static").mkdir()
    (source / "static" / "site.css").write_text(_STYLE, encoding="utf-8")
    for name, target in _MOVED.items():
        if not target.endswith(".md"):
            shutil.copy(ROOT / name, source / target)


def _written() -> Iterator[tuple[str, str]]:
    """Yield (address on the site, text) of every written page."""
    moved = dict(_MOVED)
    for path in sorted((ROOT / "docs").rglob("*.md")):
        moved[path.relative_to(ROOT).as_posix()] = path.relative_to(ROOT / "docs").as_posix()
    for name, target in moved.items():
        if target.endswith(".md"):
            yield target, _captioned(_led((ROOT / name).read_text(encoding="utf-8"), name, target, moved))


def _led(text: str, name: str, target: str, moved: Mapping[str, str]) -> str:
    """Return a page's text with every link to a file of the repository led to its place on the site."""

    def led(found: re.Match[str]) -> str:
        meant = os.path.normpath(os.path.join(os.path.dirname(name), found[1]))
        if meant not in moved:
            raise ValueError(f"{name}: {found[1]} has no page on the site")
        return os.path.relpath(moved[meant], os.path.dirname(target) or ".") + (found[2] or "")

    return _LINK.sub(led, text)


def _captioned(text: str) -> str:
    """Return Markdown in which what follows a fence's language (a file, a repository) is its caption or gone."""

    def headed(found: re.Match[str]) -> str:
        language, about = found["language"], found["about"]
        if language == "console":
            return "```text"
        tree, _, path = about.split()[-1].partition("/")
        name = f"{path} ({tree})" if tree in ("before", "after", "fixed") else about.split()[-1]
        return f"```{{code-block}} {language}\n:caption: {name}\n" if "/" in name else f"```{language}"

    return _FENCE.sub(headed, text)


def _rules(rules: Iterable[Rule]) -> dict[str, str]:
    listed = sorted(rules, key=lambda rule: rule.id)
    groups: dict[str, list[Rule]] = {}
    for rule in sorted(listed, key=_group):
        groups.setdefault(_group(rule)[1], []).append(rule)
    index = ["# Rules", f"compatlint has {len(listed)} rules. The most specific matching rule names a cause."]
    for group, members in groups.items():
        rows = [f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title} |" for rule in members]
        index += [f"## {group}", "\n".join(["| rule | severity | |", "|---|---|---|", *rows])]
    index.append(_contents(rule.id for rule in listed))
    pages = {f"rules/{rule.id}.md": _rule(rule) for rule in listed}
    return {**pages, "rules/index.md": "\n\n".join(index) + "\n"}


def _group(rule: Rule) -> tuple[int, str]:
    """Return where a rule is in the list: (order, heading)."""
    if len(rule.match) == 1:
        return 2, "Catch-all rules"
    named = ", ".join(sorted(str(each) for each in rule.match.get("notation", ())))
    return (1, named) if named else (0, "Items found by place")


def _rule(rule: Rule) -> str:
    """Return a rule's page: its title, what it says and matches, and its prose."""
    matched = "; ".join(
        f"{key} is {' or '.join(sorted(str(each).lower() for each in values))}"
        for key, values in rule.match.items()
    )
    opposite = f"[{rule.mirror}]({rule.mirror}.md)" if rule.mirror else f"none: {rule.no_mirror}"
    facts = [
        f"| rule | `{rule.id}` |",
        "|---|---|",
        f"| severity | {rule.severity} |",
        f"| message | {_escaped(rule.message)} |",
        f"| matches | {matched} |",
        f"| opposite change | {opposite} |",
    ]
    title, _, prose = rule.text.partition("\n")
    return "\n".join([title, "", *facts, _captioned(prose)])


def _commands() -> dict[str, str]:
    rows = [f"| [{each.name}]({each.name}.md) | {each.summary} |" for each in COMMANDS]
    index = [
        "# Commands",
        "\n".join(["| command | |", "|---|---|", *rows]),
        _contents(x.name for x in COMMANDS),
    ]
    pages = {f"commands/{each.name}.md": _command(each) for each in COMMANDS}
    return {**pages, "commands/index.md": "\n\n".join(index) + "\n"}


def _command(command: Command) -> str:
    """Return a command's page, from the values that its help is made of."""
    parts = [f"# compatlint {command.name}", _escaped(command.summary), f"```text\n{usage(command)}\n```"]
    parts += [_escaped(command.description)] if command.description else []
    groups: dict[str, list[CommandArgument]] = {}
    for each in command.arguments:
        groups.setdefault(each.group if each.flags else "arguments", []).append(each)
    for group, members in groups.items():
        kind = "option" if members[0].flags else "argument"
        parts += [
            f"## {group.capitalize()}",
            "\n".join([f"| {kind} | meaning |", "|---|---|", *map(_argument, members)]),
        ]
    return "\n\n".join(parts) + "\n"


def _argument(argument: CommandArgument) -> str:
    value = "" if argument.kind is bool or not argument.flags else f" {argument.metavar or 'WORD'}"
    names = ", ".join(f"`{flag}{value}`" for flag in argument.flags) or f"`{argument.metavar}`"
    names = names.replace("|", "\\|")
    choices = f" One of: {', '.join(argument.choices)}." if argument.choices else ""
    return f"| {names} | {_escaped(argument.help + choices)} |"


def _notations(written: Mapping[str, str], rules: Iterable[Rule]) -> dict[str, str]:
    listed = list(rules)
    pages = {}
    for row in REGISTRY:
        name = f"notations/{row.name}.md"
        head = written.get(name) or f"# {row.name}\n"
        pages[name] = f"{head}\n{_notation(row, listed)}"
    rows = [
        f"| [{row.name}]({row.name}.md) | {_title(pages[f'notations/{row.name}.md'])} |" for row in REGISTRY
    ]
    index = [
        "# Notations",
        "A notation is one way to write codecs down. compatlint reads these:",
        "\n".join(["| notation | |", "|---|---|", *rows]),
        _contents(row.name for row in REGISTRY),
    ]
    return {**pages, "notations/index.md": "\n\n".join(index) + "\n"}


def _notation(row: Listed, rules: Iterable[Rule]) -> str:
    """Return what the program knows of a notation: files, presets, rules."""
    notation = row.load()
    mine = [rule for rule in rules if row.name in rule.match.get("notation", ())]
    names = ", ".join(
        f"[{rule.id}](../rules/{rule.id}.md)" for rule in sorted(mine, key=lambda rule: rule.id)
    )
    facts = [
        f"| files | {', '.join(f'`{each}`' for each in row.suffixes)} |",
        "|---|---|",
        f"| preset of the promise | `{notation.promise or 'semver'}` |",
        f"| rules | {names or '[those for items found by place](../rules/index.md)'} |",
    ]
    return "\n".join(["## In short", "", *facts, ""])


def _formats(written: Mapping[str, str]) -> dict[str, str]:
    pages = {}
    with tempfile.TemporaryDirectory() as scratch:
        demo = Path(scratch) / "demo"
        _run("demo", str(demo))
        for name in FORMAT.choices:
            head = written.get(f"formats/{name}.md") or f"# {name}\n"
            shown = _run("diff", "v13.2.1..v13.2.2", "--format", name, "--repo", str(demo))
            if name == "html":
                pages[f"extra/{_REPORT}"] = shown
            example = _PAGE if name == "html" else _sample(shown)
            pages[f"formats/{name}.md"] = f"{head}\n## Example\n\n{example}\n"
    rows = [f"| [{name}]({name}.md) | {_lead(pages[f'formats/{name}.md'])} |" for name in FORMAT.choices]
    index = [
        "# Report formats",
        "`--format` selects one, or the suffix of the file after `-o`.",
        "\n".join(["| format | |", "|---|---|", *rows]),
        _contents(FORMAT.choices),
    ]
    return {**pages, "formats/index.md": "\n\n".join(index) + "\n"}


def _sample(text: str) -> str:
    """Return the first lines of a report as a fence that nothing in it can close."""
    lines = text.splitlines()
    more = [f"... and {len(lines) - _SHOWN} more lines"] if len(lines) > _SHOWN else []
    ticks = "`" * (3 + max((len(each) for each in re.findall(r"`+", text)), default=0))
    return "\n".join([f"{ticks}text", *lines[:_SHOWN], *more, ticks])


def _run(*words: str) -> str:
    command = [sys.executable, "-m", "compatlint", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout


def _contents(names: Iterable[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", "", *(f"{name} <{name}>" for name in names), "```"])


def _title(page: str) -> str:
    return page.partition("\n")[0].removeprefix("# ").partition(": ")[2]


def _lead(page: str) -> str:
    """Return the first sentence of a page."""
    paragraph = " ".join(page.partition("\n\n")[2].partition("\n\n")[0].split())
    return re.split(r"(?<=\.) ", paragraph)[0]


def _escaped(text: str) -> str:
    """Return text in which Markdown finds nothing to obey, code spans aside."""
    return re.sub(r"([|<>*_\[\]{}])", r"\\\1", text)
