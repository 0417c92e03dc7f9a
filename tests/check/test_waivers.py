"""Waivers: where a comment counts, what expires, what warns, and that a written entry is read back."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.check.findings import Finding, Waived
from compatlint.check.waivers import Comment, append, apply, comments, entries
from compatlint.errors import ConfigError
from compatlint.vocabulary import Direction, Severity
from compatlint.wire.ir.span import Span

TODAY = datetime.date(2030, 6, 15)


def finding(
    rule: str = "item-moved", line: int = 10, end: int = 12, path: str = "src/a.h", codec: str = "Parcel"
) -> Finding:
    return Finding(
        rule=rule, severity=Severity.ERROR, breaks=(Direction.UPGRADE,), link="disk", notation="ceph", codec=codec, item="id",
        message="m", span=Span("c" * 40, path, line, end),
    )  # fmt: skip


def run(text: str, *findings: Finding, file=(), version=(13, 2, 2)):
    return apply(findings, comments("src/a.h", text), file, today=TODAY, version=version)


def at(line: int, text: str) -> str:
    return "\n" * (line - 1) + text + "\n"


@pytest.mark.parametrize("line", [9, 10, 11, 12])
@pytest.mark.parametrize("sign", ["//", "#", "/*", "  //", "encode(x, bl); //"])
def test_a_comment_above_at_or_inside_the_span_waives(line, sign):
    (done,), warnings = run(at(line, f"{sign} compatlint: waive item-moved -- nobody reads it"), finding())
    assert done.waived == Waived("nobody reads it", None, "comment")
    assert warnings == ()


@pytest.mark.parametrize(
    ("line", "text", "path"),
    [
        (8, "// compatlint: waive item-moved -- too far above", "src/a.h"),
        (13, "// compatlint: waive item-moved -- below", "src/a.h"),
        (10, "// compatlint: waive item-removed -- another rule", "src/a.h"),
        (10, "// compatlint: waive item-moved -- another file", "src/b.h"),
    ],
)
def test_a_waiver_that_waives_nothing_warns(line, text, path):
    (done,), warnings = run(at(line, text), finding(path=path))
    assert done.waived is None
    assert len(warnings) == 1
    assert f"src/a.h:{line}: " in warnings[0]
    assert "waives nothing" in warnings[0]


def test_a_reason_may_go_on_over_comment_lines_below():
    text = at(
        7,
        "// compatlint: waive item-moved -- the old release\n// never reads this, since\n// it has no such table",
    )
    (done,), warnings = run(text, finding())
    assert done.waived is not None
    assert warnings == ()


def test_one_comment_for_several_rules_and_a_closed_block_comment():
    text = at(9, "/* compatlint: waive item-moved, item-retyped until=14.2.0 -- both fine */")
    done, warnings = run(text, finding(), finding("item-retyped"))
    assert [each.waived for each in done] == [Waived("both fine", "14.2.0", "comment")] * 2
    assert warnings == ()


@pytest.mark.parametrize(
    ("until", "version", "holds"),
    [
        ("13.2.3", (13, 2, 2), True),
        ("13.2.2", (13, 2, 2), False),
        ("v13.2", (13, 2, 2), False),
        ("14.2.0", None, True),
        ("2030-06-15", None, True),
        ("2030-06-14", None, False),
    ],
)
def test_an_expired_waiver_fails_again_and_warns(until, version, holds):
    (done,), warnings = run(
        at(9, f"# compatlint: waive item-moved until={until} -- for now"), finding(), version=version
    )
    assert (done.waived is not None) is holds
    assert ("expired" in "".join(warnings)) is not holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("// compatlint: waive item-moved", "a reason is required"),
        ("// compatlint: waive item-moved --   ", "cannot be understood"),
        ("// compatlint: waive -- because", "cannot be understood"),
        ("// compatlint: wave item-moved -- because", "'wave' is not known"),
        ("// compatlint: waive item-moved until=soon -- because", "until must be"),
        ("// compatlint: waive item-moved until=2030-02-31 -- because", "until must be"),
    ],
)
def test_a_comment_that_is_not_usable_waives_nothing_and_warns_once(text, words):
    (done,), warnings = run(at(9, text), finding())
    assert done.waived is None
    assert len(warnings) == 1
    assert words in warnings[0]


def test_a_written_entry_waives_by_fingerprint(tmp_path):
    path = tmp_path / "waivers.toml"
    append(path, finding().fingerprint, "known", "14.2.0")
    append(path, finding(codec="Other").fingerprint, 'with "quotes", \\ and\nlines \x7f')
    file = entries(path)
    done, warnings = apply([finding(), finding(codec="Other")], (), file, today=TODAY, version=(13, 2, 2))
    assert [each.waived for each in done] == [
        Waived("known", "14.2.0", "waivers.toml"),
        Waived('with "quotes", \\ and\nlines \x7f', None, "waivers.toml"),
    ]
    assert warnings == ()
    _, warnings = apply([], (), file, today=TODAY, version=None)
    assert len(warnings) == 2


@given(st.text(min_size=1).filter(str.strip))
def test_any_reason_survives_the_file(tmp_path_factory, reason):
    path: Path = tmp_path_factory.mktemp("w") / "waivers.toml"
    append(path, "0123456789ab", reason)
    assert entries(path)[0].reason == reason.strip().encode("utf-8", "replace").decode()


def test_an_entry_keeps_what_stood_in_the_file(tmp_path):
    path = tmp_path / "waivers.toml"
    path.write_text("# ours\n")
    append(path, "0123456789ab", "r")
    assert path.read_text() == '# ours\n\n[[waiver]]\nfingerprint = "0123456789ab"\nreason = "r"\n'


@pytest.mark.parametrize(
    ("fingerprint", "reason", "until", "words"),
    [
        ("xyz", "r", None, "is no fingerprint"),
        ("0123456789ab", "  ", None, "needs a reason"),
        ("0123456789ab", "r", "soon", "until must be"),
        ("aaaaaaaaaaaa", "r", None, "already"),
    ],
)
def test_an_entry_that_is_not_usable_is_not_written(tmp_path, fingerprint, reason, until, words):
    path = tmp_path / "waivers.toml"
    append(path, "aaaaaaaaaaaa", "first")
    before = path.read_text()
    with pytest.raises(ConfigError, match=words):
        append(path, fingerprint, reason, until)
    assert path.read_text() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[waiver]]\nfingerprint = "0123456789ab"\n', "waiver 1: a reason is required"),
        ('[[waiver]]\nfingerprint = "0123"\nreason = "r"\n', "12 hex digits"),
        ('[[waiver]]\nfingerprnt = "0123456789ab"\nreason = "r"\n', "did you mean 'fingerprint'"),
        ("[[waiver]]\nfingerprint = 3\n", "must be text"),
        ('[waiver]\nfingerprint = "0123456789ab"\n', "two brackets"),
        ("waiver = [3]\n", "waiver 1"),
        ("waivers = []\n", "unknown key"),
        ("[[", "waivers.toml"),
    ],
)
def test_a_wrong_waiver_file_says_what_is_wrong(tmp_path, text, words):
    path = tmp_path / "waivers.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words):
        entries(path)


def test_a_date_without_quotes_is_a_date_too(tmp_path):
    path = tmp_path / "waivers.toml"
    path.write_text('[[waiver]]\nfingerprint = "0123456789ab"\nreason = "r"\nuntil = 2030-01-31\n')
    assert entries(path)[0].until == "2030-01-31"


def test_no_file_is_no_waiver(tmp_path):
    assert entries(None) == ()
    assert entries(tmp_path / "none.toml") == ()


@given(st.text())
def test_any_text_gives_comments_or_none(text):
    assert all(isinstance(each, Comment) for each in comments("a", "// compatlint: waive " + text))
