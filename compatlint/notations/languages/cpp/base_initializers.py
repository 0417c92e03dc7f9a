"""What a constructor hands to its bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compatlint.notations.languages.cpp.body_syntax import expression
from compatlint.notations.languages.cpp.expression import text_of
from compatlint.notations.languages.cpp.file_facts import ClassFacts

if TYPE_CHECKING:
    from tree_sitter import Node


def super_calls(node: Node, name: str, owner: ClassFacts) -> None:
    """Remember what a constructor hands to its bases: messages pass their versions so."""
    if name != owner.name.split("::")[-1]:
        return
    for child in node.children:
        if child.type != "field_initializer_list":
            continue
        for initializer in child.named_children:
            parts = [part for part in initializer.named_children if part.type != "comment"]
            if len(parts) == 2 and parts[1].type == "argument_list":
                arguments = tuple(
                    expression(each) for each in parts[1].named_children if each.type != "comment"
                )
                known = owner.super_calls.get(text_of(parts[0]))
                if known is None or len(arguments) > len(known):
                    owner.super_calls[text_of(parts[0])] = arguments
