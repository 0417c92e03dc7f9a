"""Two releases of .thrift files: what each change breaks, and in which direction."""

from __future__ import annotations

import pytest

from compatlint.check.keyed.causes import causes_of
from compatlint.notations.schemas.thrift import NOTATION
from tests.notations.schemas.box import found, release

OTHERS = """
typedef i64 Id
typedef Id Key
struct Inner { 1: string a }
struct Same { 1: string a }
struct Other { 1: i32 a }
struct Else { 1: string b }
enum E { A, B = 5, C }
"""


def of(old: str, new: str) -> dict[str, str]:
    sides = ({"a.thrift": f"{OTHERS}\nstruct S {{ {body} }}"} for body in (old, new))
    return {name.removeprefix("a.S."): directions for name, directions in found(NOTATION, *sides).items()}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1: i32 x", "1: i64 x", {"1 rejected retyped": "ud"}),
        ("1: i32 x", "1: string x", {"1 rejected retyped": "ud"}),
        ("1: list<i32> x", "1: set<i32> x", {"1 rejected retyped": "ud"}),
        ("1: list<i32> x", "1: list<i64> x", {"1 rejected retyped": "ud"}),
        ("1: map<string, i32> x", "1: map<string, bool> x", {"1 rejected retyped": "ud"}),
        ("1: Inner x", "1: Other x", {"1 rejected retyped": "ud"}),
        ("1: Inner x", "1: Else x", {"1 misread retyped": "ud"}),
        ("1: Inner x", "1: Same x", {}),
        ("1: i32 x", "1: E x", {}),
        ("1: string x", "1: binary x", {}),
        ("1: i64 x", "1: Key x", {}),
        ("1: byte x", "1: i8 x", {}),
        ("1: i32 x", "1: i32 y", {}),
        ("1: i32 x", "1: i32 x, 2: optional i32 y", {}),
        ("1: i32 x", "1: i32 x; 2: required i32 y", {"2 absent key-added": "u"}),
        ("1: required i32 x", "", {"1 dropped key-removed": "u", "1 absent key-removed": "d"}),
        ("1: i32 x, 2: i32 y", "1: i32 x", {"2 dropped key-removed": "u"}),
        ("1: required i32 x", "1: i32 x", {"1 absent made-optional": "d"}),
        ("1: optional i32 x", "1: required i32 x", {"1 absent made-required": "u"}),
        ("1: optional i32 x", "1: i32 x", {}),
        ("1: i32 x = 1", "1: i32 x = 2", {"1 misread default-changed": "ud"}),
        ("1: bool x = 1", "1: bool x = true", {}),
        ("1: i32 x = 16", "1: i32 x = 0x10", {}),
        ("1: i32 x", "2: i32 x", {"1 absent renumbered": "u", "2 absent renumbered": "d"}),
        (
            "i32 x, i32 y",
            "i32 z, i32 x, i32 y",
            {"-1 misread renumbered": "ud", "-2 misread renumbered": "ud"},
        ),
    ],
)
def test_fields(old, new, expected):
    assert of(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("enum E { A, B }", "enum E { A, B, C }", {"a.E.2 rejected variant-added": "d"}),
        ("enum E { A, B }", "enum E { A }", {"a.E.1 rejected variant-removed": "u"}),
        (
            "enum E { A, B }",
            "enum E { A, N, B }",
            {"a.E.1 misread renumbered": "ud", "a.E.2 rejected variant-added": "d"},
        ),
        ("union U { 1: i32 a }", "union U { 1: i32 a, 2: i32 b }", {"a.U.2 rejected key-added": "d"}),
        ("union U { 1: i32 a, 2: i32 b }", "union U { 1: i32 a }", {"a.U.2 rejected key-removed": "u"}),
    ],
)
def test_enumerations_and_unions(old, new, expected):
    assert found(NOTATION, {"a.thrift": old}, {"a.thrift": new}) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("i32 f(1: i32 a)", "i32 f(1: i32 b, 2: i32 c)", {}),
        ("i32 f(1: i32 a)", "i32 f(1: string a)", {"S.f.1 rejected retyped": "ud"}),
        ("i32 f(1: i32 a)", "", {"S.f refused record-removed": "u"}),
        ("void f()", "oneway void f()", {"S.f.(answer) rejected retyped": "ud"}),
        (
            "void f()",
            "i32 f()",
            {"S.f answer.0 absent key-added": "u", "S.f answer.0 rejected key-added": "d"},
        ),
        ("i32 f()", "i64 f()", {"S.f answer.0 rejected retyped": "ud"}),
        (
            "void f() throws (1: Lost e)",
            "void f()",
            {"S.f answer.1 rejected key-removed": "u"},
        ),
    ],
)
def test_calls(old, new, expected):
    text = "exception Lost { 1: string why }\nservice S { %s }"
    assert found(NOTATION, {"a.thrift": text % old}, {"a.thrift": text % new}) == expected


def test_a_call_that_moves_into_the_service_that_is_extended_is_still_there():
    before = {"a.thrift": "service S { void f() }", "b.thrift": "service B {}"}
    after = {"a.thrift": 'include "b.thrift"\nservice S extends b.B {}', "b.thrift": "service B { void f() }"}
    assert found(NOTATION, before, after) == {}
    gone = {**before, "a.thrift": 'include "c.thrift"\nservice S extends c.B {}'}
    assert found(NOTATION, after, gone) == {
        "S.f refused record-removed": "u",
        "B.f refused record-removed": "u",
    }


def test_names_of_included_files():
    inner = "struct T { 1: i32 x }\ntypedef T Alias\n"
    before = {"a.thrift": 'include "b.thrift"\nstruct S { 1: b.T t }', "b.thrift": inner}
    after = {"a.thrift": 'include "b.thrift"\nstruct S { 1: b.Alias t }', "b.thrift": inner}
    assert found(NOTATION, before, after) == {}
    unknown = {"a.thrift": 'include "far.thrift"\nstruct S { 1: far.Thing t }', "b.thrift": inner}
    assert found(NOTATION, before, unknown) == {"a.S.1 unread none": "ud"}


def test_everything_else_that_the_language_has_is_passed_over():
    text = """
    # comment
    namespace * shop
    namespace java.swift org.shop
    cpp_include "<map>"
    const map<string, list<i32>> TABLE = {"a": [1, 2], 'b': [-3]}
    const double PI = 3.14e+0
    senum Words { "one", "two" }
    struct S {
      1: required map<string, list<set<i32>>> x (cpp.type = "y", deprecated = "yes"),
      2: list<i32> cpp_type "std::list" y = [1, 2];
      3: S & self
    } (annotated = "1")
    exception X { 1: string why }
    service T extends other.Base { async void f(1: S s = {"x": {}}), list<S> g() throws (1: X x) (a = "b"); }
    """
    alone = NOTATION.alone(release("a" * 40, {"a.thrift": text}))
    assert {each.name for each in alone.meetings} == {"a.S", "a.X", "a.Words"}
    assert causes_of(alone.meetings) == []


@pytest.mark.parametrize(
    "text", ["struct S {", "struct S { 1: list<" * 1, "typedef " + "list<" * 100_000, "what is this"]
)
def test_what_is_no_schema_is_unread_by_its_path(text):
    one, other = release("a" * 40, {"a.thrift": ""}), release("b" * 40, {"a.thrift": text})
    NOTATION.lower(one, other, ["a.thrift"])
    assert list(other.failed) == ["a.thrift"]
