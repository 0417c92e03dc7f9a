"""What types are on the wire: times and spans under any name, and bytes however they are held."""

from __future__ import annotations

import pytest

from compatlint.wire.ir.steps import Item, walk
from compatlint.wire.ir.types import describe
from tests.notations.ceph.made import alone, between, codec, outcomes, release, understood

SOURCE = """
namespace ceph {
using span_type = ::std::chrono::duration<int64_t, std::nano>;
typedef std::chrono::time_point<some_clock> time_type;
}
struct foo_t {
  TYPE value; uint16_t after;
  void encode(bufferlist& bl) const { encode(value, bl); encode(after, bl); }
  void decode(bufferlist::const_iterator& p) { decode(value, p); decode(after, p); }
};
"""


@pytest.mark.parametrize(
    ("spelling", "wire"),
    [
        ("ceph::span_type", "(u32, u32)"),
        ("std::chrono::seconds", "(u32, u32)"),
        ("std::chrono::milliseconds", "(u32, u32)"),
        ("ceph::time_type", "(u32, u32)"),
        ("ceph::timespan", "(u32, u32)"),
        ("std::vector<unsigned char>", "bytes"),
        ("std::vector<char>", "bytes"),
        ("std::vector<uint8_t>", "list<u8>"),
        ("std::string", "bytes"),
        ("bufferlist", "bytes"),
        ("std::vector<bool>", "list<u8>"),
        ("std::list<uint8_t>", "list<u8>"),
        ("std::vector<uint16_t>", "list<u16>"),
    ],
)
def test_the_bytes_of_a_type(spelling: str, wire: str) -> None:
    source = SOURCE.replace("TYPE", spelling)
    assert understood(alone(source, "foo_t"))
    program = codec(release(source), "foo_t").encoder or ()
    assert describe(next(step.type for step in walk(program) if isinstance(step, Item))) == wire


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("bufferlist", "std::vector<unsigned char>", set()),
        ("std::string", "std::vector<char>", set()),
        ("utime_t", "ceph::span_type", set()),
        ("std::chrono::seconds", "uint32_t", {"misread", "leftover"}),
        ("std::vector<uint16_t>", "std::vector<char>", {"misread"}),
    ],
)
def test_two_spellings_of_the_same_bytes_are_equal(one: str, other: str, wrong: set[str]) -> None:
    meeting = between(SOURCE.replace("TYPE", one), SOURCE.replace("TYPE", other), "foo_t")
    assert outcomes(meeting) <= wrong
    assert bool(outcomes(meeting)) is bool(wrong)


def test_a_buffer_written_part_by_part_is_a_buffer() -> None:
    source = """
    struct txn_t {
      uint64_t seq; bufferlist ops;
      void encode(bufferlist& bl) const {
        encode(seq, bl);
        __u32 len = ops.length();
        encode(len, bl);
        for (auto& part : ops.buffers()) { bl.append(part.c_str(), part.length()); }
      }
      void decode(bufferlist::const_iterator& p) { decode(seq, p); decode(ops, p); }
    };
    """
    assert understood(alone(source, "txn_t"))
    assert outcomes(
        alone(source.replace("decode(seq, p); decode(ops, p);", "decode(ops, p); decode(seq, p);"), "txn_t")
    )
