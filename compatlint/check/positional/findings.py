"""Causes to findings: the rule that names each, its severity under the promise, its evidence and its places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from compatlint.check.facts import Facts, towards
from compatlint.check.findings import Evidence, Excerpt, Finding, Related
from compatlint.check.positional import evidence, layout_diff
from compatlint.check.positional.feasibility import Cause, Side, explain
from compatlint.check.positional.meet import Run
from compatlint.check.positional.queries import highest_version
from compatlint.vocabulary import Change, Direction, Link, Outcome, Severity
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import Codec, Item, Open, walk
from compatlint.wire.ir.terms import Const, show
from compatlint.wire.ir.types import describe

Naming = Callable[[Facts], tuple[str, str | None, Callable[[dict[str, str]], str]]]
Covers = Callable[[Direction, Link], bool]
Lines = Callable[[Span], str]
CONTEXT = 3


@dataclass(frozen=True, slots=True)
class JudgingContext:
    """What judging needs: names of the releases, the rules, the promise, and the sources for excerpts.

    `naming` returns (rule, severity or None if it is ignored, message renderer) for facts. `alike`: both are
    of one major release; otherwise whoever serves is upgraded before whoever asks.
    """

    old: str
    new: str
    naming: Naming
    covers: Covers
    lines: Lines
    alike: bool = True


def judge(court: JudgingContext, old: Side, new: Side, cause: Cause) -> Finding | None:
    """Return the finding of a cause, None if the project ignores its rule."""
    facts = Facts(
        outcome=cause.outcome,
        direction=towards(cause.breaks),
        link=new.codec.link,
        notation=new.codec.notation,
        change=_behind(cause.change, court, old.codec, new.codec),
        framed=cause.framed,
        version_raised=cause.version_raised,
        guard=cause.guard,
        message=new.codec.message,
    )
    rule, severity, render = court.naming(facts)
    if severity is None:
        return None
    promised = cause.outcome is Outcome.DROPPED or any(
        court.covers(each, new.codec.link) for each in cause.breaks
    )
    weight = Severity(severity) if promised else Severity.NOTE
    span = Span(new.codec.span.commit, cause.path or new.codec.span.path, cause.line, cause.line)
    return Finding(
        rule=rule,
        severity=weight,
        breaks=cause.breaks,
        link=new.codec.link,
        notation=new.codec.notation,
        codec=new.codec.name,
        item=_short(cause.item),
        message=render(_values(court, cause, new.codec, old.codec)),
        span=span,
        evidence=tuple(_evidence(court, direction, run) for direction, run in cause.runs.items()),
        excerpts=_excerpts(court, old.codec, new.codec, cause),
        related=_related(old.codec, new.codec, cause, court),
        facts=facts.pairs(),
        promised=promised,
        weight=Severity(severity),
        at_once=cause.at_once,
    )


def _behind(change: Change, court: JudgingContext, old: Codec, new: Codec) -> Change:
    """Tell a type that changed behind an encoder's back from one that changed in it, by the encoders' text."""
    if (
        change not in (Change.RETYPED, Change.MEMBER_RETYPED)
        or old.encoder_span is None
        or new.encoder_span is None
    ):
        return change
    same = court.lines(old.encoder_span).split() == court.lines(new.encoder_span).split()
    return Change.MEMBER_RETYPED if same else Change.RETYPED


def _short(item: str) -> str:
    """Return an item's path without the marks of inlined functions."""
    parts = [
        part.rsplit("#", 1)[-1] if part.rsplit("#", 1)[-1][:1].isalpha() else "" for part in item.split(".")
    ]
    kept = [part for part in parts if part]
    return ".".join(kept) or item


def _values(court: JudgingContext, cause: Cause, new: Codec, old: Codec) -> dict[str, str]:
    direction, run = next(iter(cause.runs.items()))
    for one in (Direction.DOWNGRADE, Direction.UPGRADE):
        if one in cause.runs and cause.runs[one].outcome == cause.outcome:
            direction, run = one, cause.runs[one]
            break
    writer, reader = _roles(court, direction)
    wrote = (
        "the end"
        if run.token is None or run.token.kind == "close"
        else layout_diff.bare(run.token.name) or "a frame"
    )
    return {
        "codec": new.name,
        "item": _short(cause.item),
        "wrote": wrote,
        "read": layout_diff.bare(run.item_name) or "nothing",
        "writer": writer,
        "reader": reader,
        "version": _version(new, cause.runs.get(Direction.DOWNGRADE))
        if run.version is None
        else str(run.version),
        "old_version": _version(old, cause.runs.get(Direction.UPGRADE))
        if run.version is None
        else str(run.version),
    }


def _version(codec: Codec, run: Run | None) -> str:
    """Return the version that a release writes: in the world of the run, or else the one in its encoder.

    Where that is computed, it is the highest that the decoder knows.
    """
    if run is not None and run.tokens and run.tokens[0].version is not None:
        return show(run.tokens[0].version)
    first = next((step for step in walk(codec.encoder or ()) if isinstance(step, Open)), None)
    if first is None:
        return "none"
    return show(first.version) if isinstance(first.version, Const) else str(highest_version(codec))


def _roles(court: JudgingContext, direction: Direction) -> tuple[str, str]:
    if direction is Direction.SELF:
        return court.new, court.new
    return (court.new, court.old) if direction is Direction.DOWNGRADE else (court.old, court.new)


def _evidence(court: JudgingContext, direction: Direction, run: Run) -> Evidence:
    writer, reader = _roles(court, direction)
    if run.version is not None:
        writer = run.writer or f"version {run.version}, as {court.old} reads it"
    return Evidence(
        writer,
        reader,
        direction,
        Outcome(run.outcome) if run.outcome else Outcome.DROPPED,
        evidence.worlds(run),
        evidence.table(run),
    )


def _excerpts(court: JudgingContext, old: Codec, new: Codec, cause: Cause) -> tuple[Excerpt, ...]:
    """Return the source of both sides of the meeting that shows the cause best."""
    found = []
    direction, run = next(iter(cause.runs.items()))
    writer, reader = (new, old) if direction is Direction.DOWNGRADE else (old, new)
    names = _roles(court, direction)
    mark = run.token.line if run.token is not None and run.token.line else 0
    writing = writer.encoder_span if run.version is None else writer.decoder_span
    if direction is Direction.UPGRADE and cause.path == new.span.path and new.encoder_span is not None:
        # what changed is in the newer encoder: show that instead of the old one
        writing, mark, names = new.encoder_span, cause.line, (court.new, names[1])
    if writing is not None:
        found.append(_excerpt(court, f"{names[0]} writes", writing, mark))
    if reader.decoder_span is not None:
        found.append(_excerpt(court, f"{names[1]} reads", _reading(run, reader.decoder_span), run.item_line))
    return tuple(each for each in found if each is not None)


def _reading(run: Run, decoder: Span) -> Span:
    """Return the lines to show of a reader.

    Its decoder's, or those of the function within that really reads.
    """
    if not run.item_path or (
        run.item_path == decoder.path and decoder.line <= run.item_line <= decoder.end_line
    ):
        return decoder
    return Span(decoder.commit, run.item_path, max(1, run.item_line - CONTEXT), run.item_line + CONTEXT)


def _excerpt(court: JudgingContext, label: str, span: Span, mark: int) -> Excerpt | None:
    if not span.line <= mark <= span.end_line:
        mark = span.line
    first, last = max(span.line, mark - CONTEXT), min(span.end_line, mark + CONTEXT)
    window = Span(span.commit, span.path, first, last)
    text = court.lines(window)
    return Excerpt(label, window, text, mark) if text else None


def _related(old: Codec, new: Codec, cause: Cause, court: JudgingContext) -> tuple[Related, ...]:
    """Return the other places of a finding: the decoders of both releases."""
    found = []
    if new.decoder_span is not None:
        found.append(Related(new.decoder_span, f"{court.new} reads it here"))
    if old.decoder_span is not None:
        found.append(Related(old.decoder_span, f"{court.old} reads it here"))
    if old.encoder_span is not None:
        found.append(Related(old.encoder_span, f"{court.old} writes it here"))
    return tuple(found)


def items_of(codec: Codec) -> tuple[tuple[str, str], ...]:
    """Return the items that a codec's encoder may write, in source order, as (name, type)."""
    steps = walk(codec.encoder or codec.decoder or ())
    return tuple(
        (_short(step.name), describe(step.type))
        for step in steps
        if isinstance(step, Item) and step.stream == ""
    )


__all__ = ["Const", "JudgingContext", "explain", "items_of", "judge"]
