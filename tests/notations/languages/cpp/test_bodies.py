"""Bodies are converted when asked for, and come out as they would in their place."""

from __future__ import annotations

import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.notations.languages.cpp import file_facts
from compatlint.notations.languages.cpp.parse import parse

SOURCE = b"""
struct Foo {
  void encode(bufferlist& bl) const {
    ENCODE_START(1, 1, bl);
    encode(a, bl);
  }
};
void Foo::decode(bufferlist::iterator& p)
{
  decode(a, p);
}
"""


def test_statements_have_the_lines_of_their_file() -> None:
    encoder, decoder = parse(SOURCE).functions
    assert [statement[1] for statement in encoder.body] == [4, 5]
    assert decoder.body == (("x", 10, ("call", ("id", "decode"), (("id", "a"), ("id", "p")))),)
    assert (encoder.line, encoder.source_line, decoder.line, decoder.source_line) == (3, 3, 8, 9)


def test_a_body_that_is_broken_in_its_place_is_converted_there() -> None:
    (function,) = parse(b"void encode(bufferlist& bl) { encode(a, bl; if ( }\n").functions
    assert not isinstance(function.source, str)
    assert function.body == function.source


def test_a_text_tells_what_a_body_can_mention() -> None:
    encoder, _ = parse(SOURCE).functions
    assert encoder.mentions("encode", "bl")
    assert not encoder.mentions("encode", "begin")


def test_facts_survive_the_cache() -> None:
    found = parse(SOURCE)
    loaded = file_facts.load(file_facts.dump(found))
    assert loaded == found
    assert loaded is not None
    assert [each.body for each in loaded.functions] == [each.body for each in found.functions]


@pytest.mark.parametrize(
    "packed", [b"", b"x", marshal.dumps(3), marshal.dumps(((), ())), file_facts.dump(parse(SOURCE))[:-1]]
)
def test_what_was_cut_off_are_no_facts(packed: bytes) -> None:
    assert file_facts.load(packed) is None


@given(st.text(max_size=300))
def test_any_body_is_converted(text: str) -> None:
    for function in parse(f"void encode(bufferlist& bl) {{ {text} }}".encode()).functions:
        assert isinstance(function.body, tuple)


def test_functions_that_touch_no_stream_are_left_out_without_a_trace() -> None:
    long = "".join(f"  counter[{number}] = other[{number}] + 1;\n" for number in range(20))
    around = "int Foo::work(int x)\n{{\n{}}}\n\nint after;\n"
    left, kept = (parse(around.format(body).encode()) for body in (long, long + "  encode(a, bl);\n"))
    assert (left.functions, [each.name for each in kept.functions]) == ([], ["Foo::work"])
    assert left.variables == kept.variables == {"after": "int"}


def test_a_type_with_its_brace_on_a_line_of_its_own_is_kept() -> None:
    members = "".join(f"  int member_{number};\n" for number in range(40))
    found = parse(
        f"struct __attribute__((packed))\nFoo\n{{\n{members}}};\nstruct Bar\n{{\n{members}}};\n".encode()
    )
    assert [len(each.members) for each in found.classes] == [40, 40]


def test_lines_stay_where_they_are_behind_what_is_left_out() -> None:
    filler = "".join(f"  counter[{number}] = other[{number}] + 1;\n" for number in range(20))
    found = parse(
        f"int f(int x)\n{{\n{filler}}}\nvoid Foo::encode(bufferlist& bl)\n{{\n  encode(a, bl);\n}}\n".encode()
    )
    assert [(each.name, each.line, each.body[0][1]) for each in found.functions] == [("Foo::encode", 24, 26)]
