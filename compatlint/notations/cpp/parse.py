"""One C++ file to its facts. The home of tree-sitter.

Walks without recursion, keeps only the bodies of functions that touch a byte stream or are short enough to be
looked through (accessors, predicates), and never raises over the code under study: what is past a cap is named
in `FileFacts.failed`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compatlint.notations.cpp import syntax, text
from compatlint.notations.cpp.body import parser
from compatlint.notations.cpp.facts import Body, ClassFacts, Expression, FileFacts, FunctionFacts
from compatlint.notations.cpp.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_BYTES = 2 << 20
MAX_BODY = 60_000
_STREAM = re.compile(
    r"(?:en|de)code|denc|_START\b|append|\bcopy|advance|header\.|\bvisit\b|apply_visitor|bufferlist|buffer::|reset\(new"
)
_WORDS = ("code", "denc", "_START", "append", "copy", "advance", "header.", "visit", "bufferlist", "buffer::", "reset(new")
_SHORT = 260


def parse(source: bytes) -> FileFacts:
    """Return the facts of one file's bytes."""
    facts = FileFacts()
    if len(source) > MAX_BYTES:
        facts.failed = f"file of {len(source)} bytes is over the limit of {MAX_BYTES}"
        return facts
    settled, facts.defines = text.settle(source.decode("utf-8", "replace"))
    settled, facts.macros = text.expand(settled)
    tree = parser().parse(_without_the_irrelevant(settled).encode())
    try:
        _File(facts).walk(tree.root_node)
    except RecursionError:
        facts.failed = "nested too deeply"
    return facts


_OMITTED = "compatlint_omitted;"
_TYPE = re.compile(r"\s*(?:typedef|struct|class|union|enum|namespace|extern)\b")


def _without_the_irrelevant(source: str) -> str:
    """Empty the bodies that `_File.function` would not keep, so that they are not parsed either: a third of a large project.

    Only where a body certainly begins and ends: a brace alone on its line behind the parameters, and the
    next one in the first column, with as many opened as closed in between. Lines stay where they are.
    """
    kept: list[str] = []
    done, at = 0, source.find("\n{\n")
    while at >= 0:
        end = source.find("\n}", at + 2)
        if end < 0:
            break
        low = max(done, at - 2000)
        head = source[max(low, source.rfind("\n\n", low, at), source.rfind("\n}", low, at)) : at]
        if end - at > _SHORT and head.rstrip().endswith((")", "const", "override")) and not _TYPE.match(head):
            body = source[at + 2 : end + 1]
            if not (touches_stream(body) or touches_stream(head) or "operator" in head) and body.count("{") == body.count("}"):
                kept += (source[done : at + 2], _OMITTED, "\n" * body.count("\n"))
                done = end + 1
        at = source.find("\n{\n", end)
    kept.append(source[done:])
    return "".join(kept)


def touches_stream(source: str) -> bool:
    """Tell whether a function's text has anything to do with a stream of bytes."""
    # Plain searches first: they are ten times as fast, and for most functions they are enough.
    return any(word in source for word in _WORDS) and _STREAM.search(source) is not None


_TRANSPARENT = {
    "declaration_list",
    "linkage_specification",
    "ERROR",
    "translation_unit",
    "field_declaration_list",
    "export_declaration",
}


class _File:
    """Collects the facts of one tree; the stack holds (node, scope, class or None, template parameters)."""

    def __init__(self, facts: FileFacts) -> None:
        self.facts = facts

    def walk(self, root: Node) -> None:
        """Visit every declaration, in source order."""
        stack: list[tuple[Node, str, ClassFacts | None, tuple[str, ...]]] = [(root, "", None, ())]
        while stack:
            node, scope, owner, template = stack.pop()
            for child, inner_scope, inner_owner, inner_template in reversed(self.visit(node, scope, owner, template)):
                stack.append((child, inner_scope, inner_owner, inner_template))

    def visit(
        self, node: Node, scope: str, owner: ClassFacts | None, template: tuple[str, ...]
    ) -> list[tuple[Node, str, ClassFacts | None, tuple[str, ...]]]:
        """Take one node's facts and return the nodes to visit below it."""
        kind = node.type
        if kind in _TRANSPARENT:
            return [(child, scope, owner, ()) for child in node.named_children if child.type != "comment"]
        if kind == "namespace_definition":
            name = text_of(node.child_by_field_name("name")).replace(" ", "")
            body = node.child_by_field_name("body")
            return [(body, join(scope, name), None, ())] if body is not None else []
        if kind == "template_declaration":
            names = _template_names(node.child_by_field_name("parameters"))
            return [
                (child, scope, owner, names)
                for child in node.named_children
                if child.type not in ("template_parameter_list", "comment")
            ]
        if kind in ("class_specifier", "struct_specifier", "union_specifier"):
            return self.type_body(node, scope, template)
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
        elif kind == "friend_declaration" and b"_denc_friend" in (node.text or b"")[:400]:  # what DENC would make a member
            return [(child, scope, owner, template) for child in node.named_children if child.type == "function_definition"]
        return []

    def type_body(
        self, node: Node, scope: str, template: tuple[str, ...]
    ) -> list[tuple[Node, str, ClassFacts | None, tuple[str, ...]]]:
        """Take a class definition; a mere declaration leaves nothing."""
        body = node.child_by_field_name("body")
        name_node = node.child_by_field_name("name")
        if body is None:
            return []
        if name_node is not None and name_node.type == "template_type":
            name = text_of(name_node)  # a specialisation keeps its arguments
        else:
            name = text_of(name_node).replace(" ", "") or f"(anonymous:{node.start_point[0] + 1})"
        facts = ClassFacts(join(scope, name), node.start_point[0] + 1, node.end_point[0] + 1, node.type.split("_")[0])
        facts.template = list(template)
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
            current: Expression = syntax.expression(value) if value is not None else _next(previous)
            label = text_of(child.child_by_field_name("name"))
            self.facts.constants[join(inner, label)] = current
            if name and not scoped:
                self.facts.constants[join(join(scope, name), label)] = current
            previous = ("id", label) if current[0] != "num" else current

    def alias(self, node: Node, scope: str) -> list[tuple[Node, str, ClassFacts | None, tuple[str, ...]]]:
        """Take a typedef or a `using`; a class defined in the typedef is visited."""
        below: list[tuple[Node, str, ClassFacts | None, tuple[str, ...]]] = []
        target = node.child_by_field_name("type")
        if node.type == "alias_declaration":
            name = text_of(node.child_by_field_name("name"))
            self.facts.types[join(scope, name)] = text_of(target)
            return below
        for declarator in node.children_by_field_name("declarator"):
            name, kind, size = syntax.declared(node, declarator)
            if target is not None and target.type in ("struct_specifier", "class_specifier", "enum_specifier", "union_specifier"):
                kind = text_of(target.child_by_field_name("name")) or name
            self.facts.types[join(scope, name)] = kind + (f"[{_plain(size)}]" if size else "")
        if target is not None and target.child_by_field_name("body") is not None:
            below.append((target, scope, None, ()))
        return below

    def declaration(
        self, node: Node, scope: str, owner: ClassFacts | None
    ) -> list[tuple[Node, str, ClassFacts | None, tuple[str, ...]]]:
        """Take the variables, members, constants and method declarations of one declaration."""
        target = node.child_by_field_name("type")
        below: list[tuple[Node, str, ClassFacts | None, tuple[str, ...]]] = []
        inline = ""
        if target is not None and target.type in ("struct_specifier", "class_specifier", "union_specifier", "enum_specifier"):
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

    def declarator(self, node: Node, declarator: Node, inline: str, scope: str, owner: ClassFacts | None) -> None:
        """Take one declared name."""
        name, kind, size = syntax.declared(node, declarator)
        if inline:
            kind = inline + ("*" if kind.endswith("*") else "")
        line = declarator.start_point[0] + 1
        if _is_function(declarator):
            if owner is not None and name:
                owner.methods.setdefault(name, kind)
            return
        value = node.child_by_field_name("default_value") or declarator.child_by_field_name("value")
        constant = any(
            child.type == "storage_class_specifier" and text_of(child) in ("static", "constexpr") for child in node.children
        )
        constant = constant or any(
            text_of(child) in ("constexpr", "const") for child in node.children if child.type == "type_qualifier"
        )
        if value is not None and constant:
            target = owner.constants if owner is not None else self.facts.constants
            target[name if owner is not None else join(scope, name)] = syntax.expression(value)
        if owner is not None:
            owner.members.setdefault(name, (kind, line, size))
        elif name:
            self.facts.variables.setdefault(join(scope, name), kind)

    def function(self, node: Node, scope: str, owner: ClassFacts | None, template: tuple[str, ...]) -> None:
        """Take one function definition, with its body if it can matter."""
        declarator = node.child_by_field_name("declarator")
        while declarator is not None and declarator.type != "function_declarator":
            declarator = declarator.child_by_field_name("declarator") or next(
                (child for child in declarator.named_children if child.type.endswith("declarator")), None
            )
        if declarator is None:
            return
        name = _function_name(declarator.child_by_field_name("declarator"))
        _, returns, _ = syntax.declared(node)
        if owner is not None:
            owner.methods.setdefault(name, returns)
            self.super_calls(node, name, owner)
        body = node.child_by_field_name("body")
        if body is None or name.startswith("~"):
            return
        size = node.end_byte - node.start_byte
        source = (node.text or b"").decode("utf-8", "replace")
        if _OMITTED in source:
            return
        if not (size < _SHORT or touches_stream(source) or name.split("::")[-1] in ("operator()",)):
            return
        line = body.start_point[0] + 1
        over: Body = (("?", line, f"(over the limit) a body of {size} bytes, more than {MAX_BODY}"),)
        self.facts.functions.append(
            FunctionFacts(
                join(scope, name),
                owner.name if owner is not None else scope,
                syntax.params(declarator.child_by_field_name("parameters")),
                _source(body) if size <= MAX_BODY else over,
                line,
                node.start_point[0] + 1,
                node.end_point[0] + 1,
                returns,
                template,
            )
        )

    def super_calls(self, node: Node, name: str, owner: ClassFacts) -> None:
        """Remember what a constructor hands to its bases: messages pass their versions so."""
        if name != owner.name.split("::")[-1]:
            return
        for child in node.children:
            if child.type != "field_initializer_list":
                continue
            for initializer in child.named_children:
                parts = [part for part in initializer.named_children if part.type != "comment"]
                if len(parts) == 2 and parts[1].type == "argument_list":
                    arguments = tuple(syntax.expression(each) for each in parts[1].named_children if each.type != "comment")
                    known = owner.super_calls.get(text_of(parts[0]))
                    if known is None or len(arguments) > len(known):
                        owner.super_calls[text_of(parts[0])] = arguments


def _source(body: Node) -> str | Body:
    """Return a body to be converted when asked for, or at once where it may read differently out of its place."""
    if body.type != "compound_statement" or body.has_error:
        return syntax.block(body)
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


def _template_names(node: Node | None) -> tuple[str, ...]:
    names = []
    for child in node.named_children if node is not None else []:
        found = [part for part in child.named_children if part.type in ("type_identifier", "identifier")]
        if found:
            names.append(text_of(found[-1] if child.type == "parameter_declaration" else found[0]))
        elif child.type == "template_template_parameter_declaration":
            names.append(text_of(child).split()[-1])
    return tuple(names)


def _is_function(declarator: Node) -> bool:
    node: Node | None = declarator
    while node is not None:
        if node.type == "function_declarator":
            inner = node.child_by_field_name("declarator")
            return inner is None or inner.type != "parenthesized_declarator"
        node = node.child_by_field_name("declarator") or next(
            (child for child in node.named_children if child.type.endswith("declarator")), None
        )
    return False


def _function_name(node: Node | None) -> str:
    """Return a function's declared name without template arguments of its scopes (`foo<T>::decode` is `foo::decode`)."""
    name = text_of(node).replace(" ", "")
    if "<" in name and "operator" not in name:
        depth, kept = 0, []
        for char in name:
            depth += (char == "<") - (char == ">")
            if depth == 0 and char != ">":
                kept.append(char)
        name = "".join(kept)
    return name
