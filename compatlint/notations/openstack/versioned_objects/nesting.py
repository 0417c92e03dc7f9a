"""Serializers that make an object older without saying what becomes of the objects in it.

oslo.versionedobjects needs a rule for every nested object: a manifest of versions from the serializer, or
`obj_relationships` of the class. Where it finds neither it gives up: "No rule for ...".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from compatlint.notations.openstack.versioned_objects.meet_peers import ClassPair
from compatlint.notations.openstack.versioned_objects.model import ObjectClass
from compatlint.notations.openstack.versioned_objects.two_releases import NAME, Context
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Entry, Meeting, Record

ITEM: Final = "ObjectField"


def nesting(context: Context, pairs: list[ClassPair]) -> Iterator[Meeting]:
    """Yield a meeting of each serializer without a manifest with the objects that it would have to make older."""
    lost = sorted(
        f"{each.new.name}.{name}"
        for each in pairs
        if each.raised
        for name in _without_rule(context, each.new)
        if each.old.field(name)
    )
    if not lost or any(not each.sender for each in context.old.routes):
        return
    for route in context.new.routes:
        if route.sender and not route.nested and route.name:
            writer = Record(route.name, route.span, (Entry(ITEM, route.span, f"in {', '.join(lost[:6])}"),))
            reader = Record(route.name, route.span, (Entry(ITEM, route.span, "with a rule"),))
            why = f"nothing says which version of the nested object an older {lost[0].split('.', maxsplit=1)[0]} holds"
            yield Meeting(
                NAME,
                Link.PEER,
                (Direction.MIXED,),
                writer,
                reader,
                "writer",
                change=Change.NO_RELATIONSHIP,
                why=why,
            )


def _without_rule(context: Context, of: ObjectClass) -> list[str]:
    """Return the fields of a class that hold objects and have no rule of the class itself."""
    if context.new.project.attribute(of.defined, "obj_relationships") is not None:
        return []
    return [each.name for each in of.fields if each.holds and not of.is_list]
