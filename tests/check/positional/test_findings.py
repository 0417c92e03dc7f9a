"""Causes to findings: the facts that a rule is asked about, what is left of its severity, the places and the words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import pytest

from compatlint.check.facts import Facts
from compatlint.check.findings import Evidence, Finding
from compatlint.check.positional.feasibility import Cause, Side
from compatlint.check.positional.findings import FindingContext, finding_of, items_of
from compatlint.check.positional.meet import Run, World
from compatlint.vocabulary import Change, Direction, Guard, Outcome, Severity
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import Close, Codec, Item, When
from compatlint.wire.ir.terms import Const, Feature, Var
from compatlint.wire.ir.types import BYTES, Int
from compatlint.wire.symbolic.tokens import Token
from tests.wire.releases import HEADER, begin

UP, DOWN, MIXED, SKIP, SELF = (
    Direction.UPGRADE,
    Direction.DOWNGRADE,
    Direction.MIXED,
    Direction.SKIP,
    Direction.SELF,
)
PATH = "src/thing.cc"
WORDS = ("codec", "item", "wrote", "read", "writer", "reader", "version", "old_version")


def release(commit: str, version: int, **changes: object) -> Side:
    """Return a release's codec: its encoder in lines 10 to 19 of PATH, its decoder in lines 20 to 29."""
    encoder = (begin(Const(version)), Item("a", Int(32), 11, Var("a")), Close())
    decoder = (begin(known=Const(version)), Item("a", Int(32), 21), Close())
    spans = (Span(commit, PATH, first, first + 9) for first in (10, 10, 20))
    return Side(replace(Codec("Thing", "ceph", "disk", encoder, decoder, *spans), **changes), {}.get)  # type: ignore[arg-type]  # any field


OLD, NEW = release("old", 1), release("new", 2)


def token(name: str = "stamp", line: int = 12) -> Token:
    return Token("value", name, Int(64), Var(name), line=line, path=PATH)


def ran(outcome: Outcome | None = Outcome.MISREAD, wrote: Token | None = None, **changes: object) -> Run:
    """Return a run that goes wrong where `action` is read from line 22."""
    tokens = (Token("open", version=Const(2), header=HEADER), *([wrote] if wrote else []))
    run = Run(
        World(),
        tokens,
        outcome=outcome,
        token=wrote,
        item_name="action",
        item_type=Int(8),
        item_line=22,
        item_path=PATH,
    )
    return replace(run, **changes)  # type: ignore[arg-type]  # any field


def cause(*breaks: Direction, outcome: Outcome = Outcome.MISREAD, **changes: object) -> Cause:
    runs = {each: ran(outcome, token()) for each in breaks if each in (UP, DOWN, SELF, SKIP)}
    made = Cause(outcome, Change.INSERTED, "stamp", 12, PATH, breaks, runs)
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


def showing(given: Cause, direction: Direction, run: Run) -> Cause:
    """Return a cause with another run for a direction."""
    return replace(given, runs={**given.runs, direction: run})


def source(span: Span) -> str:
    """Return the lines of a file in which every line says where it stands."""
    return "\n".join(f"{span.commit} {number}" for number in range(span.line, span.end_line + 1))


class Bench:
    """A context that remembers the facts it was asked about. `promised`.

    The directions that the promise covers.
    """

    def __init__(
        self,
        severity: str | None = "error",
        promised: Collection[Direction] = Direction,
        lines: Callable[[Span], str] = source,
    ) -> None:
        self.severity, self.promised, self.lines = severity, promised, lines
        self.asked: list[Facts] = []
        self.links: set[str] = set()

    def judge(self, found: Cause, old: Side = OLD, new: Side = NEW) -> Finding | None:
        context = FindingContext("v1", "v2", self.name, self.covers, self.lines)
        return finding_of(context, old, new, found)

    def name(self, facts: Facts) -> tuple[str, str | None, Callable[[dict[str, str]], str]]:
        self.asked.append(facts)
        return (
            "some-rule",
            self.severity,
            lambda values: "; ".join(f"{word}={values[word]}" for word in WORDS),
        )

    def covers(self, direction: Direction, link: str) -> bool:
        self.links.add(link)
        return direction in self.promised


def found(given: Cause, old: Side = OLD, new: Side = NEW, **bench: object) -> Finding:
    made = Bench(**bench).judge(given, old, new)  # type: ignore[arg-type]  # of a Bench
    assert made is not None
    return made


def said(given: Cause, old: Side = OLD, new: Side = NEW) -> dict[str, str]:
    """Return what fills the placeholders of a rule's message."""
    return dict(part.split("=") for part in found(given, old, new).message.split("; "))


# ---- which rule, and how much it weighs ----------------------------------------------------------------------------


def test_the_rule_is_asked_about_the_cause_and_the_newer_release() -> None:
    bench = Bench()
    message = release("new", 2, link="peer", notation="other", message=True)
    given = cause(UP, DOWN, MIXED, framed=True, version_raised=True, guard=Guard.FEATURE)
    made = bench.judge(given, new=message)
    (facts,) = bench.asked
    assert facts == Facts(
        Outcome.MISREAD, "both", "peer", "other", Change.INSERTED, False, True, True, Guard.FEATURE, True
    )
    assert made is not None
    assert (made.rule, made.breaks, made.codec) == ("some-rule", (UP, DOWN, MIXED), "Thing")
    assert (made.link, made.notation) == ("peer", "other")
    assert dict(made.facts)["change"] == "inserted"
    assert bench.links == {"peer"}
    for breaks, direction in (((DOWN, MIXED), "downgrade"), ((SKIP,), "skip")):
        bench.judge(cause(*breaks))
        assert bench.asked[-1].direction == direction


def test_a_rule_that_is_ignored_gives_no_finding() -> None:
    assert Bench(severity=None).judge(cause(UP)) is None


@pytest.mark.parametrize(
    ("promised", "weight"),
    [((UP,), "error"), ((DOWN,), "error"), ((), "note"), ((MIXED, SKIP), "note")],
    ids=str,
)
def test_what_nobody_was_promised_is_a_note(promised: tuple[Direction, ...], weight: str) -> None:
    made = found(cause(UP, DOWN), promised=promised)
    assert (made.severity, made.promised, made.weight) == (
        Severity(weight),
        weight == "error",
        Severity.ERROR,
    )


def test_what_is_only_lost_weighs_what_its_rule_says() -> None:
    made = found(cause(DOWN, outcome=Outcome.DROPPED), promised=(), severity="warning")
    assert (made.severity, made.promised) == (Severity.WARNING, True)


@pytest.mark.parametrize("at_once", [True, False])
def test_whether_it_breaks_between_daemons_is_handed_on(at_once: bool) -> None:
    assert found(cause(DOWN, at_once=at_once)).at_once is at_once


# ---- what changed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [Change.RETYPED, Change.MEMBER_RETYPED])
@pytest.mark.parametrize(
    ("after", "change"),
    [("encode(a, bl);", Change.MEMBER_RETYPED), ("encode(b, bl);", Change.RETYPED)],
    ids=["same", "other"],
)
def test_a_type_that_changes_behind_the_encoder_s_text(told: Change, after: str, change: Change) -> None:
    bench = Bench(lines=lambda span: "  encode(a,\n  bl);" if span.commit == "old" else after)
    bench.judge(cause(UP, change=told))
    assert bench.asked[0].change is change


def test_only_a_type_can_change_behind_an_encoder_s_text() -> None:
    bench = Bench(lines=lambda span: "the same")
    bench.judge(cause(UP, change=Change.MOVED))
    bench.judge(cause(UP, change=Change.RETYPED), old=release("old", 1, encoder_span=None))
    assert [each.change for each in bench.asked] == [Change.MOVED, Change.RETYPED]


# ---- where, and in which words ---------------------------------------------------------------------------------------


def test_a_finding_stands_where_its_cause_does() -> None:
    assert found(cause(UP, path="src/other.h", line=7)).span == Span("new", "src/other.h", 7, 7)
    assert found(cause(UP, path="", line=7)).span == Span("new", PATH, 7, 7)


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("stamp", "stamp"),
        ("inode.stamp", "inode.stamp"),
        ("encode_rest#2.stamp", "stamp"),
        ("a.decode#1.b", "a.b"),
        ("2", "2"),
        ("first.2.last", "first.last"),
        ("", ""),
    ],
)
def test_items_bear_no_marks_of_inlined_functions(path: str, item: str) -> None:
    assert found(cause(UP, item=path)).item == item


def test_the_words_of_an_upgrade() -> None:
    words = said(cause(UP))
    assert words == {
        "codec": "Thing", "item": "stamp", "wrote": "stamp", "read": "action", "writer": "v1", "reader": "v2",
        "version": "2", "old_version": "2",
    }  # fmt: skip


def test_the_words_are_of_the_direction_that_shows_the_outcome() -> None:
    """The downgrade if both do: who reads what is new is what a maintainer asks first."""
    both = cause(UP, DOWN)
    assert (said(both)["writer"], said(both)["reader"]) == ("v2", "v1")
    both = showing(both, DOWN, ran(Outcome.REFUSED, token()))
    assert (said(both)["writer"], said(both)["reader"]) == ("v1", "v2")
    alone = said(cause(SELF))
    assert (alone["writer"], alone["reader"]) == ("v2", "v2")


@pytest.mark.parametrize(
    ("wrote", "word"),
    [
        (None, "the end"),
        (Token("close"), "the end"),
        (Token("open"), "a frame"),
        (token("inode.stamp[]"), "stamp"),
    ],
)
def test_what_was_written_has_a_name(wrote: Token | None, word: str) -> None:
    given = cause(UP)
    given = showing(given, UP, ran(Outcome.MISREAD, wrote))
    assert said(given)["wrote"] == word


def test_nothing_was_read_of_what_is_left() -> None:
    given = cause(UP)
    given = showing(given, UP, ran(Outcome.LEFTOVER, token(), item_name=""))
    assert said(given)["read"] == "nothing"


def test_versions_are_those_of_the_run_or_of_the_encoder() -> None:
    words = said(cause(DOWN))  # nothing shows what the old release writes: its encoder says it
    assert (words["version"], words["old_version"]) == ("2", "1")
    given = cause(DOWN)
    given = showing(given, DOWN, ran(Outcome.MISREAD, token(), tokens=(Token("open", version=Const(7)),)))
    assert said(given)["version"] == "7"
    raw = release("old", 1, encoder=(Item("a", Int(32), 11),))
    assert said(cause(DOWN), old=raw)["old_version"] == "none"
    chosen = release("new", 9, encoder=(begin(Var("encode_rest#1.v")), Close()))
    assert said(cause(UP), new=chosen)["version"] == "9", (
        "the encoder computes it: the highest that the decoder knows"
    )
    old_bytes = cause(SKIP)
    old_bytes = showing(old_bytes, SKIP, ran(Outcome.MISREAD, token(), version=3))
    words = said(old_bytes)
    assert (words["version"], words["old_version"]) == ("3", "3")


# ---- evidence --------------------------------------------------------------------------------------------------------


def test_each_direction_has_its_evidence() -> None:
    up, down = found(cause(UP, DOWN)).evidence
    assert (up.writer, up.reader, up.direction, up.outcome) == ("v1", "v2", UP, Outcome.MISREAD)
    assert (down.writer, down.reader, down.direction) == ("v2", "v1", DOWN)
    assert [(row.wrote, row.read, row.bad) for row in up.table][-1] == ("stamp u64", "action u8", True)
    assert up.world == ()
    given = cause(UP)
    given = showing(given, UP, ran(Outcome.MISREAD, token(), world=World((), ((Feature("NEW"), True),))))
    assert found(given).evidence[0].world == ("feature NEW",)
    (alone,) = found(cause(SELF)).evidence
    assert (alone.writer, alone.reader) == ("v2", "v2")


def test_bytes_older_than_both_releases_have_a_writer() -> None:
    given = cause(SKIP)
    given = showing(given, SKIP, ran(Outcome.OVERREAD, None, version=3))
    assert found(given).evidence[0].writer == "version 3, as v1 reads it"
    given = showing(given, SKIP, ran(Outcome.OVERREAD, None, version=3, writer="v0"))
    assert found(given).evidence[0].writer == "v0"


def test_a_run_in_which_nothing_goes_wrong_shows_what_is_lost() -> None:
    given = cause(DOWN, outcome=Outcome.DROPPED)
    given = showing(given, DOWN, ran(None, None))
    (shown,) = found(given).evidence
    assert isinstance(shown, Evidence)
    assert shown.outcome is Outcome.DROPPED


# ---- excerpts --------------------------------------------------------------------------------------------------------


def excerpts(given: Cause, **bench: object) -> list[tuple[str, str, int, int, int]]:
    made = found(given, **bench).excerpts  # type: ignore[arg-type]  # of a Bench
    return [(each.label, each.span.commit, each.span.line, each.span.end_line, each.mark) for each in made]


def test_both_sides_are_shown_around_what_goes_wrong() -> None:
    assert excerpts(cause(DOWN)) == [("v2 writes", "new", 10, 15, 12), ("v1 reads", "old", 20, 25, 22)]
    assert found(cause(DOWN)).excerpts[1].text.splitlines()[2] == "old 22"


def test_an_upgrade_shows_the_encoder_that_changed() -> None:
    assert excerpts(cause(UP, line=18))[0] == ("v2 writes", "new", 15, 19, 18)
    assert excerpts(cause(UP, path="src/other.h"))[0] == ("v1 writes", "old", 10, 15, 12)


def test_a_line_outside_is_not_pointed_at() -> None:
    given = cause(DOWN, line=99)
    given = showing(given, DOWN, ran(Outcome.MISREAD, token(), item_line=0))
    assert excerpts(given) == [("v2 writes", "new", 10, 13, 10), ("v1 reads", "old", 20, 23, 20)]


def test_the_line_that_the_finding_names_is_the_line_that_is_marked() -> None:
    made = found(cause(UP, DOWN, line=17))
    assert (made.span.line, made.excerpts[0].mark) == (17, 17)
    frame = replace(NEW.codec, encoder=(Item("x", Int(8), 10), replace(begin(Const(2)), line=13), Close()))
    made = found(cause(DOWN, change=Change.COMPAT_RAISED, line=18), new=Side(frame, {}.get))
    assert (made.span.line, made.excerpts[0].mark) == (13, 13), "what refuses is the header of the frame"


def test_an_item_that_is_gone_is_shown_where_the_older_release_wrote_it() -> None:
    made = found(cause(UP, DOWN, change=Change.REMOVED, line=15))
    assert (made.span.commit, made.span.line) == ("new", 10), "no line of the newer release has it"
    assert [(each.label, each.span.commit, each.mark, each.reads) for each in made.excerpts] == [
        ("v1 writes", "old", 15, False),
        ("v2 reads", "new", 22, True),
    ]


def test_a_function_elsewhere_that_really_reads_is_shown() -> None:
    given = cause(DOWN)
    given = showing(given, DOWN, ran(Outcome.MISREAD, token(), item_path="src/inner.h", item_line=50))
    label, commit, first, last, mark = excerpts(given)[1]
    assert (label, commit, first, last, mark) == ("v1 reads", "old", 47, 53, 50)
    assert found(given).excerpts[1].span.path == "src/inner.h"
    given = showing(given, DOWN, ran(Outcome.MISREAD, token(), item_line=50))
    assert excerpts(given)[1] == ("v1 reads", "old", 47, 53, 50)
    given = showing(given, DOWN, ran(Outcome.MISREAD, token(), item_path="", item_line=50))
    assert excerpts(given)[1] == ("v1 reads", "old", 20, 23, 20)


def test_bytes_of_an_older_version_are_shown_where_the_old_release_reads_them() -> None:
    given = cause(SKIP, path="src/other.h")
    given = showing(given, SKIP, ran(Outcome.MISREAD, token(line=24), version=1))
    assert excerpts(given)[0] == ("v1 still reads version 1", "old", 21, 27, 24)
    assert found(given).excerpts[0].reads


def test_without_sources_nothing_is_shown() -> None:
    assert excerpts(cause(UP, DOWN), lines=lambda span: "") == []


def test_the_other_places_are_named() -> None:
    assert [(each.span.commit, each.span.line, each.text) for each in found(cause(UP)).related] == [
        ("new", 20, "v2 reads it here"),
        ("old", 20, "v1 reads it here"),
        ("old", 10, "v1 writes it here"),
    ]
    bare = release("old", 1, encoder_span=None, decoder_span=None)
    assert [each.text for each in found(cause(UP), old=bare).related] == ["v2 reads it here"]
    unread = release("new", 2, decoder_span=None)
    assert [each.text for each in found(cause(UP), bare, unread).related] == []


# ---- items -----------------------------------------------------------------------------------------------------------


def test_items_are_those_that_the_encoder_may_write() -> None:
    inner = (Item("inline#1.b", BYTES, 1), Item("aside", Int(8), 1, stream="buffer"))
    codec = replace(
        NEW.codec, encoder=(Item("a", Int(32), 1), When(Var("x"), inner, (Item("c", Int(8), 1),)))
    )
    assert items_of(codec) == (("a", "u32"), ("b", "bytes"), ("c", "u8"))
    assert items_of(replace(NEW.codec, encoder=None)) == (("a", "u32"),)
    assert items_of(replace(NEW.codec, encoder=None, decoder=None)) == ()
