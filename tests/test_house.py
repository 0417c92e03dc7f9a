"""The rules of the house: layers, homes of libraries, a quick start, and what ships."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.gitbox import GitBox

ROOT = Path(__file__).resolve().parent.parent


def test_the_import_contracts_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


HEAVY = {
    "rich",
    "networkx",
    "tree_sitter",
    "sqlglot",
    "packaging",
    "pydantic",
    "importlib.metadata",
    "difflib",
}


def modules_of(program: str, *arguments: str) -> set[str]:
    """Return the modules that a program has imported when it ends."""
    ending = "\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program + ending, *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import compatlint", {"argparse", "compatlint.comparison", *HEAVY}),
        ("import compatlint.cli.commands", {"subprocess", "compatlint.comparison", *HEAVY}),
        ("import compatlint.cli.startup", HEAVY),
        ("import compatlint.graph", {"networkx"}),
    ],
)
def test_nothing_heavy_is_imported_early(statement: str, absent: set[str]) -> None:
    assert absent & modules_of(statement) == set()


RUN = "import sys\nfrom compatlint.cli import run\nassert run(sys.argv[1:]) in (0, 1)"


def test_the_version_needs_nothing_of_the_house() -> None:
    unused = {"argparse", "subprocess", "sqlite3", "compatlint.comparison", *HEAVY} - {"importlib.metadata"}
    assert unused & modules_of(RUN, "--version") == set()


SOURCE = (
    "struct item_t { uint32_t a; void encode(bufferlist& bl) const { encode(a, bl); }"
    " void decode(bufferlist::iterator& p) { decode(a, p); } };\n"
)


def test_what_concerns_nothing_and_what_is_remembered_import_no_front_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = GitBox(tmp_path / "repository")
    box.commit({"a.h": SOURCE, "doc": "1"}, tag="v1.0.0")
    box.commit({"doc": "2"}, tag="v1.0.1")
    box.commit({"a.h": SOURCE.replace("uint32_t", "uint64_t")}, tag="v1.0.2")
    monkeypatch.setenv("COMPATLINT_CACHE", str(tmp_path / "cache"))
    unused = {*HEAVY, "compatlint.check.positional.meet", "compatlint.notations.languages.cpp.bodies"}
    place = ("--repo", str(box.path))
    assert unused & modules_of(RUN, "diff", "v1.0.0..v1.0.1", *place) == set()
    asked = ("diff", "v1.0.1..v1.0.2", *place)
    assert "tree_sitter" in modules_of(RUN, *asked), "the first time it is read"
    assert unused & modules_of(RUN, *asked) == set(), "the second time it is remembered"


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
        # It splits text at separators that neither git nor a compiler takes for the end of a line. Bytes are split
        # at line ends only, and pip splits requirements so.
        (
            r"\.splitlines\(",
            {
                "notations/languages/python/module.py",
                "notations/languages/python/parse.py",
                "notations/openstack/requirements/declared.py",
            },
        ),
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


def test_no_two_modules_have_a_class_of_one_name() -> None:
    homes: dict[str, list[str]] = {}
    for path in sorted((ROOT / "compatlint").rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


# Files with conditional expressions inside others, still to be mended: whoever mends one takes it off this list.
NESTED_CONDITIONS = {
    "notations/languages/python/simple.py",
    "notations/openstack/library/signatures.py",
    "notations/openstack/requirements/environments.py",
    "notations/openstack/rpc/calls.py",
    "notations/openstack/rpc/explore.py",
    "notations/openstack/rpc/expressions.py",
    "notations/openstack/rpc/statements.py",
    "notations/openstack/versioned_objects/fields.py",
    "notations/openstack/versioned_objects/fingerprint.py",
    "notations/openstack/versioned_objects/metaclasses.py",
    "notations/schemas/json_schema/keywords.py",
    "notations/sql/calls.py",
    "notations/sql/expressions.py",
    "notations/sql/operations.py",
    "notations/sql/raw_sql.py",
    "notations/sql/scripts.py",
    "notations/sql/types.py",
    "report/matrix_text.py",
    "report/program.py",
    "report/release_list.py",
    "sources/git/repository.py",
}


def test_no_conditional_expression_stands_in_another() -> None:
    package = ROOT / "compatlint"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.IfExp)
        for inner in ast.walk(node)
        if inner is not node and isinstance(inner, ast.IfExp)
    }
    assert found <= NESTED_CONDITIONS
