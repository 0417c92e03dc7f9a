"""The verdicts of the checker against what real bytes do.

Random structures change at random; the older and the newer programs meet symbolically, and real values are
packed with the one and unpacked with the other by code that knows nothing of the checker. Both must say the
same.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from compatlint.check.positional.meet import Worlds, meet
from compatlint.wire.ir.steps import Codec
from compatlint.wire.ir.types import BYTES, U32, Array, Int, Optional, Seq, Struct, Tuple
from tests.wire.bytes_machine import pack, understood, unpack
from tests.wire.releases import Field, Layout, change, codec, fill, layout, programs

PROGRAMS = programs()
FEATURES = (frozenset[str](), frozenset({"NEW"}))
SAMPLES = 60


def on_bytes(writer: Codec, written: Layout, reader: Codec, random: Random) -> str:
    """Return what goes wrong with some bytes of the writer, "" if with none, "blurred" if it is a matter of taste."""
    found = ""
    for index in range(SAMPLES):
        known = FEATURES[index % 2]
        packed = pack(writer, fill(written, random), PROGRAMS, known)
        verdict = understood(packed, reader, PROGRAMS, known)
        if verdict == "blurred":
            return verdict
        found = found or verdict
    return found


def verdict_of(meeting: Worlds) -> str:
    if meeting.unread:
        return "unread"
    return "breaks" if meeting.failed else "understood"


def agree(old: Layout, new: Layout, random: Random) -> list[str]:
    """Compare both directions and the newer release with itself; return the verdicts."""
    before, after = codec(old), codec(new)
    said = []
    for writer, written, reader in ((after, new, after), (before, old, after), (after, new, before)):
        meeting = meet(writer, reader, PROGRAMS.get, PROGRAMS.get)
        wrong = on_bytes(writer, written, reader, random)
        if wrong == "blurred":
            continue
        verdict = verdict_of(meeting)
        said.append(verdict)
        if wrong:
            assert verdict != "understood", f"{wrong}, but it says that all is understood: {old} -> {new}"
        else:
            assert verdict != "breaks", (
                f"nothing goes wrong, but it says {meeting.failed[0].outcome}: {old} -> {new}"
            )
    return said


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**32))
def test_the_checker_says_what_the_bytes_do(seed: int) -> None:
    random = Random(seed)
    old = layout(random)
    new, what = change(random, old)
    if random.random() < 0.3:
        new, more = change(random, new)
        what += f", {more}"
    for verdict in agree(old, new, random):
        event(verdict)
    event(what)


def test_the_oracle_sees_both_verdicts_often() -> None:
    """A generator that only makes safe changes, or programs that cannot be followed, would prove nothing."""
    said: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for seed in range(300):
        random = Random(seed)
        old = layout(random)
        new, what = change(random, old)
        kinds[what] += 1
        said.update(
            verdict_of(meet(codec(one), codec(two), PROGRAMS.get, PROGRAMS.get))
            for one, two in ((old, new), (new, old))
        )
    assert said["understood"] > 150
    assert said["breaks"] > 100
    assert said["unread"] < 5
    assert len(kinds) > 12


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_a_release_gets_back_what_it_wrote(seed: int) -> None:
    """The oracle itself: what it packs it unpacks, value by value."""
    random = Random(seed)
    made = layout(random)
    values = fill(made, random)
    read = unpack(codec(made), pack(codec(made), values, PROGRAMS), PROGRAMS)
    expected = {name: value for name, value in values.items() if name in read.values}
    assert {name: read.values[name] for name in expected} == expected
    assert read.left == 0
    missing = values.keys() - read.values.keys()
    assert {
        each.name for each in made.fields if each.name in missing and not each.flag and values[each.name]
    } == set()


THING = (Field("a", Int(32)), Field("b", BYTES), Field("c", Seq(U32, Tuple((Int(64), Int(16))))))


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        (Layout(THING), Layout((*THING, Field("d", Int(64), 2)), version=2), set()),
        (Layout(THING), Layout((*THING, Field("d", Int(64), 3)), version=2), set()),
        (Layout(THING), Layout((*THING, Field("d", Int(64))), version=2), {"upgrade"}),
        (Layout(THING), Layout((Field("d", Int(64)), *THING)), {"upgrade", "downgrade"}),
        (Layout(THING), Layout((*THING, Field("d", Int(64), 2)), version=2, oldest=2), {"downgrade"}),
        (
            Layout(THING, framed=False),
            Layout((*THING, Field("d", Int(64))), framed=False),
            {"upgrade", "downgrade"},
        ),
        (
            Layout(THING, framed=False, message=True),
            Layout((*THING, Field("d", Int(64))), framed=False, message=True),
            {"upgrade"},
        ),
        (Layout(THING), Layout(tuple(Field(each.name, each.type, apart=True) for each in THING)), set()),
        (Layout(THING, framed=False), Layout(THING), {"upgrade", "downgrade"}),
        (
            Layout(THING, version=2),
            Layout((THING[0], Field("b", BYTES, 3), THING[2]), version=2),
            {"self", "upgrade"},
        ),
    ],
    ids=[
        "append",
        "gate-too-high",
        "no-gate",
        "insert",
        "compat",
        "raw",
        "message",
        "spelling",
        "frame",
        "gate-moved",
    ],
)
def test_changes_with_a_known_answer(old: Layout, new: Layout, breaks: set[str]) -> None:
    before, after = codec(old), codec(new)
    meetings = {"self": (after, after), "upgrade": (before, after), "downgrade": (after, before)}
    found = {
        name for name, (one, two) in meetings.items() if meet(one, two, PROGRAMS.get, PROGRAMS.get).failed
    }
    assert found == breaks
    agree(old, new, Random(1))


def test_a_structure_that_was_taken_apart_is_read_whole() -> None:
    """Where the version depends on a feature, a world without the item meets the structure and has it taken apart."""
    made = Layout(
        (Field("new", Struct("Inner"), 2), Field("a", Int(16))),
        version=2,
        framed=False,
        message=True,
        feature="NEW",
    )
    assert verdict_of(meet(codec(made), codec(made), PROGRAMS.get, PROGRAMS.get)) == "understood"
    agree(made, made, Random(2))


def test_a_version_that_depends_on_a_feature_is_refused_where_it_is_on() -> None:
    old = Layout(THING)
    new = Layout((Field("new", BYTES, 2), *THING), version=2, oldest=2, feature="NEW")
    failed = meet(codec(new), codec(old), PROGRAMS.get, PROGRAMS.get).failed
    assert [(run.outcome, run.world.text) for run in failed] == [("refused", ("feature NEW",))]
    agree(old, new, Random(3))


def test_raw_bytes_are_not_read_out_of_a_pair() -> None:
    """The length that was read is another item's: what follows is not as long."""
    pair = Field("p", Tuple((Int(32), BYTES)))
    old, new = Layout((pair,), framed=False), Layout((Field("xs", Array(2, Int(32))), pair), framed=False)
    for one, two in ((old, new), (new, old)):
        assert verdict_of(meet(codec(one), codec(two), PROGRAMS.get, PROGRAMS.get)) == "breaks"
    agree(old, new, Random(4))


def test_what_a_value_depends_on_is_the_writer_s_affair() -> None:
    """Where two items change names, a condition of the writer must not be taken for one about what was just read."""
    one, two = Field("f", Optional(BYTES), apart=True), Field("g", Optional(BYTES))
    old, new = Layout((one, two)), Layout((two, one))
    for writer, reader in ((old, new), (new, old)):
        assert verdict_of(meet(codec(writer), codec(reader), PROGRAMS.get, PROGRAMS.get)) == "understood"
    agree(old, new, Random(5))


def test_an_array_is_no_list_of_any_length() -> None:
    old = Layout((Field("n", Int(32)), Field("xs", Array(2, Int(32)))))
    new = Layout((Field("xs", Seq(U32, Int(32))),))
    assert verdict_of(meet(codec(new), codec(old), PROGRAMS.get, PROGRAMS.get)) == "breaks"
    agree(old, new, Random(6))
