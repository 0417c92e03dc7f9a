"""The index of names: what it must find, and what it may leave out."""

from __future__ import annotations

import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.notations.languages.cpp import name_index

ENCODES = b"void encode(const item_t& t, bufferlist& bl);\n"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"class Foo {", "Foo"),
        (b"struct A::Inner : public Base {", "Inner"),
        (b"struct __attribute__ ((packed)) raw_t {", "raw_t"),
        (b"template<class T> struct Box final {", "Box"),
        (b"enum class state_t : uint8_t { IDLE, BUSY = 3 };", "state_t"),
        (b"enum { FLAG_A = 1, // first\n FLAG_B };", "FLAG_B"),
        (b"using id_t = uint64_t;", "id_t"),
        (b"typedef std::map<int, string> table_t;", "table_t"),
        (b"typedef struct {\n int a;\n} plain_t;", "plain_t"),
        (b"BOOST_STRONG_TYPEDEF(uint8_t, shard_t)", "shard_t"),
        (b"#define LIMIT 12\n", "LIMIT"),
        (b"static const int HEAD_VERSION = 4;", "HEAD_VERSION"),
        (b"constexpr uint64_t mask{1};", "mask"),
    ],
)
def test_what_a_header_declares_is_found(source: bytes, name: str) -> None:
    assert name in name_index.names(source)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"void Foo::helper(int x)\n{\n}\n", "Foo::helper"),
        (b"template<>\nvoid Box<int>::helper()\n{\n}\n", "Box::helper"),
        (b"  bool ns::Foo::_less(const Foo& o) const {", "Foo::_less"),
        (b"Foo::Foo()\n  : a(1) {}\n", "Foo::Foo"),
        (b"WRITE_CLASS_ENCODER(A::Foo)", "!A::Foo"),
        (b"inline void encode(const A::mode_t& m, bufferlist& bl)\n{\n}\n", "encode(mode_t)"),
        (b"inline void decode(mode_t& m, bufferlist::iterator& p)\n{\n}\n", "decode()"),
        (b"void encode(const std::vector<int>& v, bufferlist& bl) {}", "encode(?)"),
        (b"static void encode_header(bufferlist& bl) {}", "encode_header()"),
    ],
)
def test_what_a_file_that_encodes_defines_is_found(source: bytes, name: str) -> None:
    assert name in name_index.names(source + b"\n" + ENCODES, header=False)


@pytest.mark.parametrize(
    "source", [b"  return Foo::helper(1);\n", b"  std::move(x);\n", b"  x = Foo::helper(y);\n"]
)
def test_a_call_is_no_definition(source: bytes) -> None:
    assert not any("::" in name for name in name_index.names(source + ENCODES))


def test_a_source_file_that_encodes_nothing_declares_nothing_for_others() -> None:
    source = b"struct Foo { int a; };\nvoid Foo::helper() {}\n"
    assert name_index.names(source, header=False) == ()
    assert "Foo" in name_index.names(source)


def test_encoders_are_counted() -> None:
    source = b"""
  void encode(bufferlist& bl) const {
  }
  DENC(Foo, v, p) {
  }
void Bar::encode(ceph::bufferlist& bl, uint64_t features) const
{
  encode(a, bl);
}
"""
    assert "#3" in name_index.names(source)


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(source: bytes) -> None:
    assert name_index.load(name_index.dump(name_index.names(source))) == name_index.names(source)


@pytest.mark.parametrize("packed", [b"", b"x", marshal.dumps(3), marshal.dumps(("a", "b"))[:-1]])
def test_what_was_cut_off_is_no_index(packed: bytes) -> None:
    assert name_index.load(packed) is None


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"struct Foo {\n  typedef enum {\n    A,\n  } kind_t;\n};\n", "kind_t"),
        (b"template<uint8_t n>\nconst uint32_t Box<n>::BLOCK_SIZE = 4096;\n", "BLOCK_SIZE"),
        (b"static inline uint64_t rounded(uint64_t bytes)\n{\n}\n", "rounded()"),
        (b"  inline void decode(ns::Foo& foo, bufferlist::iterator& p) {\n  }\n", "decode(Foo)"),
    ],
)
def test_what_stands_in_a_class_or_a_namespace_is_found(source: bytes, name: str) -> None:
    assert name in name_index.names(source + ENCODES)


def test_the_methods_of_a_class_are_no_free_functions() -> None:
    source = b"struct Foo {\n  void encode(bufferlist& bl, uint64_t features) const {\n  }\n};\n"
    assert not any("(" in name for name in name_index.names(source))


@pytest.mark.parametrize("name", ["Foo", "Foo::encode", "encode()", "encode(Foo)"])
def test_the_names_of_one_kind_are_among_all_names(name: str) -> None:
    source = b"struct Foo {\n};\nvoid Foo::encode(bufferlist& bl) const\n{\n}\nvoid encode(const Foo& foo, bufferlist& bl)\n{\n}\n"
    assert name in name_index.of_kind(source, name_index.kind(name))
    assert set(name_index.of_kind(source, name_index.kind(name))) <= set(name_index.names(source))
