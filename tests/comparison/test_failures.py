"""Where compatlint itself fails or runs out of time over one thing, the rest is still compared."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from compatlint import deadline, faults
from compatlint.check.findings import Comparison
from compatlint.check.positional import compare as positional
from compatlint.comparison import check, compare
from compatlint.config import Config
from compatlint.notations.notation import notation
from compatlint.sources.cache import Cache
from compatlint.sources.git import Repository
from tests.gitbox import GitBox

CODEC = """struct {name} {{
  uint32_t a; uint64_t b;
  void encode(bufferlist& bl) const {{ ENCODE_START(1, 1, bl); {more} encode(a, bl); ENCODE_FINISH(bl); }}
  void decode(bufferlist::const_iterator& p) {{ DECODE_START(1, p); {back} decode(a, p); DECODE_FINISH(p); }}
}};
WRITE_CLASS_ENCODER({name})
"""
OBJECT = """from oslo_versionedobjects import base, fields
@base.VersionedObjectRegistry.register
class Thing(base.VersionedObject):
    VERSION = "1.0"
    fields = {{"a": fields.StringField(){more}}}
"""


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitBox:
    monkeypatch.setattr(faults, "loud", False)
    monkeypatch.setattr(faults, "_met", False)
    made = GitBox(tmp_path / "repository")
    plain = {f"src/{name}.h": CODEC.format(name=name, more="", back="") for name in ("One", "Two", "Three")}
    made.commit({**plain, "x/objects/thing.py": OBJECT.format(more="")}, tag="v1.0.0")
    worse = {
        f"src/{name}.h": CODEC.format(name=name, more="encode(b, bl);", back="decode(b, p);")
        for name in ("One", "Two", "Three")
    }
    new = ', "b": fields.StringField()'
    made.commit({**worse, "x/objects/thing.py": OBJECT.format(more=new)}, tag="v1.0.1")
    return made


def run(box: GitBox, cache: Cache | None = None) -> Comparison:
    return compare(Repository.open(box.path), "v1.0.0", "v1.0.1", promise="all", cache=cache)


def codecs(comparison: Comparison) -> set[str]:
    return {each.codec for each in comparison.findings}


def test_a_codec_over_which_the_check_fails(
    box: GitBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = positional.compare_codec

    def compare_codec(left, right, history):
        if left.codec.name == "Two":
            raise KeyError("odd")
        return real(left, right, history)

    monkeypatch.setattr(positional, "compare_codec", compare_codec)
    cache = Cache(tmp_path / "cache")
    found = run(box, cache)
    assert codecs(found) == {"One", "Three", "Thing"}
    (lost,) = found.unread
    assert (lost.codec, lost.span.path) == ("Two", "src/Two.h")
    assert "KeyError" in lost.reason
    monkeypatch.setattr(positional, "compare_codec", real)
    assert codecs(run(box, cache)) == {"One", "Two", "Three", "Thing"}, "a failure is not remembered"


def test_a_notation_that_fails(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = dataclasses.replace(
        notation("versioned_objects"), lower=lambda *_: 1 / 0, alone=lambda *_: 1 / 0
    )
    monkeypatch.setattr(
        "compatlint.comparison.pipeline.reading",
        lambda path, wanted: (broken,) if path.endswith(".py") else (notation("ceph"),),
    )
    found = run(box)
    assert codecs(found) == {"One", "Two", "Three"}
    assert [(each.codec, "ZeroDivisionError" in each.reason) for each in found.unread] == [
        ("x/objects/thing.py", True)
    ]


def test_what_is_not_met_in_time_is_named(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    real = positional.compare_codec

    def compare_codec(left, right, history):
        while left.codec.name == "Two":
            pass
        return real(left, right, history)

    monkeypatch.setattr(positional, "compare_codec", compare_codec)
    with deadline.within(3):
        found = run(box)
    assert {"Two"} <= {each.codec for each in found.unread}
    assert {each.reason for each in found.unread} == {"not read: the deadline of 3 s had passed"}
    assert codecs(found) | {each.codec for each in found.unread} >= {"One", "Two", "Three"}
    assert "x/objects/thing.py" in {each.codec for each in found.unread}, "nothing else is begun"


def test_a_check_that_fails(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compatlint.check.positional.self_check.check_itself", lambda *_: 1 / 0)
    repository = Repository.open(box.path)
    found = check(repository, repository.tree("v1.0.1"), config=Config(notations=("ceph",)))
    assert {each.codec for each in found.unread} == {"One", "Two", "Three"}
