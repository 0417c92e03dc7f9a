"""Syntax trees of function bodies to the statements and expressions of `code.py`.

Bounded: past DEPTH levels of nesting an expression becomes ("text", source) and a statement ("?", line, source).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from compatlint.notations.cpp.code import Body, Expression, Statement

if TYPE_CHECKING:
    from tree_sitter import Node

DEPTH = 90
_NUMBER = re.compile(r"^(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)([uUlLzZ]*)$")
CASTS = {"static_cast", "reinterpret_cast", "const_cast", "dynamic_cast"}


def text_of(node: Node | None) -> str:
    """Return a node's source with runs of white space made one blank."""
    if node is None or node.text is None:
        return ""
    return " ".join(node.text.decode("utf-8", "replace").split())


def expression(node: Node | None, depth: int = 0) -> Expression:
    """Convert one expression."""
    if node is None:
        return ("text", "")
    if depth > DEPTH:
        return ("text", text_of(node)[:200])
    convert = _EXPRESSIONS.get(node.type)
    if convert is not None:
        return convert(node, depth + 1)
    return ("text", text_of(node)[:200])


def _named(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _name(node: Node, depth: int) -> Expression:
    text = text_of(node)
    return ("id", text.replace(" ", ""))


def _qualified(node: Node, depth: int) -> Expression:
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
        return ("tid", head.replace(" ", ""), tuple(text_of(child) for child in _named(arguments)) if arguments else ())
    return ("id", text.replace(" ", ""))


def _number(node: Node, depth: int) -> Expression:
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


def _char(node: Node, depth: int) -> Expression:
    text = text_of(node)
    inner = text[text.find("'") + 1 : -1]
    return ("num", ord(inner), "c") if len(inner) == 1 else ("num", 0, "c")


def _string(node: Node, depth: int) -> Expression:
    return ("str", text_of(node)[:120].strip('"'))


def _field(node: Node, depth: int) -> Expression:
    owner = node.child_by_field_name("argument")
    name = node.child_by_field_name("field")
    if name is not None and name.type in ("template_method", "dependent_name"):
        inner = name.child_by_field_name("name") or name
        return ("mem", expression(owner, depth), text_of(inner))
    return ("mem", expression(owner, depth), text_of(name).replace(" ", ""))


def _arguments(node: Node | None, depth: int) -> tuple[Expression, ...]:
    return tuple(expression(child, depth) for child in _named(node)) if node is not None else ()


def _call(node: Node, depth: int) -> Expression:
    callee = node.child_by_field_name("function")
    arguments = _arguments(node.child_by_field_name("arguments"), depth)
    if callee is None:
        return ("text", text_of(node)[:200])
    if callee.type in ("primitive_type", "sized_type_specifier"):
        return ("cast", text_of(callee), arguments[0]) if len(arguments) == 1 else ("make", text_of(callee), arguments)
    if callee.type == "parenthesized_expression" and len(arguments) == 1:
        inner = _named(callee)
        if len(inner) == 1 and inner[0].type in ("identifier", "qualified_identifier", "primitive_type"):
            return ("cast", text_of(inner[0]), arguments[0])  # (uint64_t)(x): a cast that looks like a call
    target = expression(callee, depth)
    if target[0] == "tid" and target[1].split("::")[-1] in CASTS and len(arguments) == 1:
        return ("cast", target[2][0] if target[2] else "", arguments[0])
    return ("call", target, arguments)


def _template_function(node: Node, depth: int) -> Expression:
    arguments = node.child_by_field_name("arguments")
    return (
        "tid",
        text_of(node.child_by_field_name("name")),
        tuple(text_of(child) for child in _named(arguments)) if arguments else (),
    )


def _cast(node: Node, depth: int) -> Expression:
    return ("cast", text_of(node.child_by_field_name("type")), expression(node.child_by_field_name("value"), depth))


def _parenthesized(node: Node, depth: int) -> Expression:
    inner = _named(node)
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
    return ("idx", expression(node.child_by_field_name("argument"), depth), (_arguments(indices, depth) or (("text", ""),))[0])


def _conditional(node: Node, depth: int) -> Expression:
    fields = ("condition", "consequence", "alternative")
    return ("cond", *(expression(node.child_by_field_name(name), depth) for name in fields))


def _literal(node: Node, depth: int) -> Expression:
    return ("make", text_of(node.child_by_field_name("type")), _arguments(node.child_by_field_name("value"), depth))


def _list(node: Node, depth: int) -> Expression:
    return ("list", _arguments(node, depth))


def _new(node: Node, depth: int) -> Expression:
    return ("new", text_of(node.child_by_field_name("type")), _arguments(node.child_by_field_name("arguments"), depth))


def _lambda(node: Node, depth: int) -> Expression:
    declarator = node.child_by_field_name("declarator")
    parameters = declarator.child_by_field_name("parameters") if declarator is not None else None
    return ("lam", params(parameters), block(node.child_by_field_name("body"), depth))


def _constant(value: int, kind: str) -> Callable[[Node, int], Expression]:
    return lambda node, depth: ("num", value, kind)


_EXPRESSIONS: dict[str, Callable[[Node, int], Expression]] = {
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
    "this": lambda node, depth: ("this",),
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
    "lambda_expression": _lambda,
    "sizeof_expression": lambda node, depth: ("sizeof", text_of(node)[6:].strip(" ()")),
    "comma_expression": lambda node, depth: (
        "bin",
        ",",
        expression(node.child_by_field_name("left"), depth),
        expression(node.child_by_field_name("right"), depth),
    ),
}


def params(node: Node | None) -> tuple[tuple[str, str], ...]:
    """Return a parameter list as (type text, name)."""
    if node is None:
        return ()
    found = []
    for child in _named(node):
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
                (child for child in declarator.named_children if child.type.endswith(("declarator", "identifier"))), None
            )
        declarator = inner
    return name, f"{qualifiers} {base}{suffix}".strip(), size


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
    inner = _named(node)
    return [("x", line, expression(inner[0], depth))] if inner else []


def _declaration(node: Node, line: int, depth: int) -> list[Statement]:
    out: list[Statement] = []
    for declarator in node.children_by_field_name("declarator"):
        name, kind, size = declared(node, declarator)
        initial: Expression | None = None
        if declarator.type == "init_declarator":
            value = declarator.child_by_field_name("value")
            if value is not None and value.type == "argument_list":
                arguments = _arguments(value, depth)
                initial = arguments[0] if len(arguments) == 1 else ("make", kind, arguments)
            elif value is not None:
                initial = expression(value, depth)
        elif declarator.type == "function_declarator":
            # `EncodeVisitor v(bl);` reads as a function declaration: the arguments look like types
            names = [text_of(child) for child in _named(declarator.child_by_field_name("parameters") or declarator)]
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
        inner = _named(alternative)
        otherwise = block(inner[0], depth) if inner else ()
    choice: Statement = ("if", line, test, block(node.child_by_field_name("consequence"), depth), otherwise)
    return [("blk", line, (*out, choice))] if out else [choice]


def _condition(clause: Node | None, before: list[Statement], depth: int) -> Expression:
    """Return the tested expression; a declaration in the condition goes to `before`."""
    value = clause.child_by_field_name("value") if clause is not None and clause.type == "condition_clause" else clause
    if value is not None and value.type in ("declaration", "condition_declaration"):
        name, kind, _ = declared(value)
        before.append(("decl", value.start_point[0] + 1, kind, name, expression(value.child_by_field_name("value"), depth), None))
        return ("id", name)
    return expression(value, depth)


def _for(node: Node, line: int, depth: int) -> list[Statement]:
    initial = node.child_by_field_name("initializer")
    before: list[Statement] = []
    if initial is not None:
        before = statement(initial, depth) if initial.type == "declaration" else [("x", line, expression(initial, depth))]
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
        ("do", line, block(node.child_by_field_name("body"), depth), expression(node.child_by_field_name("condition"), depth))
    ]


def _switch(node: Node, line: int, depth: int) -> list[Statement]:
    body = node.child_by_field_name("body")
    cases: list[tuple[tuple[Expression | None, ...], Body]] = []
    before: list[Statement] = []
    test = _condition(node.child_by_field_name("condition"), before, depth)
    for child in _named(body) if body is not None else []:
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
        for child in _named(node)
        if child.type == "catch_clause"
    ]
    return [("try", line, block(node.child_by_field_name("body"), depth), tuple(handlers))]


def _return(node: Node, line: int, depth: int) -> list[Statement]:
    inner = _named(node)
    return [("ret", line, expression(inner[0], depth) if inner else None)]


def _labeled(node: Node, line: int, depth: int) -> list[Statement]:
    inner = _named(node)
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
    "break_statement": lambda node, line, depth: [("brk", line)],
    "continue_statement": lambda node, line, depth: [("cont", line)],
    "throw_statement": lambda node, line, depth: [("throw", line, text_of(node)[:200])],
    "goto_statement": lambda node, line, depth: [("?", line, text_of(node)[:200])],
    "labeled_statement": _labeled,
}
