"""Classes that only the older release has, and who still sends them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from compatlint.notations.languages.python import Defined
from compatlint.notations.openstack.versioned_objects.compat import is_root
from compatlint.notations.openstack.versioned_objects.model import ObjectClass
from compatlint.notations.openstack.versioned_objects.records import record
from compatlint.notations.openstack.versioned_objects.two_releases import NAME, Context
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Meeting


def removed(context: Context) -> Iterator[Meeting]:
    """Yield a meeting for each class that the newer release no longer registers.

    A member of a family is sent wherever the family is expected, so an older service that still has the class
    will send it. Of another class nobody knows whether it is still in use.
    """
    for old in context.removed(lambda _: True):
        family = _family(context, old)
        if old.is_list or is_root(old.defined) or not context.travels(old):
            continue
        change = Change.RECORD_REMOVED if family else Change.UNREGISTERED
        why = (
            f"it is sent wherever a {family} is expected"
            if family
            else "services that still have it may send it or ask for it"
        )
        yield Meeting(
            NAME,
            Link.PEER,
            (Direction.MIXED,),
            record(old),
            None,
            "reader",
            record(old),
            change=change,
            why=why,
        )


def _family(context: Context, old: ObjectClass) -> str:
    """Return the base with fields that a removed class shares with others of both releases, "" if there is none."""
    for owner in old.order[1:]:
        if (
            isinstance(owner, Defined)
            and _has_fields(owner)
            and not is_root(owner)
            and _is_object(context, owner)
        ):
            staying = [each for each in context.new.objects.values() if owner.dotted in each.bases]
            if staying and not old.is_list:
                return owner.name
    return ""


def _has_fields(owner: Defined) -> bool:
    node = owner.node
    return isinstance(node, ast.ClassDef) and any(
        isinstance(target, ast.Name) and target.id == "fields"
        for each in node.body
        if isinstance(each, ast.Assign)
        for target in each.targets
    )


def _is_object(context: Context, owner: Defined) -> bool:
    """Tell whether a base is an object itself, and not only a mixin that brings fields."""
    return any(
        getattr(each, "dotted", "").endswith(".VersionedObject") for each in context.old.project.mro(owner)
    )
