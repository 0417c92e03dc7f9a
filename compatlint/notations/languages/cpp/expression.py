"""Syntax trees of expressions to the tuples of `code.py`.

Bounded: past DEPTH levels of nesting an expression becomes ("text", source). A lambda holds statements: what
converts it is put among the CONVERTERS by `syntax`, which converts those.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from compatlint.notations.languages.cpp.body_values import Expression

if TYPE_CHECKING:
    from tree_sitter import Node

DEPTH = 90
_NUMBER = re.compile(r"^(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)([uUlLzZ]*)$")
CASTS = {"static_cast", "reinterpret_cast", "const_cast", "dynamic_cast"}


def text_of(node: Node | None) -> str:
    """Return a node's source with runs of white space made one blank."""
    raw = node.text if node is not None else None
    if raw is None:
        return ""
    text = raw.decode("utf-8", "replace")
    return text if text.isidentifier() else " ".join(text.split())


def expression(node: Node | None, depth: int = 0) -> Expression:
    """Convert one expression."""
    if node is None:
        return ("text", "")
    if depth > DEPTH:
        return ("text", text_of(node)[:200])
    convert = CONVERTERS.get(node.type)
    if convert is not None:
        return convert(node, depth + 1)
    return ("text", text_of(node)[:200])


def named(node: Node) -> list[Node]:
    """Return a node's children that have names, comments aside."""
    return [child for child in node.named_children if child.type != "comment"]


def _name(node: Node, _depth: int) -> Expression:
    text = text_of(node)
    return ("id", text.replace(" ", ""))


def _qualified(node: Node, _depth: int) -> Expression:
    tail = node
    while tail.type == "qualified_identifier":
        inner = tail.child_by_field_name("name")
        if inner is None:
            break
        tail = inner
    text = text_of(node)
    if tail.type in ("template_function", "template_type"):
        arguments = tail.child_by_field_name("arguments")
        head = text[: text.rfind(text_of(arguments))] if arguments is not None else text
        return (
            "tid",
            head.replace(" ", ""),
            tuple(text_of(child) for child in named(arguments)) if arguments else (),
        )
    return ("id", text.replace(" ", ""))


def _number(node: Node, _depth: int) -> Expression:
    text = text_of(node)
    found = _NUMBER.match(text)
    if not found:
        return ("real", text)
    digits = found[1].replace("'", "")
    try:
        value = int(digits, 8) if re.fullmatch(r"0[0-7]+", digits) else int(digits, 0)
    except ValueError:
        return ("text", text)
    return ("num", value, found[2].lower()) if value < 1 << 64 else ("text", text)


def _char(node: Node, _depth: int) -> Expression:
    text = text_of(node)
    inner = text[text.find("'") + 1 : -1]
    return ("num", ord(inner), "c") if len(inner) == 1 else ("num", 0, "c")


def _string(node: Node, _depth: int) -> Expression:
    return ("str", text_of(node)[:120].strip('"'))


def _field(node: Node, depth: int) -> Expression:
    owner = node.child_by_field_name("argument")
    name = node.child_by_field_name("field")
    if name is not None and name.type in ("template_method", "dependent_name"):
        inner = name.child_by_field_name("name") or name
        return ("mem", expression(owner, depth), text_of(inner))
    return ("mem", expression(owner, depth), text_of(name).replace(" ", ""))


def arguments_of(node: Node | None, depth: int) -> tuple[Expression, ...]:
    """Convert a list of arguments."""
    return tuple(expression(child, depth) for child in named(node)) if node is not None else ()


def _call(node: Node, depth: int) -> Expression:
    callee = node.child_by_field_name("function")
    arguments = arguments_of(node.child_by_field_name("arguments"), depth)
    if callee is None:
        return ("text", text_of(node)[:200])
    if callee.type in ("primitive_type", "sized_type_specifier"):
        return (
            ("cast", text_of(callee), arguments[0])
            if len(arguments) == 1
            else ("make", text_of(callee), arguments)
        )
    if callee.type == "parenthesized_expression" and len(arguments) == 1:
        inner = named(callee)
        if len(inner) == 1 and inner[0].type in ("identifier", "qualified_identifier", "primitive_type"):
            return ("cast", text_of(inner[0]), arguments[0])  # (uint64_t)(x): a cast that looks like a call
    target = expression(callee, depth)
    if target[0] == "tid" and target[1].split("::")[-1] in CASTS and len(arguments) == 1:
        return ("cast", target[2][0] if target[2] else "", arguments[0])
    return ("call", target, arguments)


def _template_function(node: Node, _depth: int) -> Expression:
    arguments = node.child_by_field_name("arguments")
    return (
        "tid",
        text_of(node.child_by_field_name("name")),
        tuple(text_of(child) for child in named(arguments)) if arguments else (),
    )


def _cast(node: Node, depth: int) -> Expression:
    return (
        "cast",
        text_of(node.child_by_field_name("type")),
        expression(node.child_by_field_name("value"), depth),
    )


def _parenthesized(node: Node, depth: int) -> Expression:
    inner = named(node)
    return expression(inner[0], depth) if inner else ("text", "")


def _operator(node: Node) -> str:
    return text_of(node.child_by_field_name("operator"))


def _binary(node: Node, depth: int) -> Expression:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    return ("bin", _operator(node), expression(left, depth), expression(right, depth))


def _unary(node: Node, depth: int) -> Expression:
    return ("un", _operator(node), expression(node.child_by_field_name("argument"), depth))


def _assignment(node: Node, depth: int) -> Expression:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    return ("asg", _operator(node), expression(left, depth), expression(right, depth))


def _update(node: Node, depth: int) -> Expression:
    argument = node.child_by_field_name("argument")
    prefix = argument is not None and argument.start_byte > node.start_byte
    return ("inc", _operator(node), expression(argument, depth), *(("prefix",) if prefix else ()))


def _subscript(node: Node, depth: int) -> Expression:
    indices = node.child_by_field_name("indices")
    return (
        "idx",
        expression(node.child_by_field_name("argument"), depth),
        (arguments_of(indices, depth) or (("text", ""),))[0],
    )


def _conditional(node: Node, depth: int) -> Expression:
    fields = ("condition", "consequence", "alternative")
    return ("cond", *(expression(node.child_by_field_name(name), depth) for name in fields))


def _literal(node: Node, depth: int) -> Expression:
    return (
        "make",
        text_of(node.child_by_field_name("type")),
        arguments_of(node.child_by_field_name("value"), depth),
    )


def _list(node: Node, depth: int) -> Expression:
    return ("list", arguments_of(node, depth))


def _new(node: Node, depth: int) -> Expression:
    return (
        "new",
        text_of(node.child_by_field_name("type")),
        arguments_of(node.child_by_field_name("arguments"), depth),
    )


def _constant(value: int, kind: str) -> Callable[[Node, int], Expression]:
    return lambda _node, _depth: ("num", value, kind)


CONVERTERS: dict[str, Callable[[Node, int], Expression]] = {
    "identifier": _name,
    "field_identifier": _name,
    "type_identifier": _name,
    "namespace_identifier": _name,
    "primitive_type": _name,
    "qualified_identifier": _qualified,
    "template_function": _template_function,
    "template_type": _template_function,
    "number_literal": _number,
    "char_literal": _char,
    "string_literal": _string,
    "concatenated_string": _string,
    "raw_string_literal": _string,
    "true": _constant(1, "bool"),
    "false": _constant(0, "bool"),
    "null": _constant(0, "null"),
    "nullptr": _constant(0, "null"),
    "this": lambda _node, _depth: ("this",),
    "field_expression": _field,
    "call_expression": _call,
    "cast_expression": _cast,
    "parenthesized_expression": _parenthesized,
    "condition_clause": lambda node, depth: expression(node.child_by_field_name("value"), depth),
    "binary_expression": _binary,
    "unary_expression": _unary,
    "pointer_expression": _unary,
    "assignment_expression": _assignment,
    "update_expression": _update,
    "subscript_expression": _subscript,
    "conditional_expression": _conditional,
    "compound_literal_expression": _literal,
    "initializer_list": _list,
    "new_expression": _new,
    "sizeof_expression": lambda node, _depth: ("sizeof", text_of(node)[6:].strip(" ()")),
    "comma_expression": lambda node, depth: (
        "bin",
        ",",
        expression(node.child_by_field_name("left"), depth),
        expression(node.child_by_field_name("right"), depth),
    ),
}
