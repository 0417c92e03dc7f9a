"""Syntax trees of function bodies to the statements and expressions of `code.py`.

Bounded: past DEPTH levels of nesting a statement becomes ("?", line, source). Take `expression` from here:
with what is here it knows lambdas, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from compatlint.notations.languages.cpp.body_values import Body, Expression, Statement
from compatlint.notations.languages.cpp.declarator import declared, params
from compatlint.notations.languages.cpp.expression import (
    CONVERTERS,
    DEPTH,
    arguments_of,
    expression,
    named,
    text_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def block(node: Node | None, depth: int = 0) -> Body:
    """Convert a compound statement, or a single statement, to a body."""
    if node is None:
        return ()
    if node.type == "compound_statement":
        out: list[Statement] = []
        for child in node.named_children:
            out.extend(statement(child, depth + 1))
        return tuple(out)
    return tuple(statement(node, depth + 1))


def statement(node: Node, depth: int = 0) -> list[Statement]:
    """Convert one statement; declarations of several names give several."""
    kind, line = node.type, node.start_point[0] + 1
    if kind in ("comment", ";"):
        return []
    if depth > DEPTH:
        return [("?", line, "(over the limit) statements nested too deeply")]
    convert = _STATEMENTS.get(kind)
    if convert is not None:
        return convert(node, line, depth)
    if kind in _IGNORED:
        return []
    return [("?", line, text_of(node)[:200])]


_IGNORED = {
    "access_specifier",
    "alias_declaration",
    "class_specifier",
    "empty_statement",
    "enum_specifier",
    "label",
    "namespace_alias_definition",
    "preproc_call",
    "static_assert_declaration",
    "struct_specifier",
    "type_definition",
    "using_declaration",
}


def _expression_statement(node: Node, line: int, depth: int) -> list[Statement]:
    inner = named(node)
    return [("x", line, expression(inner[0], depth))] if inner else []


def _declaration(node: Node, line: int, depth: int) -> list[Statement]:
    out: list[Statement] = []
    for declarator in node.children_by_field_name("declarator"):
        name, kind, size = declared(node, declarator)
        initial: Expression | None = None
        if declarator.type == "init_declarator":
            value = declarator.child_by_field_name("value")
            if value is not None and value.type == "argument_list":
                arguments = arguments_of(value, depth)
                initial = arguments[0] if len(arguments) == 1 else ("make", kind, arguments)
            elif value is not None:
                initial = expression(value, depth)
        elif declarator.type == "function_declarator":
            # `EncodeVisitor v(bl);` reads as a function declaration: the arguments look like types
            names = [
                text_of(child) for child in named(declarator.child_by_field_name("parameters") or declarator)
            ]
            initial = ("make", kind, tuple(("id", each) for each in names))
        out.append(("decl", line, kind, name, initial, size))
    return out


def _if(node: Node, line: int, depth: int) -> list[Statement]:
    clause = node.child_by_field_name("condition")
    out: list[Statement] = []
    initial = clause.child_by_field_name("initializer") if clause is not None else None
    if initial is not None:
        for child in initial.named_children:
            out.extend(statement(child, depth))
    test = _condition(clause, out, depth)
    alternative = node.child_by_field_name("alternative")
    otherwise: Body = ()
    if alternative is not None:
        inner = named(alternative)
        otherwise = block(inner[0], depth) if inner else ()
    choice: Statement = ("if", line, test, block(node.child_by_field_name("consequence"), depth), otherwise)
    return [("blk", line, (*out, choice))] if out else [choice]


def _condition(clause: Node | None, before: list[Statement], depth: int) -> Expression:
    """Return the tested expression; a declaration in the condition goes to `before`."""
    value = (
        clause.child_by_field_name("value")
        if clause is not None and clause.type == "condition_clause"
        else clause
    )
    if value is not None and value.type in ("declaration", "condition_declaration"):
        name, kind, _ = declared(value)
        before.append(
            (
                "decl",
                value.start_point[0] + 1,
                kind,
                name,
                expression(value.child_by_field_name("value"), depth),
                None,
            )
        )
        return ("id", name)
    return expression(value, depth)


def _for(node: Node, line: int, depth: int) -> list[Statement]:
    initial = node.child_by_field_name("initializer")
    before: list[Statement] = []
    if initial is not None:
        before = (
            statement(initial, depth)
            if initial.type == "declaration"
            else [("x", line, expression(initial, depth))]
        )
    test = node.child_by_field_name("condition")
    update = node.child_by_field_name("update")
    body = block(node.child_by_field_name("body"), depth)
    return [
        (
            "for",
            line,
            tuple(before),
            expression(test, depth) if test is not None else None,
            expression(update, depth) if update is not None else None,
            body,
        )
    ]


def _each(node: Node, line: int, depth: int) -> list[Statement]:
    name, kind, _ = declared(node)
    names = tuple(part.strip() for part in name.strip("[]").split(",")) if name.startswith("[") else (name,)
    return [
        (
            "each",
            line,
            kind,
            names,
            expression(node.child_by_field_name("right"), depth),
            block(node.child_by_field_name("body"), depth),
        )
    ]


def _while(node: Node, line: int, depth: int) -> list[Statement]:
    before: list[Statement] = []
    test = _condition(node.child_by_field_name("condition"), before, depth)
    return [*before, ("while", line, test, block(node.child_by_field_name("body"), depth))]


def _do(node: Node, line: int, depth: int) -> list[Statement]:
    return [
        (
            "do",
            line,
            block(node.child_by_field_name("body"), depth),
            expression(node.child_by_field_name("condition"), depth),
        )
    ]


def _switch(node: Node, line: int, depth: int) -> list[Statement]:
    body = node.child_by_field_name("body")
    cases: list[tuple[tuple[Expression | None, ...], Body]] = []
    before: list[Statement] = []
    test = _condition(node.child_by_field_name("condition"), before, depth)
    for child in named(body) if body is not None else []:
        if child.type != "case_statement":
            continue
        value = child.child_by_field_name("value")
        label = expression(value, depth) if value is not None else None
        inner: list[Statement] = []
        for part in child.named_children:
            if value is None or part.id != value.id:
                inner.extend(statement(part, depth + 1))
        if cases and not cases[-1][1]:  # an empty case falls through to the next
            labels, _ = cases.pop()
            cases.append(((*labels, label), tuple(inner)))
        else:
            cases.append(((label,), tuple(inner)))
    return [*before, ("switch", line, test, tuple(cases))]


def _try(node: Node, line: int, depth: int) -> list[Statement]:
    handlers = [
        (text_of(child.child_by_field_name("parameters")), block(child.child_by_field_name("body"), depth))
        for child in named(node)
        if child.type == "catch_clause"
    ]
    return [("try", line, block(node.child_by_field_name("body"), depth), tuple(handlers))]


def _return(node: Node, line: int, depth: int) -> list[Statement]:
    inner = named(node)
    return [("ret", line, expression(inner[0], depth) if inner else None)]


def _labeled(node: Node, _line: int, depth: int) -> list[Statement]:
    inner = named(node)
    return statement(inner[-1], depth + 1) if len(inner) > 1 else []


_STATEMENTS: dict[str, Callable[[Node, int, int], list[Statement]]] = {
    "expression_statement": _expression_statement,
    "declaration": _declaration,
    "if_statement": _if,
    "for_statement": _for,
    "for_range_loop": _each,
    "while_statement": _while,
    "do_statement": _do,
    "switch_statement": _switch,
    "try_statement": _try,
    "return_statement": _return,
    "compound_statement": lambda node, line, depth: [("blk", line, block(node, depth))],
    "break_statement": lambda _node, line, _depth: [("brk", line)],
    "continue_statement": lambda _node, line, _depth: [("cont", line)],
    "throw_statement": lambda node, line, _depth: [("throw", line, text_of(node)[:200])],
    "goto_statement": lambda node, line, _depth: [("?", line, text_of(node)[:200])],
    "labeled_statement": _labeled,
}


def _lambda(node: Node, depth: int) -> Expression:
    declarator = node.child_by_field_name("declarator")
    parameters = declarator.child_by_field_name("parameters") if declarator is not None else None
    return ("lam", params(parameters), block(node.child_by_field_name("body"), depth))


CONVERTERS["lambda_expression"] = _lambda


__all__ = ["block", "expression", "statement"]
