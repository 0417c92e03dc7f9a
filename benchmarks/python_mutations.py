"""Plant mistakes in a real Python service and count how many of them compatlint finds.

    python benchmarks/python_mutations.py REPOSITORY REVISION [--command compatlint] [--operator NAME ...] [--list]

Each operator makes one commit on top of REVISION (in a temporary clone that borrows the repository's objects) with
one mistake in everything that it fits; the verdict is known by construction. `diff REVISION..planted --promise all`
judges them all at once. Nothing of the service is run.

Outcomes: right (a break is an error or a warning in the direction that breaks; a sound change is neither), missed,
excess (a sound change is claimed), unread (named as not read).
"""

from __future__ import annotations

import argparse
import ast
import collections
import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CONTEXT = re.compile(r"\w*(?:ctxt|ctx|cnxt|context)\w*")
SERVING = re.compile(r"(?:Manager|Service|Server|Endpoints?|Handler|Conductor)$")
OUTSIDE = re.compile(r"(^|/)(tests?|unittests?|tools|docs?|contrib|examples|migrations|versions|drivers)/")
CALLED = re.compile(
    r"(?:call|cast)\w?\(\s*(?:[\w.()]+|\{\})\s*,\s*['\"](\w+)['\"]|_c(?:all|ast)\(\s*(?:[\w.]+\s*,\s*)?['\"](\w+)['\"]"
)
PACKED = re.compile(r"make_msg\(\s*['\"](\w+)['\"]")


@dataclass(frozen=True)
class Mistake:
    """What was planted: a name that a finding must bear (`codec`, and `item` if not empty), and what breaks."""

    codec: str
    item: str
    breaks: frozenset[str]


Planted = tuple[dict[str, str], list[Mistake]]


class Tree:
    """The files of a revision."""

    def __init__(self, folder: Path, revision: str) -> None:
        self.folder, self.revision = folder, revision
        listed = self.git("ls-tree", "-r", "--name-only", revision)
        self.paths = [each for each in listed.split("\n") if each.endswith(".py")]
        self._texts: dict[str, str] = {}

    def git(self, *words: str, text: str | None = None) -> str:
        """Return what git prints."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *words], input=text, capture_output=True, text=True, check=True
        )
        return done.stdout.strip("\n")

    def text(self, path: str) -> str:
        """Return a file of the revision."""
        if path not in self._texts:
            done = subprocess.run(
                ["git", "-C", str(self.folder), "show", f"{self.revision}:{path}"],
                capture_output=True,
                check=False,
            )
            self._texts[path] = done.stdout.decode("utf-8", "replace")
        return self._texts[path]

    def commit(self, changed: dict[str, str], name: str) -> None:
        """Make a commit with other texts on top of the revision, and tag it."""
        self.git("read-tree", self.revision)
        for path, text in changed.items():
            blob = self.git("hash-object", "-w", "--stdin", text=text)
            self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        tree = self.git("write-tree")
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        made = self.git(*who, "commit-tree", tree, "-p", f"{self.revision}^{{commit}}", "-m", name)
        self.git("tag", "-f", name, made)


def served(tree: Tree) -> Iterator[tuple[str, ast.ClassDef, ast.FunctionDef]]:
    """Yield the methods that somebody calls by name, of classes that are called as servers are."""
    paths = [each for each in tree.paths if not OUTSIDE.search(each)]
    names: set[str] = set()
    for path in paths:
        if re.search(r"rpc|client|producer|conductor/api|amphora_driver", path):
            text = tree.text(path)
            names |= {one or two for one, two in CALLED.findall(text)} | set(PACKED.findall(text))
    seen: set[str] = set()
    for path in paths:
        if re.search(r"manager|service|endpoint|handler|server|conductor", path):
            for owner, node in _methods(tree.text(path)):
                name = f"{owner.name}.{node.name}"
                if node.name in names and name not in seen:
                    seen.add(name)
                    yield path, owner, node


def _methods(text: str) -> Iterator[tuple[ast.ClassDef, ast.FunctionDef]]:
    """Yield the methods that take a context first, of classes that are named as servers are."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return
    for owner in body:
        for node in owner.body if isinstance(owner, ast.ClassDef) and SERVING.search(owner.name) else ():
            listed = [each.arg for each in node.args.args] if isinstance(node, ast.FunctionDef) else []
            if isinstance(node, ast.FunctionDef) and len(listed) > 1 and CONTEXT.fullmatch(listed[1]):
                assert isinstance(owner, ast.ClassDef)
                yield owner, node


def _heads(
    tree: Tree, edit: Callable[[ast.FunctionDef, str], str | None], item: str, *breaks: str
) -> Planted:
    """Edit the first line of each served method, from its `def` to the colon."""
    changed: dict[str, list[str]] = {}
    planted: list[Mistake] = []
    for path, owner, node in served(tree):
        lines = changed.setdefault(path, tree.text(path).split("\n"))
        first, last = node.lineno - 1, node.body[0].lineno - 1
        head = "\n".join(lines[first:last])
        made = edit(node, head)
        if made is not None and made.count("\n") == head.count("\n"):
            lines[first:last] = made.split("\n")
            planted.append(Mistake(f"{owner.name}.{node.name}", item, frozenset(breaks)))
    return {path: "\n".join(lines) for path, lines in changed.items()}, planted


def _closed(head: str, more: str) -> str | None:
    """Put an argument before the parenthesis that closes the head of a function."""
    at = head.rfind("):")
    if at < 0 or "->" in head or "**" in head or "*," in head or re.search(r"\*\w", head):
        return None
    comma = "" if head[:at].rstrip().endswith(",") else ", "
    return head[:at] + comma + more + head[at:]


def argument_required(tree: Tree) -> Planted:
    """Give each served method an argument that nobody sends."""
    return _heads(tree, lambda _node, head: _closed(head, "*, planted"), "planted", "mixed")


def argument_optional(tree: Tree) -> Planted:
    """Give each served method an argument that nobody needs to send."""
    return _heads(tree, lambda _node, head: _closed(head, "planted=None"), "")


def argument_renamed(tree: Tree) -> Planted:
    """Give the first argument of each served method another name."""

    def edit(node: ast.FunctionDef, head: str) -> str | None:
        listed = node.args.args
        if (
            len(listed) < 3
            or len(listed) - len(node.args.defaults) < 3
            or node.args.kwarg
            or node.args.vararg
        ):
            return None
        name = listed[2].arg
        return re.sub(rf"\b{name}\b(?=\s*[,)])", f"{name}_planted", head, count=1)

    return _heads(tree, edit, "", "mixed")


def method_removed(tree: Tree) -> Planted:
    """Take each served method away."""
    return _heads(
        tree, lambda node, head: head.replace(f"def {node.name}(", f"def _{node.name}_gone(", 1), "", "mixed"
    )


def _options(tree: Tree, edit: Callable[[str], str], *breaks: str) -> Planted:
    pattern = re.compile(r"(cfg\.(?:Str|Int|Bool|Float|List)Opt\(\s*)(['\"])([a-z]\w+)\2")
    changed: dict[str, str] = {}
    planted: list[Mistake] = []
    for path in tree.paths:
        if re.search(r"(^|/)conf/\w+\.py$|common/config\.py$", path) and not OUTSIDE.search(path):
            text = tree.text(path)
            names = [each[2] for each in pattern.findall(text)]
            if names:
                changed[path] = pattern.sub(
                    lambda found: f"{found[1]}{found[2]}{edit(found[3])}{found[2]}", text
                )
                planted += [Mistake("", name, frozenset(breaks)) for name in dict.fromkeys(names)]
    return changed, planted


def option_renamed(tree: Tree) -> Planted:
    """Give each option another name."""
    return _options(tree, lambda name: f"{name}_planted", "upgrade")


def _migrations(tree: Tree) -> tuple[str, str] | None:
    """Return alembic's largest folder of scripts and the one revision that nothing comes after."""
    folders = collections.Counter(
        path.rpartition("/")[0]
        for path in tree.paths
        if re.search(r"/versions/\w+\.py$", path) and "/tests/" not in path
    )
    for folder, _ in folders.most_common(3):
        texts = [tree.text(path) for path in tree.paths if path.startswith(f"{folder}/")]
        made = {name for text in texts for name in re.findall(r"^revision\s*=\s*['\"]([^'\"]+)", text, re.M)}
        after = {
            name for text in texts for name in re.findall(r"^down_revision\s*=\s*['\"]([^'\"]+)", text, re.M)
        }
        if len(made - after) == 1:
            return folder, (made - after).pop()
    return None


def _columns(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield a table and one of its columns that is no key, for each model that says both plainly."""
    for path in tree.paths:
        if path.endswith("models.py") and not OUTSIDE.search(path):
            for owner in [each for each in ast.parse(tree.text(path)).body if isinstance(each, ast.ClassDef)]:
                said = {
                    node.targets[0].id: node.value
                    for node in owner.body
                    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
                }
                table = said.get("__tablename__")
                plain = [
                    name
                    for name, value in said.items()
                    if isinstance(value, ast.Call)
                    and ast.unparse(value.func).endswith("Column")
                    and "primary_key" not in ast.unparse(value)
                    and not (value.args and isinstance(value.args[0], ast.Constant))
                ]
                if isinstance(table, ast.Constant) and plain:
                    yield str(table.value), plain[0]


def _script(tree: Tree, line: Callable[[str, str], str], item: str, *breaks: str) -> Planted:
    place = _migrations(tree)
    columns = list(dict(_columns(tree)).items())
    if place is None or not columns:
        return {}, []
    folder, last = place
    body = "".join(f"    {line(table, column)}\n" for table, column in columns)
    head = (
        f"from alembic import op\nimport sqlalchemy as sa\n\nrevision = 'planted'\ndown_revision = '{last}'\n"
    )
    text = f"{head}\n\ndef upgrade():\n{body}"
    planted = [Mistake(table, item or column, frozenset(breaks)) for table, column in columns]
    return {f"{folder}/planted_it.py": text}, planted


def column_dropped(tree: Tree) -> Planted:
    """Drop a column of each table."""
    return _script(tree, lambda table, column: f"op.drop_column({table!r}, {column!r})", "", "downgrade")


def column_added(tree: Tree) -> Planted:
    """Add a column to each table that may be null."""
    return _script(
        tree, lambda table, _: f"op.add_column({table!r}, sa.Column('planted', sa.Integer()))", "planted"
    )


def column_demanded(tree: Tree) -> Planted:
    """Add a column to each table that may not be null."""
    return _script(
        tree,
        lambda table, _: f"op.add_column({table!r}, sa.Column('planted', sa.Integer(), nullable=False))",
        "planted",
        "downgrade",
    )


OPERATORS = (
    argument_required,
    argument_optional,
    argument_renamed,
    method_removed,
    option_renamed,
    column_dropped,
    column_added,
    column_demanded,
)


def judged(mistake: Mistake, report: dict[str, list[dict[str, object]]]) -> str:
    """Return what a report makes of a mistake."""
    about = [
        each
        for each in report["findings"]
        if _about(mistake, str(each["codec"]), str(each.get("item") or ""))
    ]
    loud = [each for each in about if each["severity"] in ("error", "warning")]
    if not mistake.breaks:
        return "excess" if any(each["severity"] == "error" for each in loud) else "right"
    if any(mistake.breaks & set(each["breaks"]) for each in loud):  # type: ignore[call-overload]
        return "right"
    unread = any(
        _about(Mistake(mistake.codec, "", frozenset()), str(each["codec"]), "") for each in report["unread"]
    )
    return "unread" if unread else "missed"


def _about(mistake: Mistake, codec: str, item: str) -> bool:
    same = not mistake.codec or codec == mistake.codec
    return same and (not mistake.item or item.startswith(mistake.item) or codec.endswith(f"]{mistake.item}"))


def main() -> int:
    """Run the operators and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("repository")
    parser.add_argument("revision")
    parser.add_argument("--command", default="compatlint")
    parser.add_argument("--operator", nargs="*", default=[])
    parser.add_argument("--list", action="store_true", help="print each mistake that was not judged right")
    options = parser.parse_args()
    total: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "repository"
        subprocess.run(
            ["git", "clone", "-q", "--bare", "--shared", options.repository, str(folder)], check=True
        )
        tree = Tree(folder, options.revision)
        for operator in OPERATORS:
            if options.operator and operator.__name__ not in options.operator:
                continue
            changed, planted = operator(tree)
            if not planted:
                print(f"{operator.__name__:20} nothing to plant it in")
                continue
            tree.commit(changed, f"planted-{operator.__name__}")
            span = f"{options.revision}..planted-{operator.__name__}"
            words = [
                *shlex.split(options.command),
                "diff",
                span,
                "--repo",
                str(folder),
                "--promise",
                "all",
                "--format",
                "json",
            ]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if not done.stdout:
                print(f"{operator.__name__:20} no report: {done.stderr[-300:]}")
                continue
            report = json.loads(done.stdout)
            verdicts = [(each, judged(each, report)) for each in planted]
            count = collections.Counter(verdict for _, verdict in verdicts)
            total += count
            print(
                f"{operator.__name__:20} {len(planted):5}  "
                + ", ".join(f"{key} {value}" for key, value in count.most_common())
            )
            for each, verdict in verdicts if options.list else ():
                if verdict != "right":
                    print(f"    {verdict:8} {each.codec} {each.item}")
    every = sum(total.values())
    shares = ", ".join(f"{key} {100 * value / max(every, 1):.1f} %" for key, value in total.most_common())
    print(f"{'all':20} {every:5}  {shares}")
    return 0 if not total["excess"] else 1


if __name__ == "__main__":
    sys.exit(main())
