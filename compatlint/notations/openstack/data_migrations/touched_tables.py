"""What a function does to tables: found by following its calls within the release, a few steps deep.

Calls through a database layer that chooses its implementation at run time are followed by the name alone.
"""

from __future__ import annotations

import ast
import re
from typing import Final

from compatlint.notations.languages.python import Defined, External, Module, Project, calls, dotted, walk
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.openstack.data_migrations.model import DataMigration, Touched
from compatlint.notations.openstack.data_migrations.wants import wants

_DEPTH: Final = 4
_MOST: Final = 60  # functions
_NODES: Final = 4_000  # of one function
_DELETING: Final = re.compile(r"^_*(soft_|hard_)?(delete|destroy)|_(delete|destroy)$")
_CREATING: Final = re.compile(r"^_*(create|add|save)|_(create|add)(_|$)")
_UPDATE: Final = re.compile(r"update\s+(\w+)\s+set\s+(\w+)\s*=\s*(.{0,400})", re.IGNORECASE | re.DOTALL)
_FROM: Final = re.compile(r"\b(?:from|update|into|join)\s+([a-z]\w+)", re.IGNORECASE)
_SQL: Final = re.compile(r"^\s*(select|update|delete|insert)\b", re.IGNORECASE)


def touched(release: Project, work: DataMigration) -> Touched:
    """Return what an online data migration does."""
    found = Touched()
    functions = list(work.functions) or named(release, work.name)
    found.lost = not functions
    seen: set[ast.AST] = set()
    for each in functions:
        found.moves = found.moves or _moves(each)
        _follow(release, found, each, seen, 0)
    return found


def _moves(function: Defined) -> bool:
    """Tell whether a function makes rows and deletes others after that.

    The other way round it makes the same rows anew.
    """
    called = [last(call.func) for call in calls(function.node, into_functions=False)]
    made = next((index for index, name in enumerate(called) if _CREATING.search(name)), len(called))
    return any(_DELETING.search(name) for name in called[made:])


def named(release: Project, name: str) -> list[Defined]:
    """Return the functions of a name anywhere in a release: methods of a database layer among them."""
    if not re.fullmatch(r"\w{4,100}", name):
        return []
    pattern = re.compile(rb"\bdef " + name.encode() + rb"\(")
    found: list[Defined] = []
    for path in release.matching(pattern, wants)[:6]:
        module = release.module(path)
        if module is not None:
            found.extend(_functions(module, name))
    return found


def _functions(module: Module, name: str) -> list[Defined]:
    """Return the functions of a name at the top of a module and in its classes."""
    found: list[Defined] = []
    for node in module.tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        owner = node if isinstance(node, ast.ClassDef) else None
        found.extend(
            Defined(module, each, owner)
            for each in inner
            if isinstance(each, ast.FunctionDef) and each.name == name
        )
    return found


def _follow(release: Project, found: Touched, function: Defined, seen: set[ast.AST], depth: int) -> None:
    """Take what one function does, and what it calls."""
    node, module = function.node, function.module
    if node in seen or len(seen) > _MOST or depth > _DEPTH:
        return
    seen.add(node)
    for index, each in enumerate(walk(node)):
        if index > _NODES:
            found.lost = True
            return
        if isinstance(each, ast.Name | ast.Attribute):
            _table(release, found, module, each, node)
            found.words.add(last(each))
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            _text(found, each.value)
        elif isinstance(each, ast.Assign):
            _assigned(found, each)
        elif isinstance(each, ast.Call):
            _call(release, found, function, each, seen, depth)


def _table(
    release: Project, found: Touched, module: Module, node: ast.expr, scope: ast.AST
) -> Defined | None:
    """Take the table of a model that a name stands for."""
    if not dotted(node) or not last(node)[:1].isupper():
        return None
    target = release.resolve(module, node, scope)
    if not isinstance(target, Defined) or not isinstance(target.node, ast.ClassDef):
        return None
    table = release.value_of(release.attribute(target, "__tablename__"))
    if not isinstance(table, str):
        return None
    found.tables.add(table)
    return target


def _text(found: Touched, text: str) -> None:
    """Take a text: the tables of a statement of SQL, or a word that may name one."""
    if len(text) < 100:
        found.words.add(text)
    if not _SQL.match(text):
        return
    found.tables.update(_FROM.findall(text[:2_000]))
    for table, column, value in _UPDATE.findall(text[:2_000]):
        before_where = re.split(r"\bwhere\b", value, maxsplit=1, flags=re.IGNORECASE)[0]
        if re.search(rf"\b{column}\b", before_where):
            found.rewritten.add(f"{table}.{column}")


def _assigned(found: Touched, node: ast.Assign) -> None:
    """Take `row.column = f(row.column)`.

    The value that was there is there no more, and what is there means the same.
    """
    for target in node.targets:
        if isinstance(target, ast.Attribute) and any(
            isinstance(each, ast.Attribute) and dotted(each) and dotted(each) == dotted(target)
            for each in walk(node.value)
        ):
            found.rewritten.add(target.attr)


def _call(
    release: Project, found: Touched, function: Defined, call: ast.Call, seen: set[ast.AST], depth: int
) -> None:
    name = last(call.func)
    module, node = function.module, function.node
    if name == "Table" and call.args and isinstance(call.args[0], ast.Constant):
        found.tables.add(str(call.args[0].value))
    model = _table(release, found, module, call.func, node)
    if model is not None:
        found.filled[str(release.value_of(release.attribute(model, "__tablename__")))] = model
        return
    if name in ("values", "update"):
        _set(found, call)
    target = release.resolve(module, call.func, node) if dotted(call.func) else None
    if isinstance(target, Defined) and isinstance(target.node, ast.FunctionDef):
        _follow(release, found, target, seen, depth + 1)
    elif dotted(call.func).startswith("self.") and function.inside is not None:
        inner = release.attribute(Defined(module, function.inside), name)
        if isinstance(inner, Defined) and isinstance(inner.node, ast.FunctionDef):
            _follow(release, found, inner, seen, depth + 1)
    elif _layered(call.func) and not (isinstance(target, External) and not target.unresolved):
        for each in named(release, name)[:3]:
            _follow(release, found, each, seen, depth + 1)


def _layered(callee: ast.expr) -> bool:
    """Tell whether a call goes through an object that stands for the database layer."""
    owner = dotted(callee).rpartition(".")[0].rpartition(".")[2]
    return owner in ("IMPL", "dbapi", "db", "db_api", "_IMPL")


def _set(found: Touched, call: ast.Call) -> None:
    """Take `values({column: f(column)})` and `values(column=f(column))`."""
    pairs = [(each.arg, each.value) for each in call.keywords if each.arg]
    for each in call.args:
        if isinstance(each, ast.Dict):
            pairs.extend(
                (_key(key), value)
                for key, value in zip(each.keys, each.values, strict=True)
                if key is not None
            )
    for column, value in pairs:
        if any(isinstance(each, ast.Attribute) and each.attr == column for each in walk(value)):
            found.rewritten.add(column)


def _key(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else last(node)
