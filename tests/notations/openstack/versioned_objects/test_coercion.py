"""Which values a field takes, by its type alone."""

from __future__ import annotations

import pytest

from compatlint.notations.openstack.versioned_objects.coercion import accepts
from compatlint.notations.openstack.versioned_objects.model import FieldType


def of(
    library: str,
    element: FieldType | None = None,
    holds: str = "",
    *,
    subclasses: bool = False,
    reason: str = "",
) -> FieldType:
    return FieldType(library, library, element=element, holds=holds, subclasses=subclasses, reason=reason)


TEXT, NUMBER, TRUTH = of("String"), of("Integer"), of("Boolean")


@pytest.mark.parametrize(
    ("reader", "writer", "taken"),
    [
        (TEXT, NUMBER, True),
        (NUMBER, TEXT, False),
        (TRUTH, TEXT, True),
        (TEXT, of("UUID"), True),
        (of("DateTime"), TEXT, True),
        (of("List", TEXT), of("Set", TEXT), True),
        (of("List", NUMBER), of("List", TEXT), False),
        (of("List", TEXT), TEXT, False),
        (TEXT, of("List", TEXT), False),
        (of("Dict", TEXT), of("List", TEXT), False),
        (of("Object", holds="A"), of("Object", holds="B"), False),
        (of("Object", holds="A", subclasses=True), of("Object", holds="B"), True),
        (of("Object", holds="A"), TEXT, False),
        (of("List", of("Object", holds="A")), of("List", of("Object", holds="B")), False),
        (NUMBER, of("String", reason="not at hand"), True),
        (NUMBER, of("SomethingElse"), True),
    ],
)
def test_a_reader_takes_what_its_type_can_make_a_value_of(
    reader: FieldType, writer: FieldType, taken: bool
) -> None:
    assert accepts(reader, writer) is taken
