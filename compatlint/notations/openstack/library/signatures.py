"""One function of a library as its callers see it: arguments by name and by place, what it says of itself."""

from __future__ import annotations

import ast
import re
from typing import Final

from compatlint.notations.languages.python import Module, calls, decorator_names, dotted, walk
from compatlint.wire.ir.records import Entry, Record

Function = ast.FunctionDef | ast.AsyncFunctionDef
_DEPRECATED: Final = re.compile(r"\.\. deprecated::|\bdeprecated\b", re.IGNORECASE)
_ANNOUNCES: Final = re.compile(r"deprecat|removals?\b|moved_|renamed?_")
_BY_KEYWORD: Final = "by keyword"


def signature(module: Module, node: Function, name: str, *, bound: bool, caller: bool = False) -> Record:
    """Return what a function takes; `bound` if its first argument is not the caller's. `caller`.

    What may be passed to it.

    An argument's type is its place, where it may be passed by place.
    """
    arguments = node.args
    listed = [*arguments.posonlyargs, *arguments.args]
    static = "staticmethod" in decorator_names(node)
    first = 1 if bound and not static else 0
    free = _by_place(node, first)
    aliases = _renamed(node)
    needed = len(listed) - len(arguments.defaults)
    entries = []
    for at, each in enumerate(listed[first:], first):
        place = f"argument {at - first + 1}" if free is None or at < free else "" if caller else _BY_KEYWORD
        entries.append(
            Entry(each.arg, module.span(each), place, at < needed, aliases=aliases.get(each.arg, ()))
        )
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        place = "" if caller else _BY_KEYWORD
        entries.append(
            Entry(each.arg, module.span(each), place, default is None, aliases=aliases.get(each.arg, ()))
        )
    return Record(
        name, module.span(node), tuple(entries), extra="kept" if arguments.kwarg is not None else "rejected"
    )


def plain(node: Function) -> bool:
    """Tell whether a function is what it looks like.

    No property, and no decorator that could hide its arguments.
    """
    marks = {each.rpartition(".")[2] for each in decorator_names(node)}
    return not marks & {
        "property",
        "cached_property",
        "setter",
        "getter",
        "deleter",
        "singledispatch",
        "contextmanager_property",
    }


def announced(node: ast.ClassDef | Function) -> bool:
    """Tell whether a definition says that it is deprecated."""
    if _DEPRECATED.search(ast.get_docstring(node, clean=False) or "") or any(
        map(_ANNOUNCES.search, decorator_names(node))
    ):
        return True
    body = [
        each
        for each in node.body
        if not isinstance(node, ast.ClassDef) or getattr(each, "name", "") == "__init__"
    ]
    return any(_warns(call) for each in body for call in calls(each))


def announced_arguments(node: Function) -> frozenset[str]:
    """Return the arguments of which a function says, in a decorator or in a warning, that they are deprecated."""
    found: set[str] = set()
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and _ANNOUNCES.search(dotted(decorator.func)):
            found |= {
                each.value
                for each in decorator.args
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    for each in walk(node):
        if isinstance(each, ast.If) and any(_warns(call) for call in calls(each)):
            found |= {name.id for name in walk(each.test) if isinstance(name, ast.Name)}
    return frozenset(found)


def documented(node: ast.ClassDef | Function, owner: ast.ClassDef | None = None) -> bool:
    """Tell whether a definition, or the class that it stands in, has a docstring."""
    return bool(
        ast.get_docstring(node, clean=False) or (owner is not None and ast.get_docstring(owner, clean=False))
    )


def _warns(call: ast.Call) -> bool:
    """Tell whether a call warns that something is deprecated."""
    name = dotted(call.func).rpartition(".")[2]
    if name == "warn":
        return any(
            "Deprecation" in dotted(each)
            for each in (*call.args, *(keyword.value for keyword in call.keywords))
        )
    return name in ("report_deprecated_feature", "deprecate", "deprecated", "warn_deprecated")


def _by_place(node: Function, first: int) -> int | None:
    """Return how many arguments may be passed by place, None for all.

    `@positional(2)` lets no more than two.
    """
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = dotted(call.func if call else decorator)
        if "positional" not in name.split("."):
            continue
        value = call.args[0] if call and call.args else None
        if isinstance(value, ast.Constant) and isinstance(value.value, int):
            return value.value + (first if name.endswith((".method", ".classmethod")) else 0)
        return len(node.args.args) - len(node.args.defaults)
    return None


def _renamed(node: Function) -> dict[str, tuple[str, ...]]:
    """Return under which older names a decorator still takes arguments.

    `@renames.renamed_kwarg('old', 'new')`.
    """
    found: dict[str, tuple[str, ...]] = {}
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and dotted(decorator.func).endswith("renamed_kwarg"):
            texts = [each.value for each in decorator.args[:2] if isinstance(each, ast.Constant)]
            if len(texts) == 2 and all(isinstance(each, str) for each in texts):
                found[str(texts[1])] = (*found.get(str(texts[1]), ()), str(texts[0]))
    return found
