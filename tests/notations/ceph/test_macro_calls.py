"""Function-like macros of the project are read through, also without a semicolon."""

from __future__ import annotations

import pytest

from tests.notations.ceph.made import alone, codec, items, outcomes, release, understood

HEADER = """
#define ENC(x) encode(x, bl);
#define DEC(x) decode(x, p);
#define BOTH(x, y) \\
  do { encode(x, bl); \\
       encode(y, bl); } while (0)
#define FIELD(o, f) encode((o).f, bl)
#define VERSIONED ENCODE_START(1, 1, bl)
"""
STRUCT = """
struct foo_t {
  uint32_t a; uint64_t b;
  void encode(bufferlist& bl) const {
    // what is written, in an order that the reader knows, too, or should
    WRITES
  }
  void decode(bufferlist::const_iterator& p) {
    // what is read, in an order that the writer knows, too, or should
    READS
  }
};
"""


def source(writes: str, reads: str) -> dict[str, str]:
    """Return a header with macros and one with a codec that uses them."""
    return {"src/macros.h": HEADER, "src/foo.h": STRUCT.replace("WRITES", writes).replace("READS", reads)}


@pytest.mark.parametrize(
    ("writes", "reads"),
    [
        ("ENC(a) ENC(b)", "decode(a, p); decode(b, p);"),
        ("ENC(a)\n ENC(b)\n", "DEC(a)\n DEC(b)\n"),
        ("ENC(a); ENC(b);", "DEC(a); DEC(b);"),
        ("BOTH(a, b);", "DEC(a) DEC(b)"),
        ("FIELD(*this, a); ENC(b)", "DEC(a) DEC(b)"),
        ("ENC(a) encode(b, bl);", "decode(a, p); DEC(b)"),
    ],
)
def test_items_of_macros(writes: str, reads: str) -> None:
    meeting = alone(source(writes, reads), "foo_t")
    assert understood(meeting), meeting.unread
    assert items(codec(release(source(writes, reads)), "foo_t"), True) == ["a", "b"]


def test_items_of_macros_in_another_order_are_misread() -> None:
    assert outcomes(alone(source("ENC(a) ENC(b)", "DEC(b) DEC(a)"), "foo_t"))


@pytest.mark.parametrize(
    "macro",
    [
        "#define ENC(x) encode(x##_, bl)",
        "#define ENC(...) encode(__VA_ARGS__, bl)",
        "#define ENC(x) ENC(x); encode(x, bl)",
    ],
)
def test_a_macro_that_is_not_understood_leaves_the_codec_unread(macro: str) -> None:
    files = source("ENC(a); encode(b, bl);", "decode(a, p); decode(b, p);")
    files["src/macros.h"] = macro + "\n"
    assert "macro ENC" in alone(files, "foo_t").unread
