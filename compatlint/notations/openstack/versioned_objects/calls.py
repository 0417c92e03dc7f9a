"""Calls in compat code: what they do to the message, and what they return.

Known by name are the few ways to take an item out, to ask for one and to read a version; methods and
functions of the release are walked; what is left and gets hold of the message makes the walk unread.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Defined, UnknownPython
from compatlint.notations.languages.python.operations import binary
from compatlint.notations.openstack.versioned_objects.effects import (
    Closure,
    Effects,
    Function,
    Present,
    Role,
    keys_of,
    unknown,
)
from compatlint.notations.openstack.versioned_objects.expressions import items_of, truth, value_of
from compatlint.notations.openstack.versioned_objects.interpreter_protocol import FunctionFrame

ENTRIES: Final = ("obj_make_compatible_from_manifest", "obj_make_compatible", "_convert_to_version")
_VERSION: Final = frozenset({"convert_version_to_tuple", "parse", "Version", "LooseVersion", "StrictVersion"})
_DOTTED: Final = re.compile(r"\d+(\.\d+)*$")
_HARMLESS: Final = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "deepcopy", "copy", "isinstance"}
)


def call(frame: FunctionFrame, node: ast.Call) -> object:
    """Return what a call returns, its effects on the message done."""
    arguments = _positional(frame, node)
    named = {each.arg: value_of(frame, each.value) for each in node.keywords if each.arg is not None}
    if isinstance(node.func, ast.Attribute):
        return _method(frame, node.func, arguments, named)
    if isinstance(node.func, ast.Name):
        return _function(frame, node.func, arguments, named)
    return _beyond(frame, value_of(frame, node.func), "", arguments, named)


def _positional(frame: FunctionFrame, node: ast.Call) -> list[object]:
    values: list[object] = []
    for each in node.args:
        value = value_of(frame, each.value if isinstance(each, ast.Starred) else each)
        if isinstance(each, ast.Starred):
            values.extend(items_of(frame, value) or [])
        else:
            values.append(value)
    return values


def _method(
    frame: FunctionFrame, func: ast.Attribute, arguments: list[object], named: dict[str, object]
) -> object:
    if _is_super(func.value):
        return frame.run.method(func.attr, frame.owner, arguments, named, frame.depth + 1)
    if func.attr in _VERSION and arguments and isinstance(arguments[0], str):
        return version_of(arguments[0])
    owner = value_of(frame, func.value)
    if owner is Role.PRIMITIVE and (effect := _ON_MESSAGE.get(func.attr)) is not None:
        return effect(frame, arguments, named)
    if owner is Role.OBJECT:
        return _on_object(frame, func.attr, arguments, named)
    if isinstance(owner, str | list | tuple | dict | set | frozenset):
        return _on_value(frame, owner, func, arguments)
    if isinstance(owner, UnknownPython) and owner.keys:
        frame.effects.touch(owner.keys)
        return UnknownPython(owner.keys | keys_of(arguments))
    return _named(frame, func, arguments, named)


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _function(
    frame: FunctionFrame, func: ast.Name, arguments: list[object], named: dict[str, object]
) -> object:
    effects = frame.effects
    found = frame.env.get(func.id)
    if isinstance(found, Closure):
        return frame.run.function(
            found.module, found.node, None, arguments, named, frame.depth + 1, found.env
        )
    if func.id in _VERSION and arguments and isinstance(arguments[0], str):
        return version_of(arguments[0])
    if arguments and arguments[0] in (Role.OBJECT, Role.PRIMITIVE) and func.id in _ON_ATTRIBUTES:
        return _ON_ATTRIBUTES[func.id](effects, arguments)
    if func.id in _PLAIN and arguments:
        return _PLAIN[func.id](frame, arguments[0])
    return _named(frame, func, arguments, named)


def _named(frame: FunctionFrame, func: ast.expr, arguments: list[object], named: dict[str, object]) -> object:
    """Walk a function of the release; evaluate any other call whose arguments are known."""
    found = frame.project.resolve(frame.module, func)
    if isinstance(found, Defined) and isinstance(found.node, Function):
        if found.inside is not None and arguments[:1] == [Role.OBJECT]:  # Base.method(self, ...)
            return frame.run.method(found.node.name, None, arguments[1:], named, frame.depth + 1)
        owner = found if found.inside is not None else None
        before = [UNKNOWN] if owner is not None else []
        return frame.run.function(
            found.module, found.node, owner, [*before, *arguments], named, frame.depth + 1
        )
    if not unknown(arguments) and not unknown(list(named.values())):
        env = {f"argument{at}": value for at, value in enumerate(arguments)}
        made = ast.Call(func, [ast.Name(name, ast.Load()) for name in env], [])
        value = frame.project.evaluate(frame.module, made, env) if not named else UNKNOWN
        return value
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return _beyond(frame, UNKNOWN, name, arguments, named)


def _beyond(
    frame: FunctionFrame, owner: object, name: str, arguments: list[object], named: dict[str, object]
) -> object:
    """Take a call that cannot be followed for one that may do anything to what it is given."""
    values = [*arguments, *named.values()]
    if isinstance(owner, Closure):
        return frame.run.function(
            owner.module, owner.node, None, arguments, named, frame.depth + 1, owner.env
        )
    if name not in _HARMLESS:
        frame.effects.touch(keys_of(values))
        if any(each is Role.PRIMITIVE for each in values):
            frame.effects.unread = True
    return UnknownPython(keys_of([owner, *values]))


def _on_object(frame: FunctionFrame, name: str, arguments: list[object], named: dict[str, object]) -> object:
    if name in ("obj_attr_is_set", "__contains__") and arguments:
        return frame.effects.holds(arguments[0])
    if name in ENTRIES and not any(each is Role.PRIMITIVE for each in arguments):
        return UNKNOWN
    walked = _defines(frame, name)
    if walked:
        return frame.run.method(name, None, arguments, named, frame.depth + 1)
    if any(each is Role.PRIMITIVE for each in arguments) and not name.startswith("_obj_make"):
        frame.effects.unread = True
    return UnknownPython(keys_of(arguments))


def _defines(frame: FunctionFrame, name: str) -> bool:
    return any(
        isinstance(owner, Defined)
        and isinstance(owner.node, ast.ClassDef)
        and any(isinstance(each, Function) and each.name == name for each in owner.node.body)
        for owner in frame.run.order
    )


def _on_value(frame: FunctionFrame, owner: object, func: ast.Attribute, arguments: list[object]) -> object:
    """Call a method of a known value; a list that grows is another list."""
    name, place = func.attr, func.value
    if isinstance(owner, list) and name in ("append", "extend") and arguments and isinstance(place, ast.Name):
        more = [arguments[0]] if name == "append" else items_of(frame, arguments[0]) or []
        frame.env[place.id] = binary(ast.Add(), owner, more, frame.effects.budget)
        return None
    if isinstance(owner, dict) and name in ("items", "keys", "values"):
        return {"items": list(owner.items()), "keys": list(owner), "values": list(owner.values())}[name]
    if unknown(owner) or unknown(arguments):
        return UnknownPython(keys_of([owner, *arguments]))
    made = ast.Call(ast.Attribute(ast.Name("owner", ast.Load()), name, ast.Load()), [], [])
    env: dict[str, object] = {"owner": owner}
    for at, each in enumerate(arguments):
        env[f"argument{at}"] = each
        made.args.append(ast.Name(f"argument{at}", ast.Load()))
    value = frame.project.evaluate(frame.module, made, env)
    return value


def version_of(text: str) -> object:
    """Return a version in dots as a tuple of numbers."""
    return tuple(int(part) for part in text.split(".")) if _DOTTED.match(text) and len(text) < 40 else UNKNOWN


def _get(frame: FunctionFrame, arguments: list[object], named: dict[str, object]) -> object:
    key = arguments[0] if arguments else UNKNOWN
    held = frame.effects.holds(key)
    if held is False:
        return arguments[1] if len(arguments) > 1 else named.get("default")
    return UnknownPython(frame.effects.items & {key} if isinstance(key, str) else keys_of([key]))


def _update(frame: FunctionFrame, arguments: list[object], named: dict[str, object]) -> object:
    for each in arguments:
        if not isinstance(each, dict):
            frame.effects.unread = frame.effects.unread or not keys_of([each])
            frame.effects.touch(keys_of([each]))
    for key in (*(key for each in arguments if isinstance(each, dict) for key in each), *named):
        frame.effects.put(key)
    return None


_ON_MESSAGE: Final[Mapping[str, Callable[[FunctionFrame, list[object], dict[str, object]], object]]] = {
    "pop": lambda frame, arguments, _: frame.effects.pop(arguments[0] if arguments else UNKNOWN),
    "__delitem__": lambda frame, arguments, _: frame.effects.pop(arguments[0] if arguments else UNKNOWN),
    "get": _get,
    "setdefault": _get,
    "update": _update,
    "keys": lambda frame, *_: items_of(frame, Role.PRIMITIVE),
    "items": lambda frame, *_: [
        (key, UnknownPython(frozenset({str(key)}))) for key in items_of(frame, Role.PRIMITIVE) or []
    ],
    "values": lambda frame, *_: [
        UnknownPython(frozenset({str(key)})) for key in items_of(frame, Role.PRIMITIVE) or []
    ],
    "copy": lambda *_: Role.PRIMITIVE,
}


def _put(effects: Effects, arguments: list[object]) -> object:
    effects.put(arguments[1] if len(arguments) > 1 else UNKNOWN)
    return None


def _ask(effects: Effects, arguments: list[object]) -> object:
    key = arguments[1] if len(arguments) > 1 else UNKNOWN
    return UnknownPython(effects.items & {key} if isinstance(key, str) else keys_of([key]))


_ON_ATTRIBUTES: Final[Mapping[str, Callable[[Effects, list[object]], object]]] = {
    "delattr": lambda effects, arguments: effects.pop(arguments[1] if len(arguments) > 1 else UNKNOWN),
    "setattr": _put,
    "getattr": _ask,
    "hasattr": lambda effects, arguments: effects.holds(arguments[1]) if len(arguments) > 1 else UNKNOWN,
}


def _any(frame: FunctionFrame, value: object) -> object:
    return _quantified(frame, value, decides=True)


def _all(frame: FunctionFrame, value: object) -> object:
    return _quantified(frame, value, decides=False)


def _quantified(frame: FunctionFrame, value: object, *, decides: bool) -> object:
    items = items_of(frame, value)
    if items is None:
        return UnknownPython(keys_of([value]))
    known = [truth(each) for each in items]
    if decides in known:
        deciding = [each for each in items if truth(each) is decides]
        if_set = all(isinstance(each, Present) for each in deciding)
        return Present(keys_of(deciding)) if if_set else decides
    return UnknownPython(keys_of(items)) if None in known else not decides


def _listed(frame: FunctionFrame, value: object) -> object:
    items = items_of(frame, value)
    return UnknownPython(keys_of([value])) if items is None else items


_PLAIN: Final[Mapping[str, Callable[[FunctionFrame, object], object]]] = {
    "any": _any,
    "all": _all,
    "list": _listed,
    "tuple": _listed,
    "set": _listed,
    "sorted": _listed,
    "iter": _listed,
    "frozenset": _listed,
    "reversed": _listed,
}
