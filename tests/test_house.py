"""The rules of the house: layers, homes of libraries, a quick start, and what ships."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent


def test_the_import_contracts_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import compatlint", {"typer", "git", "rich", "networkx", "tree_sitter", "compatlint.compare"}),
        (
            "import compatlint.cli.commands",
            {"git", "networkx", "tree_sitter", "compatlint.compare", "rich.console"},
        ),
        ("import compatlint.cli.startup", {"networkx", "tree_sitter", "git"}),
        ("import compatlint.graph", {"networkx"}),
    ],
)
def test_nothing_heavy_is_imported_early(statement: str, absent: set[str]) -> None:
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert absent & set(done.stdout.split()) == set()


def test_the_wheel_carries_rules_and_the_demonstration() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        wheel = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]
    for source in wheel["force-include"]:
        assert any((ROOT / source).rglob("*.md")), source
    assert set(wheel["force-include"].values()) == {"compatlint/_rules", "compatlint/_fixtures/purge-queue"}


@pytest.mark.parametrize(
    ("pattern", "homes"),
    [
        (r"import tomllib|from tomllib", {"toml.py"}),  # it knows no limit
        (r"(?<!files)\.write_(?:text|bytes)\(", {"files.py"}),  # it follows links, and leaves half a file
    ],
)
def test_what_is_done_in_one_place(pattern: str, homes: set[str]) -> None:
    package = ROOT / "compatlint"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(pattern, path.read_text())
    }
    assert found == homes
