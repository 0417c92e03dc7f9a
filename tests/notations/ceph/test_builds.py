"""Conditional compilation around codecs: options of the build, and conditions of which nothing is known."""

from __future__ import annotations

import pytest

from compatlint.check.positional.self_check import check_itself as check
from tests.notations.ceph.made import alone, between, codec, outcomes, release, understood

OPTION = """
#ifdef NAME
struct span_t { uint64_t id; };
inline void encode(const span_t& s, bufferlist& bl) { ENCODE_START(1, 1, bl); encode(s.id, bl); ENCODE_FINISH(bl); }
inline void decode(span_t& s, bufferlist::const_iterator& p) { DECODE_START(1, p); decode(s.id, p); DECODE_FINISH(p); }
#else
struct span_t { };
inline void encode(const span_t& s, bufferlist& bl) { WRITES }
inline void decode(span_t& s, bufferlist::const_iterator& p) { READS }
#endif
struct op_t {
  span_t trace; uint32_t shard;
  void encode(bufferlist& bl) const { encode(trace, bl); encode(shard, bl); }
  void decode(bufferlist::const_iterator& p) { decode(trace, p); decode(shard, p); }
};
"""


def option(writes: str, reads: str, name: str = "HAVE_TRACER") -> str:
    """Return the source of a codec that does something else in another build."""
    return OPTION.replace("NAME", name).replace("WRITES", writes).replace("READS", reads)


def test_builds_that_write_the_same_are_one() -> None:
    writes = "ENCODE_START(1, 1, bl); uint64_t id = 0; encode(id, bl); ENCODE_FINISH(bl);"
    reads = "DECODE_START(1, p); uint64_t id; decode(id, p); DECODE_FINISH(p);"
    assert understood(alone(option(writes, reads), "span_t"))


def test_a_build_that_writes_nothing_is_misread_by_one_that_reads_something() -> None:
    assert outcomes(alone(option("", ""), "span_t")) == {"leftover", "overread"}


def test_a_condition_that_is_no_option_leaves_a_codec_unread_with_its_line() -> None:
    codecs = release(option("", "", "SOMETHING"))
    assert "line 2 has #if SOMETHING" in check(codec(codecs, "span_t"), codecs.codec).unread


@pytest.mark.parametrize("name", ["0", "__APPLE__"])
def test_a_branch_that_nobody_builds_counts_for_nothing(name: str) -> None:
    source = OPTION.replace("#ifdef NAME", "#if 0" if name == "0" else f"#ifdef {name}")
    source = source.replace("WRITES", "encode(7, bl);").replace("READS", "int x; decode(x, p);")
    assert understood(alone(source, "op_t"))


WITHIN = """
struct foo_t {
  uint32_t a; uint32_t b;
  void encode(bufferlist& bl) const {
    encode(a, bl);
#ifdef WITH_B
    encode(b, bl);
#endif
  }
  void decode(bufferlist::const_iterator& p) {
    decode(a, p);
#ifdef WITH_B
    decode(b, p);
#endif
  }
};
"""


def test_an_item_that_only_some_builds_write() -> None:
    assert outcomes(alone(WITHIN, "foo_t")) == {"leftover", "overread"}
    assert understood(alone(WITHIN.replace("#ifdef WITH_B", "#if 1"), "foo_t"))


def test_a_structure_that_stands_only_in_the_other_branch_is_read() -> None:
    source = "#ifdef WITH_X\nstruct a_t { };\n#else\nstruct foo_t { uint32_t a;\n"
    source += "void encode(bufferlist& bl) const { encode(a, bl); }\n"
    source += "void decode(bufferlist::const_iterator& p) { decode(a, p); }\n};\n#endif\n"
    assert understood(alone(source, "foo_t"))


def test_a_change_of_the_other_branch_alone_is_seen() -> None:
    old = "ENCODE_START(1, 1, bl); uint64_t id = 0; encode(id, bl); ENCODE_FINISH(bl);"
    reads = "DECODE_START(1, p); uint64_t id; decode(id, p); DECODE_FINISH(p);"
    assert outcomes(between(option("", reads), option(old, reads), "span_t")) == {"overread"}
    assert codec(release(option("", reads)), "span_t") != codec(release(option(old, reads)), "span_t")
