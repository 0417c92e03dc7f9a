"""Keyed causes to findings: rule, weight under the promise, places, evidence."""

from __future__ import annotations

from compatlint import rulebook
from compatlint.check.facts import vocabulary
from compatlint.check.findings import Finding
from compatlint.check.keyed.causes import causes_of
from compatlint.check.keyed.findings import keyed_finding_of
from compatlint.check.positional.findings import FindingContext
from compatlint.vocabulary import Direction, Link, Severity
from compatlint.wire.ir.meetings import Sides, both_ways
from compatlint.wire.ir.records import Entry, Meeting, Record
from compatlint.wire.ir.span import Span

OLD, NEW = "a" * 40, "b" * 40
BOOK = rulebook.load(vocabulary())


def context(promised: bool = True, severity: str | None = "error") -> FindingContext:
    def naming(facts):
        return (
            BOOK.name(facts).id,
            severity,
            lambda values: "{codec}.{item}: {wrote} / {read} ({writer} to {reader})".format(**values),
        )

    return FindingContext(
        "1.0", "1.1", naming, lambda direction, link: promised, lambda span: f"line {span.line}"
    )


def entry(key: str, commit: str, line: int, **more: object) -> Entry:
    return Entry(key, Span(commit, "thing.py", line, line), **more)  # type: ignore[arg-type]


def call(**more: object) -> Meeting:
    """An old caller that sends `a` to a new server which wants `b`, too."""
    sent = Record("Server.run", Span(OLD, "client.py", 9, 9), (entry("a", OLD, 9),))
    was = Record(
        "Server.run", Span(OLD, "thing.py", 3, 5), (entry("a", OLD, 3, required=True),), extra="rejected"
    )
    taken = Record(
        "Server.run",
        Span(NEW, "thing.py", 4, 6),
        (entry("a", NEW, 4, required=True), entry("b", NEW, 5, required=True)),
        extra="rejected",
    )
    kept = {
        "newer": "reader",
        "was": was,
        "parties": ("control", "agents"),
        "why": "both run during an upgrade",
    } | more
    return Meeting("rpc", Link.PEER, (Direction.MIXED, Direction.SKIP), sent, taken, **kept)  # type: ignore[arg-type]


def test_a_finding_stands_where_the_newer_release_has_the_item():
    (cause,) = causes_of([call()])
    finding = keyed_finding_of(context(), cause)
    assert finding is not None
    assert (finding.codec, finding.item, finding.span) == ("Server.run", "b", Span(NEW, "thing.py", 5, 5))
    assert finding.message == "Server.run.b: nothing / b (1.0 to 1.1)"
    assert finding.breaks == (Direction.MIXED, Direction.SKIP)
    assert {(each.writer, each.reader, each.writer_at, each.reader_at) for each in finding.evidence} == {
        ("1.0", "1.1", "control", "agents")
    }
    assert finding.evidence[0].table[0].bad
    assert [each.label for each in finding.excerpts] == ["1.1 reads", "1.0 writes"]
    assert "client.py" in {each.span.path for each in finding.related}
    assert dict(finding.facts)["keyed"] == "true"


def test_out_of_the_promise_it_is_a_note_whose_weight_is_kept():
    (cause,) = causes_of([call()])
    finding = keyed_finding_of(context(promised=False), cause)
    assert finding is not None
    assert (finding.severity, finding.weight, finding.promised) == (Severity.NOTE, Severity.ERROR, False)


def test_an_ignored_rule_finds_nothing():
    (cause,) = causes_of([call()])
    assert keyed_finding_of(context(severity=None), cause) is None


def test_what_is_gone_is_shown_where_it_was():
    (cause,) = causes_of(
        [call().__class__("rpc", "peer", ("mixed",), call().writer, None, "reader", call().was)]
    )
    finding = keyed_finding_of(context(), cause)
    assert finding is not None
    assert finding.span == Span(OLD, "thing.py", 3, 5)


def test_an_item_with_a_number_is_shown_with_its_label_and_known_by_its_number():
    """The newer release's label is shown; a fingerprint does not depend on labels."""

    def found(old: str, new: str) -> Finding:
        was = Record("Monster", Span(OLD, "m.idl", 1, 9), (entry("1", OLD, 2, type="short", label=old),))
        now = Record("Monster", Span(NEW, "m.idl", 1, 9), (entry("1", NEW, 2, type="long", label=new),))
        older_reads, _ = both_ways("rpc", Link.PEER, Sides(was, was), Sides(now, now))
        (cause,) = causes_of([older_reads])
        finding = keyed_finding_of(context(), cause)
        assert finding is not None
        return finding

    finding = found("hp", "health")
    assert (finding.item, finding.label, finding.subject) == ("1", "health", "Monster.health (1)")
    assert finding.message == "Monster.health (1): health (1) long / hp (1) short (1.1 to 1.0)"
    assert found("hp", "").label == "hp"
    assert len({finding.fingerprint, found("", "").fingerprint, found("a", "b").fingerprint}) == 1
