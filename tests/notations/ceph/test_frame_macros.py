"""Frames as the release's own library defines them."""

from __future__ import annotations

import pytest

from compatlint.check.positional.meet import meet
from compatlint.notations.ceph.release import open_releases
from compatlint.notations.ceph.source_store import Shared
from tests.notations.ceph.made import read_all

LIBRARY = "#define DENC_START(v, compat, p) __u8 struct_v = v, struct_compat = compat; {} do {{\n"
FOO = """
struct foo_t {{
  uint32_t a; uint16_t b;
  DENC(foo_t, v, p) {{ DENC_START({start}, p); {items} DENC_FINISH(p); }}
}};
WRITE_CLASS_DENC(foo_t)
"""
OLD = FOO.format(start="1, 1", items="denc(v.a, p);")
NEW = FOO.format(start="2, 2", items="denc(v.b, p); denc(v.a, p);")
CHECK = "if (code_v < struct_compat) throw ::ceph::buffer::malformed_input(__func__);"


@pytest.mark.parametrize(
    ("library", "outcome"),
    [
        ({"src/include/denc.h": LIBRARY.format("")}, "misread"),
        ({"src/include/denc.h": LIBRARY.format(CHECK)}, "refused"),
        ({}, "refused"),
    ],
)
def test_denc_refuses_newer_bytes_where_the_release_compares(library: dict[str, str], outcome: str) -> None:
    sides = []
    contents: dict[str, bytes] = {}
    for source in (NEW, OLD):
        paths, read = read_all({"src/foo.h": source, **library})
        contents |= read(paths.values())
        sides.append(("commit", paths))
    writer, reader = open_releases(sides, Shared(lambda ids: {each: contents[each] for each in ids}))
    codecs = [release.codec("foo_t") for release in (writer, reader)]
    assert codecs[0] is not None
    assert codecs[1] is not None
    worlds = meet(codecs[0], codecs[1], writer.codec, reader.codec)
    assert {run.outcome for run in worlds.failed} == {outcome}
