"""Declarators: the names that a declaration declares, and what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compatlint.notations.languages.cpp.body_values import Expression
from compatlint.notations.languages.cpp.expression import expression, named, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


def params(node: Node | None) -> tuple[tuple[str, str], ...]:
    """Return a parameter list as (type text, name)."""
    if node is None:
        return ()
    found = []
    for child in named(node):
        if child.type not in ("parameter_declaration", "optional_parameter_declaration"):
            continue
        name, kind, _ = declared(child)
        found.append((kind, name))
    return tuple(found)


def declared(node: Node, declarator: Node | None = None) -> tuple[str, str, Expression | None]:
    """Return (name, type text, array size) of a declaration's declarator."""
    base = text_of(node.child_by_field_name("type"))
    qualifiers = " ".join(text_of(child) for child in node.children if child.type == "type_qualifier")
    declarator = declarator or node.child_by_field_name("declarator")
    suffix, size, name = "", None, ""
    while declarator is not None:
        kind = declarator.type
        if kind in ("pointer_declarator", "abstract_pointer_declarator"):
            suffix += "*"
        elif kind in ("reference_declarator", "abstract_reference_declarator"):
            suffix += "&"
        elif kind == "array_declarator":
            size = expression(declarator.child_by_field_name("size"))
        elif kind not in ("init_declarator", "parenthesized_declarator", "function_declarator"):
            name = text_of(declarator).replace(" ", "")
            break
        inner = declarator.child_by_field_name("declarator")
        if inner is None:
            inner = next(
                (
                    child
                    for child in declarator.named_children
                    if child.type.endswith(("declarator", "identifier"))
                ),
                None,
            )
        declarator = inner
    return name, f"{qualifiers} {base}{suffix}".strip(), size


_CONSTANT = {"storage_class_specifier": ("static", "constexpr"), "type_qualifier": ("constexpr", "const")}


def is_constant(node: Node) -> bool:
    """Tell whether a declaration with a value declares a constant."""
    return any(text_of(child) in _CONSTANT.get(child.type, ()) for child in node.children)


def template_names(node: Node | None) -> tuple[str, ...]:
    """Return the names of a template's parameters."""
    names = []
    for child in node.named_children if node is not None else []:
        found = [part for part in child.named_children if part.type in ("type_identifier", "identifier")]
        if found:
            names.append(text_of(found[-1] if child.type == "parameter_declaration" else found[0]))
        elif child.type == "template_template_parameter_declaration":
            names.append(text_of(child).split()[-1])
    return tuple(names)


def template_defaults(node: Node | None) -> dict[str, str]:
    """Return the types that a template's parameters have if they are not given, by name."""
    found = (
        [child for child in node.named_children if child.type == "optional_type_parameter_declaration"]
        if node
        else []
    )
    return {
        text_of(child.child_by_field_name("name")): text_of(child.child_by_field_name("default_type"))
        for child in found
    }


def is_function(declarator: Node) -> bool:
    """Tell whether a function is declared, and not a pointer to one."""
    node: Node | None = declarator
    while node is not None:
        if node.type == "function_declarator":
            inner = node.child_by_field_name("declarator")
            return inner is None or inner.type != "parenthesized_declarator"
        node = node.child_by_field_name("declarator") or next(
            (child for child in node.named_children if child.type.endswith("declarator")), None
        )
    return False


def function_name(node: Node | None) -> str:
    """Return a function's declared name without template arguments: `foo<T>::decode` is `foo::decode`."""
    name = text_of(node).replace(" ", "")
    if "<" in name and "operator" not in name:
        depth, kept = 0, []
        for char in name:
            depth += (char == "<") - (char == ">")
            if depth == 0 and char != ">":
                kept.append(char)
        name = "".join(kept)
    return name
