"""A file taken apart declares what it declares as a whole, and each piece knows where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.notations.languages.cpp import outline as subject
from compatlint.notations.languages.cpp.file_facts import FileFacts, shift
from compatlint.notations.languages.cpp.outline import Piece, mask, outline, split
from compatlint.notations.languages.cpp.parse import parse, parse_piece
from compatlint.notations.languages.cpp.relevant_functions import skeleton

SOURCE = """#include "types.h"
namespace ceph {
namespace {

struct Foo {
  uint32_t a;
  struct { int x; } inner;
  void encode(bufferlist& bl) const {
    encode(a, bl);
  }
};

}

void Foo::decode(bufferlist::iterator& p)
{
  const char* text = "}";  // {
  decode(a, p);
}

}  // namespace ceph
WRITE_CLASS_ENCODER(ceph::Foo)
"""


def test_pieces_stand_in_their_namespaces_and_on_their_lines() -> None:
    pieces = outline(SOURCE.encode()).pieces
    assert [(piece.around, piece.line) for piece in pieces] == [
        (("namespace ceph{", "namespace{"), 5),
        (("namespace ceph{",), 15),
    ]
    lines = SOURCE.split("\n")
    for piece in pieces:
        assert piece.text.split("\n")[0] == lines[piece.line - 1]


def test_the_pieces_declare_what_the_file_does() -> None:
    facts = parse(SOURCE.encode())
    assert [(each.name, each.line, each.end_line) for each in facts.classes] == [
        ("ceph::Foo", 5, 11),
        ("ceph::Foo::(anonymous:7)", 7, 7),
    ]
    assert [(each.name, each.line, each.end_line) for each in facts.functions] == [
        ("ceph::Foo::encode", 8, 10),
        ("ceph::Foo::decode", 15, 19),
    ]
    assert facts.macros == [("WRITE_CLASS_ENCODER", "ceph::Foo", 22)]


@pytest.mark.parametrize(
    "text",
    [
        "void f()\n{\n  if (a) {\n}\n",
        "namespace a {\nvoid f()\n{\n}\n",
        "/*\nvoid f()\n{\n*/\nvoid g()\n{\n}\n",
        'const char* a = "{";\nvoid g()\n{\n}\n',
        "namespace a { namespace b {\nint x;\n}}\nint y;\n",
        "}\n}\n",
        "",
    ],
)
def test_braces_that_do_not_fit_lose_nothing(text: str) -> None:
    assert "".join("".join(piece.text.split()) for piece in split(text)) in (
        "".join(text.split()),
        "".join(text.replace("namespace a {\n", "").split()),
        "".join(text.replace("\n}}", "").replace("namespace a { namespace b {", "").split()),
        "".join(text.split()).removesuffix("}"),
    )


def test_a_piece_defines_what_the_index_says() -> None:
    found = outline(SOURCE.encode())
    assert list(found.defining("Foo")) == [0]
    assert list(found.defining("Foo::decode")) == [1]
    assert list(found.defining("absent")) == []
    assert list(found.mentioning("a")) == [0, 1]
    assert list(found.mentioning("dec")) == []


def test_a_piece_is_the_same_wherever_it_stands() -> None:
    assert Piece((), "int a;", 1) == Piece((), "int a;", 7)
    assert Piece((), "int a;", 1) != Piece(("namespace b{",), "int a;", 1)


@pytest.mark.parametrize("lines", [0, 1, 40])
def test_facts_move_with_their_piece(lines: int) -> None:
    piece = outline(SOURCE.encode()).pieces[0]
    broken = Piece((), "void encode(bufferlist& bl) { encode(a, bl; if ( }\n", 3)
    for each in (piece, broken):
        lower = Piece(each.around, each.text, each.line + lines)
        assert shift(parse_piece(each), lines) == parse_piece(lower)


BODY = "{\n" + "  encode(member, bl);\n" * 5 + "}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("void f(bufferlist& bl)\n", "\n"),
        ("struct Foo {\n  void encode(bufferlist& bl) const ", "\n};\n"),
        ("Foo::Foo(int a)\n  : Base(a), member(0)\n", "\n"),
        ("template<class T>\nvoid f(T& t, bufferlist& bl) noexcept ", "\n"),
    ],
)
def test_bodies_are_left_out_of_what_is_parsed_and_found_again(before: str, after: str) -> None:
    source = before + BODY + after
    text, bodies = skeleton(source)
    assert bodies == [BODY]
    assert "encode(member" not in text
    assert text.count("\n") == source.count("\n")
    (function,) = parse(source.encode()).functions
    assert function.source == BODY
    assert function.end_line == function.source_line + 6


@pytest.mark.parametrize(
    "source",
    [
        f"class Foo : public Base MACRO(x) {BODY};\n",
        f'void f(bufferlist& bl)\n{{\n  x = R"({{)";\n{BODY}\n}}\n',
        f"auto f = [](bufferlist& bl) {BODY};\n",
    ],
)
def test_what_only_looks_like_a_body_is_parsed(source: str) -> None:
    assert isinstance(parse(source.encode()), FileFacts)


@given(st.text(alphabet="{}()\n \"'/*;anmespc\\", max_size=200))
def test_any_text_is_survived(text: str) -> None:
    assert len(mask(text)) == len(text)
    for piece in split(text):
        assert piece.line >= 1
    subject.outline(text.encode())
    parse(text.encode())


def test_a_text_of_which_nothing_is_left_has_no_pieces() -> None:
    source = b"namespace n { #endif\n#if !defined(B)\nenum { A, B = 1 << 40 };\nstruct T0 { int a; };\n"
    assert isinstance(outline(source).failed, str)
