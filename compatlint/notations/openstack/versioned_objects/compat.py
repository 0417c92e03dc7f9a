"""What an object does to its items when it is made older.

The code of `obj_make_compatible` and its like, walked.

In come a class in the order of its bases and a version, out comes what a reader of that version gets. The
code runs over known versions and unknown values (`frames`), so every spelling that computes its way to a
`pop` is read the same.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from compatlint.notations.languages.python import Defined, External, Project, TooMuch
from compatlint.notations.openstack.versioned_objects.calls import ENTRIES
from compatlint.notations.openstack.versioned_objects.effects import Function, Role
from compatlint.notations.openstack.versioned_objects.interpreter import CompatRun
from compatlint.wire.ir.records import Version

Order = Sequence[Defined | External]


@dataclass(frozen=True, slots=True)
class Backlevel:
    """What happens to the items for a reader of one version.

    `popped` are left out; `guarded` are changed, or refused, where the reader does not know their values;
    `refused`: it is never written at that version; `unread`: something happens to the items that could not be
    followed.
    """

    popped: frozenset[str] = frozenset()
    guarded: frozenset[str] = frozenset()
    refused: bool = False
    unread: bool = False


def backlevel(project: Project, order: Order, items: frozenset[str], target: Version) -> Backlevel:
    """Return what compat code does for a reader of version `target`."""
    run = CompatRun(project, order, items)
    text = ".".join(map(str, target))
    try:
        for name in ENTRIES:
            if run.effects.refused:
                break
            run.method(name, None, [text] if name == "_convert_to_version" else [Role.PRIMITIVE, text], {}, 0)
    except (TooMuch, RecursionError):
        run.effects.unread = True
    effects = run.effects
    return Backlevel(
        frozenset(effects.popped) & items,
        frozenset(effects.touched) - effects.popped,
        effects.refused,
        effects.unread,
    )


def has_compat(order: Order) -> bool:
    """Tell whether a class makes itself older, by code of its own or of a base other than the one that all objects share."""
    return any(
        isinstance(each, Function) and each.name in ENTRIES
        for owner in order
        if isinstance(owner, Defined) and isinstance(owner.node, ast.ClassDef) and not is_root(owner)
        for each in owner.node.body
    )


def is_root(owner: Defined) -> bool:
    """Tell whether a class is the one that a project derives its objects from.

    It extends the library's own.
    """
    node = owner.node
    return isinstance(node, ast.ClassDef) and any(
        isinstance(base, ast.Attribute | ast.Name) and _last(base) in ("VersionedObject", "ObjectListBase")
        for base in node.bases
    )


def _last(node: ast.Attribute | ast.Name) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id
