"""Comparisons to render: one as a real run gives it, and any that hypothesis can think of."""

from __future__ import annotations

from hypothesis import strategies as st

from compatlint import rulebook
from compatlint.check.facts import vocabulary
from compatlint.check.findings import (
    Comparison,
    Edit,
    Evidence,
    Excerpt,
    Finding,
    Fix,
    Related,
    Revision,
    Row,
    Standing,
    Unread,
    Waived,
)
from compatlint.vocabulary import Direction, Outcome, Severity
from compatlint.wire.ir.span import Span

BOOK = rulebook.load(vocabulary())
OLD, NEW = Revision("v13.2.1", "a" * 40), Revision("v13.2.2", "b" * 40)


def finding(**changes) -> Finding:
    path = "src/mds/PurgeQueue.cc"
    written = "  encode(a, bl);\n  encode(stamp, bl);\n\tencode(b, bl);\n"
    table = (
        Row(0, "stamp utime_t", "action u8", True),
        Row(8, "pad u8", "ino u64", True),
        Row(None, "", "size u64", True),
    )
    values = {
        "rule": "item-inserted-midway",
        "severity": Severity.ERROR,
        "breaks": (Direction.UPGRADE, Direction.DOWNGRADE),
        "link": "disk",
        "notation": "ceph",
        "codec": "PurgeItem",
        "item": "stamp",
        "message": "PurgeItem.stamp is written where v13.2.1 reads action",
        "span": Span("b" * 40, path, 41, 41),
        "evidence": (
            Evidence("v13.2.1", "v13.2.2", Direction.UPGRADE, Outcome.MISREAD, (), table),
            Evidence(
                "v13.2.2", "v13.2.1", Direction.DOWNGRADE, Outcome.OVERREAD, ("feature OAK is on",), table[:2]
            ),
        ),
        "excerpts": (
            Excerpt("v13.2.2 writes", Span("b" * 40, path, 40, 42), written, 41),
            Excerpt(
                "v13.2.1 reads", Span("a" * 40, path, 50, 51), "  decode(a, p);\n  decode(b, p);\n", 51, True
            ),
        ),
        "related": (Related(Span("b" * 40, path, 60, 60), "its decoder"),),
        "contained_in": ("Journaler", "PurgeQueue"),
        "facts": (("outcome", "misread"), ("keyed", "false")),
        "kept": (Direction.UPGRADE, Direction.DOWNGRADE),
        "reason": "the promise 'ceph' covers upgrade and downgrade between v13.2.1 and v13.2.2",
        "weight": Severity.ERROR,
    }
    return Finding(**{**values, **changes})


def comparison(*findings: Finding, unread: int = 0, **changes) -> Comparison:
    spans = [Span("b" * 40, "src/a.h", number + 1, number + 1) for number in range(unread)]
    things = tuple(Unread(f"Thing{each.line}", each, "not plain") for each in spans)
    values = {
        "old": OLD, "new": NEW, "findings": findings, "unread": things,
        "codecs": 812, "changed": 9, "seconds": 0.64, "promise": "ceph",
    }  # fmt: skip
    return Comparison(**{**values, **changes})


NASTY = [
    "\x1b[31mred", "[bold]x[/bold]", "a\nb", "::error::x", "##[error]x", "`", "```", "<script>", "@someone", "#1", "|", "%0A",
    "\udcff", "\u202e", "\x00", "](http://x)", "\r", "\t", "\u2028", "{codec}", "&lt;", "https://x.example", "é中",
]  # fmt: skip
nasty = st.sampled_from(NASTY)
texts = st.one_of(nasty, st.text(max_size=12), st.lists(nasty, max_size=3).map("".join))
names = texts.map(lambda text: text or "x")
lines = st.integers(1, 10**6)
spans = st.builds(
    lambda path, line, more: Span("c" * 40, path, line, line + more), names, lines, st.integers(0, 9)
)
rows = st.builds(Row, st.none() | st.integers(0, 10**6), texts, texts, st.booleans())
evidences = st.builds(
    Evidence, names, names, st.sampled_from(Direction), st.sampled_from(Outcome), st.lists(texts, max_size=2).map(tuple),
    st.lists(rows, max_size=3).map(tuple),
)  # fmt: skip
excerpts = st.builds(Excerpt, names, spans, texts, st.integers(1, 99), st.booleans())
fixes = st.builds(Fix, names, st.lists(st.builds(Edit, spans, texts), max_size=2).map(tuple))
findings = st.builds(
    Finding,
    rule=st.sampled_from(sorted(BOOK.rules)),
    severity=st.sampled_from(Severity),
    breaks=st.lists(st.sampled_from(Direction), unique=True, max_size=3).map(tuple),
    link=st.sampled_from(["disk", "peer"]),
    notation=st.just("ceph"),
    codec=names,
    item=texts,
    message=names,
    span=spans,
    evidence=st.lists(evidences, max_size=2).map(tuple),
    excerpts=st.lists(excerpts, max_size=2).map(tuple),
    related=st.lists(st.builds(Related, spans, texts), max_size=2).map(tuple),
    contained_in=st.lists(names, max_size=3).map(tuple),
    waived=st.none()
    | st.builds(Waived, names, st.none() | st.just("14.2.0"), st.sampled_from(["comment", "w.toml"])),
    promised=st.booleans(),
    kept=st.lists(st.sampled_from(Direction), unique=True, max_size=3).map(tuple),
    reason=texts,
    members=st.lists(names, max_size=3).map(tuple),
    fix=st.none() | fixes,
    confirmed=st.lists(names, max_size=2).map(tuple),
    weight=st.sampled_from(Severity),
)
comparisons = st.builds(
    Comparison,
    old=st.builds(Revision, names, st.just("a" * 40)),
    new=st.builds(Revision, names, st.sampled_from(["b" * 40, "index", "worktree"])),
    findings=st.lists(findings, max_size=3).map(tuple),
    unread=st.lists(st.builds(Unread, names, spans, names), max_size=12).map(tuple),
    codecs=st.integers(0, 10**5),
    changed=st.integers(0, 10**5),
    seconds=st.floats(0, 10**4),
    promise=st.just("ceph"),
    command=st.sampled_from(["diff", "check"]),
    warnings=st.lists(texts, max_size=2).map(tuple),
    standings=st.lists(
        st.builds(
            Standing,
            names,
            st.lists(st.tuples(names, st.sampled_from(["old", "new"])), max_size=2).map(tuple),
            st.lists(st.tuples(st.just(""), names), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    left_out=st.integers(0, 9),
)
