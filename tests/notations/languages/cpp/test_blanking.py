"""Comments and strings filled up, brackets counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.notations.languages.cpp.blanking import mask, too_deep, without_comments
from compatlint.notations.languages.cpp.parse import parse


@pytest.mark.parametrize(
    ("source", "masked"),
    [
        ("a // b {", "a ~~~~~~"),
        ("a /* b\n{ */ c", "a ~~~~\n~~~~ c"),
        ("a(\"{\", '}')", "a(~~~, ~~~)"),
        ('"\\"{" {', "~~~~~ {"),
        ('R"({)" {', "R~~~~~ {"),
        ('R"x({)" })x" {', "R~~~~~~~~~~~ {"),
        ('LR"(\n{\n)" {', "LR~~\n~\n~~ {"),
        ("1'000'000 {", "1'000'000 {"),
        ("'\\'' {", "~~~~ {"),
        ("// a \\\n{\n{", "~~~~~~\n~\n{"),
        ('"/*" { "*/"', "~~~~ { ~~~~"),
        ("/* /* */ {", "~~~~~~~~ {"),
    ],
)
def test_what_comments_and_strings_hold_is_filled_up(source: str, masked: str) -> None:
    assert mask(source) == masked


@given(st.text(alphabet="/*\"'R()\\\nxu8L{", max_size=50))
def test_a_masked_text_is_as_long_and_has_the_same_lines(source: str) -> None:
    masked = mask(source)
    assert [len(line) for line in masked.split("\n")] == [len(line) for line in source.split("\n")]


def test_comments_go_and_lines_stay() -> None:
    assert without_comments('a /* b\n c */ d // e\n"/* f */"') == 'a \n d \n"/* f */"'


@pytest.mark.parametrize(
    ("source", "deep"),
    [
        ("(" * 400 + ")" * 400, True),
        ("std::vector<" * 400, True),
        ("{" * 200 + "(" * 200, True),
        ("f(a < b);\n" * 1000, False),
        ("f();{}" * 1000, False),
        ("a<b>;" * 1000, False),
        ("(" * 200 + ")" * 200 + "(" * 200 + ")" * 200, False),
    ],
)
def test_brackets_in_brackets_are_counted(source: str, deep: bool) -> None:
    assert too_deep(source) is deep


def test_what_is_nested_too_deeply_is_not_parsed_and_named() -> None:
    facts = parse(("struct a_t { " + "std::vector<" * 1000 + "int" + ">" * 1000 + " v; };\n").encode())
    assert facts.failed == "brackets nested too deeply, from line 1 on"


def test_a_long_comment_does_not_count_for_the_size_of_a_body() -> None:
    body = "encode(a, bl); /* " + "x" * 61_000 + " */ encode(b, bl);"
    (function,) = parse(f"void foo_t::encode(bufferlist& bl) const {{ {body} }}".encode()).functions
    assert [statement[0] for statement in function.body] == ["x", "x"]
    (function,) = parse(
        f"void foo_t::encode(bufferlist& bl) const {{ {'encode(a, bl);' * 5000} }}".encode()
    ).functions
    assert "over the limit" in str(function.body)
