"""JSON with lines and comments: what is read, and what is refused with its line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.notations.languages.json import JsonMistake, parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, 2]))
def test_what_the_standard_library_writes_is_read(value, indent):
    assert parse_json(json.dumps(value, indent=indent)) == value


@pytest.mark.parametrize("text", ['{"a": 1,}', '// c\n{ /* x */ "a": 1}', '\ufeff{"a":1} // end'])
def test_comments_and_a_last_comma_are_taken(text):
    assert parse_json(text) == {"a": 1}


def test_keys_know_their_lines():
    found = parse_json('{\n"a": 1,\n\n"b": {\n"c": [2]}}')
    assert (found.line, found.lines, found["b"].line_of("c"), found["b"]["c"].line) == (
        1,
        {"a": 2, "b": 4},
        5,
        5,
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[", "}", "{,}", "[,]", '{"a" 1}', '{"a": 1 "b": 2}', "[1 2]", '{"a": 1, "a": 2}', "1 2", '{"a":}',
        "{1: 2}", "nul", '"a', "[1: 2]", '{"a": 1: 2}', "/* x", '{"a", 1}', "[" * 300, "1" * 500, '"\\x"', "[1}",
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(text):
    with pytest.raises(JsonMistake, match="line 1: "):
        parse_json(text)
