"""Run the commands that the pages show, and paste what they print.

A fence that begins with `console REPOSITORY` holds commands, each on a line that starts with `$ `, and under
each the lines that it prints. One that begins with `cpp REPOSITORY REV:PATH:FIRST-LAST` holds lines of a file.
The repository `demo` is that of `compatlint demo`; any other name is a rule, whose example becomes the
releases v1.2.0 and v1.2.1.

    python -m docs.transcripts          # write the current output into README.md and docs/

`tests/test_docs.py` compares the pages with the output, so a page cannot show a report that no longer exists.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from compatlint import rulebook
from compatlint.check.facts import vocabulary
from tests.gitbox import GitBox

ROOT: Final = Path(__file__).resolve().parent.parent

_FENCE: Final = re.compile(r"^```console (?P<name>[\w-]+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_SOURCE: Final = re.compile(
    r"^```(?P<head>(?:cpp|python) (?P<name>[\w-]+) (?P<file>[\w.]+:[\w./]+):(?P<first>\d+)-(?P<last>\d+))\n.*?^```$",
    re.DOTALL | re.MULTILINE,
)
_PROGRAMS: Final = (["compatlint"], ["docs.trace"])
_SECONDS: Final = re.compile(r"\d+\.\d s$", re.MULTILINE)


def pages() -> list[Path]:
    """Return every page that holds at least one transcript."""
    written = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in written if _FENCE.search(path.read_text())]


def refreshed(text: str, scratch: Path) -> str:
    """Return the page's text with every transcript replaced by what its commands print now.

    `scratch` is a folder for the repositories.
    """
    text = _SOURCE.sub(lambda found: _source(found, scratch), text)
    return _FENCE.sub(lambda found: _transcript(found["name"], found["text"], scratch), text)


def timeless(text: str) -> str:
    """Return the text without the seconds that a run took."""
    return _SECONDS.sub("s", text)


def _source(found: re.Match[str], scratch: Path) -> str:
    shown = subprocess.run(
        ["git", "show", found["file"]],
        cwd=_repository(found["name"], scratch),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    lines = "\n".join(shown[int(found["first"]) - 1 : int(found["last"])])
    return f"```{found['head']}\n{lines}\n```"


def _transcript(name: str, text: str, scratch: Path) -> str:
    lines = "\n\n".join(_printed(name, command, scratch) for command in _commands(text))
    return f"```console {name}\n{lines}\n```"


def _commands(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith("$ "):
            yield line.removeprefix("$ ")


def _printed(name: str, command: str, scratch: Path) -> str:
    words = shlex.split(command.removeprefix("python -m "))
    if words[:1] not in _PROGRAMS:
        raise ValueError(f"only compatlint and docs.trace are run for the pages, not {command!r}")
    done = subprocess.run(
        [sys.executable, "-m", *words, "--repo", str(_repository(name, scratch))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode > 1:
        raise RuntimeError(f"{command}: {done.stderr}")
    return f"$ {command}\n{done.stdout.strip(chr(10))}"


@cache
def _repository(name: str, scratch: Path) -> Path:
    folder = scratch / name
    if name == "demo":
        subprocess.run(
            [sys.executable, "-m", "compatlint", "demo", str(folder)],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        return folder
    example = rulebook.load(vocabulary()).rule(name).examples[0]
    folder.mkdir()
    box = GitBox(folder)
    box.commit(dict(example.before), tag="v1.2.0")
    box.commit(dict(example.after), tag="v1.2.1")
    return folder


def _write() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for path in pages():
            before = path.read_text()
            after = refreshed(before, Path(scratch))
            if timeless(after) != timeless(before):
                path.write_text(after)
                print(f"{path.relative_to(ROOT)}: rewritten")


if __name__ == "__main__":
    _write()
