"""Which function a call means, where several have its name."""

from __future__ import annotations

import pytest

from tests.notations.ceph.made import alone, codec, items, outcomes, release, understood

OVERLOADS = """
struct small_t { uint8_t s; };
struct large_t { uint64_t l; };
static void put(const small_t& v, bufferlist& bl) { encode(v.s, bl); }
static void put(const large_t& v, bufferlist& bl) { encode(v.l, bl); }
static void take(small_t& v, bufferlist::const_iterator& p) { decode(v.s, p); }
static void take(large_t& v, bufferlist::const_iterator& p) { decode(v.l, p); }
struct whole_t {
  small_t small; large_t large;
  void encode(bufferlist& bl) const { PUT }
  void decode(bufferlist::const_iterator& p) { TAKE }
};
"""


@pytest.mark.parametrize(
    ("put", "take", "wrong"),
    [
        ("put(large, bl);", "take(large, p);", set()),
        ("put(small, bl);", "take(small, p);", set()),
        ("put(large, bl); put(small, bl);", "take(large, p); take(small, p);", set()),
        ("put(large, bl); put(small, bl);", "take(small, p); take(large, p);", {"misread"}),
        ("put(small, bl);", "take(large, p);", {"misread"}),
    ],
)
def test_an_overload_is_the_one_for_the_class_that_it_is_given(put: str, take: str, wrong: set[str]) -> None:
    meeting = alone(OVERLOADS.replace("PUT", put).replace("TAKE", take), "whole_t")
    assert outcomes(meeting) == wrong
    assert wrong or understood(meeting)


def test_an_overload_for_another_class_is_none() -> None:
    source = OVERLOADS.replace("PUT", "put(large, bl);").replace("TAKE", "take(large, p);")
    only_small = "\n".join(line for line in source.splitlines() if "put(const large_t" not in line)
    assert alone(only_small, "whole_t").unread


def test_a_lambda_sees_the_locals_around_it_and_leaves_none() -> None:
    source = """
    struct pair_t {
      uint32_t a; uint32_t b;
      void encode(bufferlist& bl) const { auto put = [&](uint32_t x) { uint32_t y = x; encode(y, bl); }; put(a); put(b); }
      void decode(bufferlist::const_iterator& p) { decode(a, p); decode(b, p); }
    };
    """
    codecs = release(source)
    assert len(items(codec(codecs, "pair_t"), True)) == 2
    assert understood(alone(source, "pair_t"))


def test_a_function_that_calls_itself_is_not_understood() -> None:
    source = """
    struct tree_t {
      uint32_t n;
      static void put(const tree_t& t, bufferlist& bl) { encode(t.n, bl); put(t, bl); }
      void encode(bufferlist& bl) const { put(*this, bl); }
      void decode(bufferlist::const_iterator& p) { decode(n, p); }
    };
    """
    assert "calls itself" in alone(source, "tree_t").unread


def test_an_element_that_is_made_of_a_position_is_read_by_its_constructor() -> None:
    source = """
    struct bit_t {
      uint32_t a; uint16_t b;
      explicit bit_t(bufferlist::const_iterator& p) { decode(p); }
      void encode(bufferlist& bl) const { encode(a, bl); encode(b, bl); }
      void decode(bufferlist::const_iterator& p) { decode(a, p); decode(b, p); }
    };
    struct blob_t {
      std::list<std::shared_ptr<bit_t>> bits;
      void encode(bufferlist& bl) const { uint32_t n = bits.size(); encode(n, bl); for (auto& p : bits) p->encode(bl); }
      void decode(bufferlist::const_iterator& p) { uint32_t n; decode(n, p); while (n--) { bits.emplace_back(p); } }
    };
    """
    assert understood(alone(source, "blob_t"))
    assert outcomes(alone(source.replace("{ decode(p); }", "{ uint64_t x; ::decode(x, p); }"), "blob_t"))
