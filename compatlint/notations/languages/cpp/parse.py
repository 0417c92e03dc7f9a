"""A piece of a C++ file, or all of it, to its facts. The home of tree-sitter.

Walks without recursion, keeps only the bodies of functions that touch a byte stream or are short enough to be
looked through (accessors, predicates), and never raises over the code under study: what is past a cap is
named in `FileFacts.failed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compatlint.notations.languages.cpp.base_initializers import super_calls
from compatlint.notations.languages.cpp.blanking import mask, too_deep, without_comments
from compatlint.notations.languages.cpp.bodies import parser
from compatlint.notations.languages.cpp.body_syntax import block, expression
from compatlint.notations.languages.cpp.declarator import (
    declared,
    function_name,
    is_constant,
    is_function,
    params,
    template_defaults,
    template_names,
)
from compatlint.notations.languages.cpp.expression import text_of
from compatlint.notations.languages.cpp.file_facts import (
    Body,
    ClassFacts,
    Expression,
    FileFacts,
    FunctionFacts,
    merge,
    shift,
)
from compatlint.notations.languages.cpp.outline import Piece, outline
from compatlint.notations.languages.cpp.relevant_functions import (
    SHORT,
    left_out,
    omitted,
    skeleton,
    touches_stream,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    Visit = tuple[
        Node, str, ClassFacts | None, tuple[str, ...]
    ]  # what is visited, its scope, class and template parameters

MAX_BODY = 60_000


def parse(source: bytes) -> FileFacts:
    """Return the facts of one file's bytes."""
    whole = outline(source)
    if whole.failed:
        return FileFacts(failed=whole.failed)
    return merge([parse_piece(piece) for piece in whole.pieces], whole.macros, whole.defines)


def parse_piece(piece: Piece) -> FileFacts:
    """Return the facts of a piece; their lines are those of the file."""
    if too_deep(piece.text) and too_deep(mask(piece.text)):
        return FileFacts(failed=f"brackets nested too deeply, from line {piece.line} on")
    text, bodies = skeleton(piece.text)
    facts = _parse(piece, text, bodies)
    if facts is None:  # something stands where a body would: let tree-sitter tell what
        facts = _parse(piece, piece.text, [])
    facts = shift(facts or FileFacts(), piece.line - 1)
    for function in facts.functions if piece.when else ():
        function.when, function.guessed = piece.when, piece.guessed
    return facts


def _parse(piece: Piece, text: str, bodies: list[str]) -> FileFacts | None:
    """Return the facts of a piece in which `bodies` are left out.

    None if not all of these turn out to be bodies.
    """
    source = "".join((*piece.around, text, "}" * len(piece.around)))
    facts = FileFacts()
    collecting = _File(facts, bodies)
    try:
        collecting.walk(parser().parse(source.encode()).root_node)
    except RecursionError:
        facts.failed = "nested too deeply"
    return facts if collecting.met == len(bodies) or facts.failed else None


_TRANSPARENT = {
    "declaration_list",
    "linkage_specification",
    "ERROR",
    "translation_unit",
    "field_declaration_list",
    "export_declaration",
}


class _File:
    """Collects the facts of one tree.

    `bodies` are those of the functions that `skeleton` left out, `met` counts those that were found to be of
    functions.
    """

    def __init__(self, facts: FileFacts, bodies: list[str]) -> None:
        self.facts, self.bodies, self.met = facts, bodies, 0

    def walk(self, root: Node) -> None:
        """Visit every declaration, in source order."""
        stack: list[Visit] = [(root, "", None, ())]
        while stack:
            stack.extend(reversed(self.visit(*stack.pop())))

    def visit(
        self, node: Node, scope: str, owner: ClassFacts | None, template: tuple[str, ...]
    ) -> list[Visit]:
        """Take one node's facts and return the nodes to visit below it."""
        kind = node.type
        if kind in _TRANSPARENT:
            return [(child, scope, owner, ()) for child in node.named_children if child.type != "comment"]
        if kind == "namespace_definition":
            name = text_of(node.child_by_field_name("name")).replace(" ", "")
            body = node.child_by_field_name("body")
            return [(body, join(scope, name), None, ())] if body is not None else []
        if kind == "template_declaration":
            names = template_names(node.child_by_field_name("parameters"))
            return [
                (child, scope, owner, names)
                for child in node.named_children
                if child.type not in ("template_parameter_list", "comment")
            ]
        if kind in ("class_specifier", "struct_specifier", "union_specifier"):
            return self.type_body(node, scope, template)
        return self.declared(node, scope, owner, template)

    def declared(
        self, node: Node, scope: str, owner: ClassFacts | None, template: tuple[str, ...]
    ) -> list[Visit]:
        """Take one declaration that is no class, and return the nodes to visit below it."""
        kind = node.type
        if kind == "enum_specifier":
            self.enumeration(node, scope)
        elif kind == "function_definition":
            self.function(node, scope, owner, template)
        elif kind in ("type_definition", "alias_declaration"):
            return self.alias(node, scope)
        elif kind in ("field_declaration", "declaration"):
            return self.declaration(node, scope, owner)
        elif kind.startswith("preproc"):
            return [(child, scope, owner, ()) for child in node.named_children]
        elif kind == "friend_declaration":
            if b"_denc_friend" in (node.text or b"")[:400]:  # what DENC would make a member
                return [
                    (child, scope, owner, template)
                    for child in node.named_children
                    if child.type == "function_definition"
                ]
            self.met += omitted(node.text or b"")
        return []

    def type_body(self, node: Node, scope: str, template: tuple[str, ...]) -> list[Visit]:
        """Take a class definition; a mere declaration leaves nothing."""
        body = node.child_by_field_name("body")
        name_node = node.child_by_field_name("name")
        if body is None:
            return []
        if name_node is not None and name_node.type == "template_type":
            name = text_of(name_node)  # a specialisation keeps its arguments
        else:
            name = text_of(name_node).replace(" ", "") or f"(anonymous:{node.start_point[0] + 1})"
        facts = ClassFacts(
            join(scope, name), node.start_point[0] + 1, node.end_point[0] + 1, node.type.split("_")[0]
        )
        facts.template = list(template)
        if template and node.parent is not None:
            facts.defaults = template_defaults(node.parent.child_by_field_name("parameters"))
        for child in node.children:
            if child.type == "base_class_clause":
                facts.bases = [
                    text_of(base)
                    for base in child.named_children
                    if base.type.endswith(("identifier", "template_type")) or base.type == "template_type"
                ]
        self.facts.classes.append(facts)
        return [(child, facts.name, facts, ()) for child in body.named_children if child.type != "comment"]

    def enumeration(self, node: Node, scope: str) -> None:
        """Take an enumeration: its underlying type, and its enumerators as constants."""
        name = text_of(node.child_by_field_name("name"))
        base = text_of(node.child_by_field_name("base")) or "int"
        scoped = any(child.type in ("class", "struct") for child in node.children)
        if name:
            self.facts.enums[join(scope, name)] = base
        body = node.child_by_field_name("body")
        if body is None:
            return
        previous: Expression | None = None
        inner = join(scope, name) if scoped else scope
        for child in body.named_children:
            if child.type != "enumerator":
                continue
            value = child.child_by_field_name("value")
            current: Expression = expression(value) if value is not None else _next(previous)
            label = text_of(child.child_by_field_name("name"))
            self.facts.constants[join(inner, label)] = current
            if name and not scoped:
                self.facts.constants[join(join(scope, name), label)] = current
            previous = ("id", label) if current[0] != "num" else current

    def alias(self, node: Node, scope: str) -> list[Visit]:
        """Take a typedef or a `using`; a class defined in the typedef is visited."""
        below: list[Visit] = []
        target = node.child_by_field_name("type")
        if node.type == "alias_declaration":
            name = text_of(node.child_by_field_name("name"))
            self.facts.types[join(scope, name)] = text_of(target)
            return below
        for declarator in node.children_by_field_name("declarator"):
            name, kind, size = declared(node, declarator)
            if target is not None and target.type in (
                "struct_specifier",
                "class_specifier",
                "enum_specifier",
                "union_specifier",
            ):
                kind = text_of(target.child_by_field_name("name")) or name
            self.facts.types[join(scope, name)] = kind + (f"[{_plain(size)}]" if size else "")
        if target is not None and target.child_by_field_name("body") is not None:
            below.append((target, scope, None, ()))
        return below

    def declaration(self, node: Node, scope: str, owner: ClassFacts | None) -> list[Visit]:
        """Take the variables, members, constants and method declarations of one declaration."""
        target = node.child_by_field_name("type")
        below: list[Visit] = []
        inline = ""
        if target is not None and target.type in (
            "struct_specifier",
            "class_specifier",
            "union_specifier",
            "enum_specifier",
        ):
            inline = text_of(target.child_by_field_name("name"))
            if target.child_by_field_name("body") is not None:
                below.append((target, scope, owner, ()))
                inline = inline or f"(anonymous:{target.start_point[0] + 1})"
        declarators = node.children_by_field_name("declarator")
        if (
            not declarators
            and owner is not None
            and inline.startswith("(anonymous")
            and target is not None
            and target.type != "enum_specifier"
        ):
            owner.members[inline] = (inline, node.start_point[0] + 1, None)
        for declarator in declarators:
            self.declarator(node, declarator, inline, scope, owner)
        return below

    def declarator(
        self, node: Node, declarator: Node, inline: str, scope: str, owner: ClassFacts | None
    ) -> None:
        """Take one declared name."""
        name, kind, size = declared(node, declarator)
        if inline:
            kind = inline + ("*" if kind.endswith("*") else "")
        line = declarator.start_point[0] + 1
        if is_function(declarator):
            if owner is not None and name:
                owner.methods.setdefault(name, kind)
            return
        value = node.child_by_field_name("default_value") or declarator.child_by_field_name("value")
        if value is not None and is_constant(node):
            target = owner.constants if owner is not None else self.facts.constants
            target[name if owner is not None else join(scope, name)] = expression(value)
        if owner is not None:
            owner.members.setdefault(name, (kind, line, size))
        elif name:
            self.facts.variables.setdefault(join(scope, name), kind)

    def function(self, node: Node, scope: str, owner: ClassFacts | None, template: tuple[str, ...]) -> None:
        """Take one function definition, with its body if it can matter."""
        body = node.child_by_field_name("body")
        head, inner, whole = self.texts(node, body)
        size = len(head.encode()) + len(inner.encode())
        if size > MAX_BODY:
            inner = without_comments(inner)
            size, whole = len(head.encode()) + len(inner.encode()), False
        matters = size < SHORT or touches_stream(head + inner)
        if owner is None and not matters and "operator" not in head:
            return
        declarator = node.child_by_field_name("declarator")
        while declarator is not None and declarator.type != "function_declarator":
            declarator = declarator.child_by_field_name("declarator") or next(
                (child for child in declarator.named_children if child.type.endswith("declarator")), None
            )
        if declarator is None:
            return
        name = function_name(declarator.child_by_field_name("declarator"))
        _, returns, _ = declared(node)
        if owner is not None:
            owner.methods.setdefault(name, returns)
            super_calls(node, name, owner)
        if body is None or name.startswith("~") or not (matters or name.split("::")[-1] == "operator()"):
            return
        line = body.start_point[0] + 1
        kept = _source(body) if whole else inner
        over: Body = (("?", line, f"(over the limit) a body of {size} bytes, more than {MAX_BODY}"),)
        self.facts.functions.append(
            FunctionFacts(
                join(scope, name),
                owner.name if owner is not None else scope,
                params(declarator.child_by_field_name("parameters")),
                over if size > MAX_BODY else kept,
                line,
                node.start_point[0] + 1,
                node.end_point[0] + 1,
                returns,
                template,
            )
        )

    def texts(self, node: Node, body: Node | None) -> tuple[str, str, bool]:
        """Return the text before a function's body, the body, and whether the tree has that as a whole."""
        source = node.text or b""
        if body is None:
            return source.decode("utf-8", "replace"), "", True
        at = body.start_byte - node.start_byte
        number = left_out(source, at)
        self.met += number is not None
        inner = self.bodies[number] if number is not None else source[at:].decode("utf-8", "replace")
        return source[:at].decode("utf-8", "replace"), inner, number is None


def _source(body: Node) -> str | Body:
    """Return a body's text, or its statements where the text alone may read differently."""
    if body.type != "compound_statement" or body.has_error:
        return block(body)
    return (body.text or b"").decode("utf-8", "replace")


def join(scope: str, name: str) -> str:
    """Qualify a name."""
    return f"{scope}::{name}" if scope and name else scope or name


def _next(previous: Expression | None) -> Expression:
    """Return the value of an enumerator without one."""
    if previous is None:
        return ("num", 0, "")
    return ("num", previous[1] + 1, "") if previous[0] == "num" else ("bin", "+", previous, ("num", 1, ""))


def _plain(size: Expression) -> str:
    return str(size[1]) if size[0] in ("num", "id") else ""
