"""The fingerprint of an object, as `ObjectVersionChecker` of oslo.versionedobjects computes it, from the source alone.

It is the version and the MD5 of what Python prints for the fields by name, the remotable methods' arguments
by name, and, of a list, the versions of its members: `oslo_versionedobjects/fixture.py` `_get_fingerprint`
and `get_method_spec`, `fields.py` `Field.__repr__`, `BaseEnumField.__repr__`, `ListOfEnumField.__repr__`.
What is hashed and cannot be told makes it `Untold`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from compatlint.notations.openstack.versioned_objects.model import (
    Argument,
    Field,
    ObjectClass,
    RemotableMethod,
)

UNSPECIFIED: Final = "<class 'oslo_versionedobjects.fields.UnspecifiedDefault'>"


@dataclass(frozen=True, slots=True)
class Untold:
    """Why a fingerprint cannot be computed."""

    reason: str


class _Lacking(Exception):
    """Something that is hashed is not known."""


def fingerprint(of: ObjectClass) -> str | Untold:
    """Return the fingerprint of a class, `VERSION-md5`, or why it cannot be told."""
    if of.unread:
        return Untold(of.unread[0])
    try:
        parts = [
            "[" + ", ".join(f"({each.name!r}, {_field(each)})" for each in of.fields) + "]",
            "[" + ", ".join(f"({each.name!r}, {_method(each)})" for each in of.methods) + "]",
        ]
    except _Lacking as error:
        return Untold(str(error))
    if of.child_versions is not None:
        parts.append(f"OrderedDict({list(of.child_versions)!r})" if of.child_versions else "OrderedDict()")
    text = "(" + ", ".join(parts) + ")"
    return f"{of.version_text}-{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}"


def _field(field: Field) -> str:
    """Return what a field prints."""
    kind = field.type
    if not kind.name or field.nullable is None or (field.reason and field.reason != kind.reason):
        raise _Lacking(f"{field.name}: {field.reason or 'whether it may be null'}")
    if field.shape == "custom":
        if not field.printed:
            raise _Lacking(f"{field.name}: {field.kind} has a representation of its own")
        return field.printed
    default = UNSPECIFIED
    if field.default is not None:
        if field.default.text is None:
            raise _Lacking(f"{field.name}: {field.default.reason}")
        default = field.default.text
    if field.shape == "plain":
        return f"{kind.name}(default={default},nullable={field.nullable})"
    if not kind.values_text:
        raise _Lacking(f"{field.name}: {kind.reason or f'the order of the values of {kind.name}'}")
    return f"{kind.name}(default={default},nullable={field.nullable},valid_values={kind.values_text})"


def _method(method: RemotableMethod) -> str:
    """Return what the arguments of a method print: the short form, or the full one where it says more."""
    if method.reason:
        raise _Lacking(f"{method.name}(): {method.reason}")
    plain = [each for each in method.arguments if each.kind == "plain"]
    names = [each.name for each in plain]
    defaults = [_printed(method, each) for each in plain if each.default is not None]
    shown = f"({defaults[0]},)" if len(defaults) == 1 else f"({', '.join(defaults)})" if defaults else "None"
    variable, keywords = method.variable or None, method.keywords or None
    annotated = [(each.name, each.annotation) for each in method.arguments if each.annotation is not None]
    if method.returns is not None:
        annotated.insert(0, ("return", method.returns))  # as inspect.getfullargspec puts it
    if len(plain) == len(method.arguments) and not annotated:
        return f"ArgSpec(args={names!r}, varargs={variable!r}, keywords={keywords!r}, defaults={shown})"
    if any(text == "?" for _, text in annotated):
        raise _Lacking(f"{method.name}(): its annotations")
    only = [each for each in method.arguments if each.kind == "keyword"]
    given = ", ".join(f"{each.name!r}: {_printed(method, each)}" for each in only if each.default is not None)
    notes = ", ".join(f"{name!r}: {text}" for name, text in annotated)
    return (
        f"FullArgSpec(args={names!r}, varargs={variable!r}, varkw={keywords!r}, defaults={shown}, "
        f"kwonlyargs={[each.name for each in only]!r}, kwonlydefaults={'{' + given + '}' if given else None}, "
        f"annotations={{{notes}}})"
    )


def _printed(method: RemotableMethod, argument: Argument) -> str:
    if argument.value is None:
        raise _Lacking(f"{method.name}(): the default of {argument.name}")
    return argument.value
