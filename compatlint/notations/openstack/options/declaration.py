"""One call that makes an option, read: its name, what it takes, and under which older names it is found."""

from __future__ import annotations

import ast
from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Project, argument, calls, dotted, keywords, walk
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.openstack.options.option import Option
from compatlint.notations.openstack.options.option_lists import OLD_NAME, OptionCall, held
from compatlint.wire.ir.records import Domain

_LARGE: Final = 2**63
_KINDS: Final = {
    "String": "StrOpt",
    "Integer": "IntOpt",
    "Float": "FloatOpt",
    "Boolean": "BoolOpt",
    "List": "ListOpt",
    "Dict": "DictOpt",
    "Port": "PortOpt",
    "URI": "URIOpt",
    "HostAddress": "HostAddressOpt",
    "HostDomain": "HostDomainOpt",
    "Hostname": "HostnameOpt",
    "IPAddress": "IPOpt",
}


def declare(project: Project, made: OptionCall) -> Option | str:
    """Return the option that a call makes, or why it cannot be told."""
    call = made.call
    named = argument(call, "name", 0)
    name = _value(project, made, named)
    if not isinstance(name, str) or not name:
        return "an option with a computed name"
    arguments = keywords(call)
    kind, domain, pattern = _takes(project, made, call)
    aliases, hazy = _aliases(project, made, arguments)
    removal = arguments.get("deprecated_for_removal")
    return Option(
        name,
        made.module.span(call),
        kind,
        domain,
        pattern,
        _derived(made, call),
        tuple(aliases),
        hazy or any(each.arg is None for each in call.keywords),
        removal is not None and _value(project, made, removal) is not False,
        _text(arguments.get("help")),
    )


def _value(project: Project, made: OptionCall, node: ast.expr | None) -> object:
    return UNKNOWN if node is None else project.evaluate(made.module, node, None, made.scope)


def _takes(project: Project, made: OptionCall, call: ast.Call) -> tuple[str, Domain | None, str]:
    """Return the kind of an option, which values it takes, and how else it checks them."""
    arguments = keywords(call)
    kind = last(call.func)
    wanted = arguments.get("type")
    if kind == "Opt" and isinstance(wanted, ast.Call):
        kind = _KINDS.get(last(wanted.func), "")
        arguments = {**keywords(wanted), **arguments}
    elif kind == "Opt":
        kind = "" if wanted is not None else "StrOpt"
    inner = arguments.get("item_type")
    if isinstance(inner, ast.Call):
        arguments = {
            **arguments,
            **{name: value for name, value in keywords(inner).items() if name not in arguments},
        }
    pattern = _value(project, made, arguments["regex"]) if "regex" in arguments else ""
    choices = None
    if "choices" in arguments:
        choices = _choices(_value(project, made, arguments["choices"]))
        if choices is None:
            return kind, None, str(pattern)
        if _value(project, made, arguments.get("ignore_case")) is True:
            choices = frozenset(each.lower() for each in choices)
    bounds: dict[str, int] = {"min": 0, "max": 65535} if kind == "PortOpt" else {}
    for name in ("min", "max", "max_length"):
        value = _value(project, made, arguments[name]) if name in arguments else None
        if value is UNKNOWN:
            return kind, None, str(pattern)
        if type(value) is int and abs(value) < _LARGE:
            bounds[name] = value
    return kind, Domain(choices, bounds.get("min"), bounds.get("max"), bounds.get("max_length")), str(pattern)


def _derived(made: OptionCall, call: ast.Call) -> bool:
    """Tell whether the choices of an option are listed in another module: a table that has other uses."""
    for each in walk(argument(call, "choices") or ast.Constant(None)):
        if isinstance(each, ast.Name):
            bound = made.module.names.get(each.id)
            if isinstance(bound, ast.Import | ast.ImportFrom):
                return True
    return False


def _choices(value: object) -> frozenset[str] | None:
    """Return the listed values: plain ones, or pairs of a value and what it means.

    None if they cannot be told.
    """
    if not isinstance(value, list | tuple | set | frozenset | dict) or len(value) > 500:
        return None
    found = set()
    for each in value:
        plain = each[0] if isinstance(each, tuple | list) and len(each) == 2 else each
        if not isinstance(plain, str | int | float) and plain is not None:
            return None
        found.add("" if plain is None else str(plain))
    return frozenset(found)


def _aliases(
    project: Project, made: OptionCall, arguments: dict[str, ast.expr]
) -> tuple[list[tuple[str | None, str | None]], bool]:
    """Return the older groups and names of an option, and whether there are more that cannot be told."""
    found: list[tuple[str | None, str | None]] = []
    hazy = False
    if "deprecated_name" in arguments or "deprecated_group" in arguments:
        pair = [_word(project, made, arguments.get(each)) for each in ("deprecated_group", "deprecated_name")]
        hazy = UNKNOWN in pair
        if not hazy and any(pair):
            found.append((pair[0], pair[1]))  # type: ignore[arg-type]  # text or None, as `_word` says
    listed = arguments.get("deprecated_opts")
    if listed is None:
        return found, hazy
    made_here = list(_deprecated(project, made, listed))
    for at in made_here:
        pair = [
            _word(project, at, argument(at.call, "group", 1)),
            _word(project, at, argument(at.call, "name", 0)),
        ]
        if UNKNOWN in pair:
            hazy = True
        else:
            found.append((pair[0], pair[1]))  # type: ignore[arg-type]  # text or None, as `_word` says
    empty = isinstance(listed, ast.List | ast.Tuple) and not listed.elts
    return found, hazy or not (made_here or empty)


def _deprecated(project: Project, made: OptionCall, listed: ast.expr) -> list[OptionCall]:
    """Return the calls that make the older names."""
    if dotted(listed):
        return held(project, made.module, listed, made.scope, OLD_NAME).found
    return [OptionCall(made.module, each, made.scope) for each in calls(listed, "DeprecatedOpt")]


def _word(project: Project, made: OptionCall, node: ast.expr | None) -> object:
    """Return a text, None where none is given, UNKNOWN where it cannot be told."""
    if node is None:
        return None
    value = _value(project, made, node)
    return value if isinstance(value, str) or value is None else UNKNOWN


def _text(node: ast.expr | None) -> str:
    """Return the words of a help text."""
    if node is None:
        return ""
    parts = [
        each.value for each in walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return " ".join(" ".join(parts).split())[:2_000]
