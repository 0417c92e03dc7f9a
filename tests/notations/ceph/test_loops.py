"""Loops of readers: how many rounds they go."""

from __future__ import annotations

import pytest

from compatlint.wire.ir.steps import Repeat, walk
from compatlint.wire.ir.terms import show
from tests.notations.ceph.made import codec, release

LIST = """
struct list_t {
  std::vector<uint32_t> entries;
  void encode(bufferlist& bl) const { uint32_t n = entries.size(); encode(n, bl); for (auto& e : entries) encode(e, bl); }
  void decode(bufferlist::const_iterator& p) { uint32_t n; decode(n, p); LOOP }
};
"""


def rounds(loop: str) -> list[str | None]:
    """Return the counts of a decoder's loops, None for one that asks a test instead."""
    program = codec(release(LIST.replace("LOOP", loop)), "list_t").decoder or ()
    found = [step for step in walk(program) if isinstance(step, Repeat)]
    return [show(step.count) if step.count is not None else None for step in found]


@pytest.mark.parametrize(
    ("loop", "counts"),
    [
        ("while (n--) { uint32_t e; decode(e, p); }", ["n"]),
        ("while (--n) { uint32_t e; decode(e, p); }", ["(n - 1)"]),
        ("while (n-- > 0) { uint32_t e; decode(e, p); }", ["n"]),
        ("while (n > 0) { uint32_t e; decode(e, p); n--; }", ["n"]),
        ("while (n != 0) { uint32_t e; decode(e, p); --n; }", ["n"]),
        ("while (n) { uint32_t e; decode(e, p); n--; }", ["n"]),
        ("while (n > 0) { uint32_t e; decode(e, p); n--; n--; }", [None]),
        ("while (n > 1) { uint32_t e; decode(e, p); n--; }", [None]),
        ("for (unsigned i = 0; i < n; ++i) { uint32_t e; decode(e, p); }", ["n"]),
        ("for (unsigned i = 0; i <= n; ++i) { uint32_t e; decode(e, p); }", ["(n + 1)"]),
        ("for (unsigned i = 1; i < n; ++i) { uint32_t e; decode(e, p); }", ["(n - 1)"]),
        ("unsigned i; for (i = 0; i < n; ++i) { uint32_t e; decode(e, p); }", ["n"]),
        ("for (; n; --n) { uint32_t e; decode(e, p); }", ["n"]),
        ("for (; n > 0; --n) { uint32_t e; decode(e, p); }", ["n"]),
        ("for (; n-- ;) { uint32_t e; decode(e, p); }", ["n"]),
        ("while (!p.end()) { uint32_t e; decode(e, p); }", [None]),
    ],
)
def test_rounds_of_a_loop(loop: str, counts: list[str | None]) -> None:
    assert rounds(loop) == counts


def test_a_loop_over_an_array_goes_as_many_rounds_as_it_has_elements() -> None:
    source = """
    struct load_t {
      std::array<uint32_t, 3> load;
      void encode(bufferlist& bl) const { for (auto& each : load) encode(each, bl); }
      void decode(bufferlist::const_iterator& p) { for (auto& each : load) decode(each, p); }
    };
    """
    program = codec(release(source), "load_t").decoder or ()
    assert [show(step.count) for step in walk(program) if isinstance(step, Repeat) and step.count] == ["3"]
