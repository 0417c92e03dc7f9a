"""How the older release really uses a model.

One that only dead modules import is never queried, a field that is never null.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from compatlint.notations.languages.python import Project, argument, assigned_value
from compatlint.notations.sql.models import Model
from compatlint.wire.ir.records import Meeting

_DEPTH = 3
_NAMED = r"\.NAME\b|\bimport .*\bNAME\b|^\s+NAME,?\)?$"
_LISTS = ("setup.cfg", "setup.py", "pyproject.toml")


def never_null(release: Project, mine: Sequence[Model], meeting: Meeting) -> bool:
    """Tell whether all that a meeting is about is that null is refused, which the older release's objects never hold.

    A model may allow more than its object: a field of the versioned object of the model's name that is not
    nullable.
    """
    sent = meeting.writer.entries if meeting.writer is not None else ()
    taken = meeting.reader.entries if meeting.reader is not None else ()
    if len(sent) != 1 or len(taken) != 1 or not sent[0].nullable or taken[0].nullable or taken[0].required:
        return False
    owners = [each for each in mine if each.table.name == meeting.name]
    return bool(owners) and all(
        _field(release, each.name, sent[0].key.partition(" ")[0]) is False for each in owners
    )


def _field(release: Project, name: str, key: str) -> bool | None:
    """Return whether a field of the object of this name may be null; None if there is no such field."""
    pattern = re.compile(rb"^class %s\(" % re.escape(name).encode(), re.MULTILINE)
    for path in release.matching(pattern, lambda path: _runs(path) and "objects" in path.split("/")):
        module = release.module(path)
        node = module.names.get(name) if module is not None else None
        for each in node.body if isinstance(node, ast.ClassDef) else ():
            value = assigned_value(each, "fields")
            for at, item in zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ():
                if isinstance(at, ast.Constant) and at.value == key and isinstance(item, ast.Call):
                    nullable = argument(item, "nullable")
                    return isinstance(nullable, ast.Constant) and nullable.value is True
    return None


def in_use(release: Project, mine: Sequence[Model], meeting: Meeting) -> bool:
    """Tell whether the model of a meeting's table can be in use.

    It is not so that nothing but tests leads to it.
    """
    owners = [each for each in mine if each.table.name == meeting.name.partition(".")[0]]
    return not owners or any(
        _lives(release, each.path, _DEPTH, set()) and each.name in _asked_for(release, each.path, mine)
        for each in owners
    )


def _asked_for(release: Project, path: str, mine: Sequence[Model]) -> set[str]:
    """Return the models of a module that something names.

    Who imports it, its own code, or another model that is named.
    """
    module = release.module(path)
    here = {each.name for each in mine if each.path == path}
    outside = [each for each in release.matching(_imports(release, path), _runs) if each != path]
    if module is None or not outside:
        return here
    importing = [text.decode("utf-8", "replace") for text in release.sources(outside).values()]
    found = {
        name
        for name in here
        for text in importing
        if re.search(_NAMED.replace("NAME", name), text, re.MULTILINE)
    }
    texts: list[str] = []
    own: dict[str, str] = {}
    for node in module.tree.body:
        text = "\n".join(module.lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.ClassDef) and node.name in here:
            own[node.name] = text
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            texts.append(text)
    texts += [own[name] for name in found if name in own]
    while texts:
        more = {name for name in here - found for text in texts if re.search(rf"\b{name}\b", text)}
        found |= more
        texts = [own[name] for name in more if name in own]
    return found


def _lives(release: Project, path: str, depth: int, seen: set[str]) -> bool:
    """Tell whether a module is imported by one that lives, or is one that a project starts with."""
    if depth == 0:
        return True
    if path in seen:
        return False
    seen.add(path)
    pattern = _imports(release, path)
    found = [each for each in release.matching(pattern, _runs) if each != path]
    if found:
        return any(_lives(release, each, depth - 1, seen) for each in found)
    name = re.compile(rb"\b%s\b" % re.escape(release.name_of(path)).encode())
    listed = release.sources([each for each in _LISTS if each in release.files])
    return any(name.search(text) for text in listed.values()) or not release.matching(pattern, _tests)


def _imports(release: Project, path: str) -> re.Pattern[bytes]:
    """Return what the import of a module, or its full name, looks like."""
    parent, _, own = release.name_of(path).rpartition(".")
    whole, package, stem = (re.escape(each).encode() for each in (f"{parent}.{own}", parent, own))
    return re.compile(
        rb"\b%s\b|from\s+(?:%s|\.+)\s+import\s+(?:\([^)]*|[^\n(]*)\b%s\b|from\s+\.%s\s+import"
        % (whole, package, stem, stem)
    )


def _runs(path: str) -> bool:
    parts = path.split("/")
    return path.endswith(".py") and not any(
        part in ("tests", "test") or "migration" in part for part in parts
    )


def _tests(path: str) -> bool:
    return path.endswith(".py") and any(part in ("tests", "test") for part in path.split("/"))
