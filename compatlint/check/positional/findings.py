"""Causes to findings: the rule that names each, its severity under the promise, its evidence and its places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from compatlint.check.facts import Facts, towards
from compatlint.check.findings import Evidence, Excerpt, Finding, Related
from compatlint.check.positional import evidence, layout_diff
from compatlint.check.positional.feasibility import Cause, Side, explain
from compatlint.check.positional.fix import fix_of
from compatlint.check.positional.meet import Run
from compatlint.check.positional.queries import highest_version
from compatlint.check.weight import Covers, Promised
from compatlint.vocabulary import Change, Direction, Outcome
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import OUTSIDE, Codec, Item, Open, walk
from compatlint.wire.ir.terms import Const, show
from compatlint.wire.ir.types import describe

Naming = Callable[[Facts], tuple[str, str | None, Callable[[dict[str, str]], str]]]
Lines = Callable[[Span], str]
CONTEXT = 3
_GONE = frozenset(
    {Change.REMOVED, Change.TRUNCATED}
)  # what the finding names stands in the older release alone
_OF_FRAME = frozenset({Change.COMPAT_RAISED, Change.RENUMBERED, Change.REFRAMED})


@dataclass(frozen=True, slots=True)
class FindingContext:
    """What judging needs: names of the releases, the rules, the promise, and the sources for excerpts.

    `naming` returns (rule, severity or None if it is ignored, message renderer) for facts. `alike`: both are
    of one major release; otherwise whoever serves is upgraded before whoever asks. `everything`: what declares
    itself unstable is promised, too.
    """

    old: str
    new: str
    naming: Naming
    covers: Covers
    lines: Lines
    alike: bool = True
    promise: str = ""

    @property
    def promised(self) -> Promised:
        """Return the promise between the two releases."""
        return Promised(self.promise, self.old, self.new, self.covers)


def finding_of(context: FindingContext, old: Side, new: Side, cause: Cause) -> Finding | None:
    """Return the finding of a cause, None if the project ignores its rule."""
    facts = Facts(
        outcome=cause.outcome,
        direction=towards(cause.breaks),
        link=new.codec.link,
        notation=new.codec.notation,
        change=_behind(cause.change, context, old.codec, new.codec),
        framed=cause.framed,
        version_raised=cause.version_raised,
        guard=cause.guard,
        message=new.codec.message,
    )
    rule, severity, render = context.naming(facts)
    if severity is None:
        return None
    weight = context.promised.weigh(severity, cause.outcome, cause.breaks, new.codec.link)
    return Finding(
        rule=rule,
        severity=weight.severity,
        breaks=cause.breaks,
        link=new.codec.link,
        notation=new.codec.notation,
        codec=new.codec.name,
        item=_short(cause.item),
        message=render(_values(context, cause, new.codec, old.codec)),
        span=_place(new.codec, cause),
        evidence=tuple(_evidence(context, direction, run) for direction, run in cause.runs.items()),
        excerpts=_excerpts(context, old.codec, new.codec, cause),
        related=_related(old.codec, new.codec, context),
        facts=facts.pairs(),
        promised=weight.promised,
        weight=weight.of_rule,
        at_once=cause.at_once,
        kept=weight.kept,
        reason=weight.reason,
        fix=fix_of(context.lines, old.codec, new.codec, cause),
    )


def _behind(change: Change, context: FindingContext, old: Codec, new: Codec) -> Change:
    """Tell a type that changed behind an encoder's back from one that changed in it, by the encoders' text."""
    if (
        change not in (Change.RETYPED, Change.MEMBER_RETYPED)
        or old.encoder_span is None
        or new.encoder_span is None
    ):
        return change
    same = context.lines(old.encoder_span).split() == context.lines(new.encoder_span).split()
    return Change.MEMBER_RETYPED if same else Change.RETYPED


def _short(item: str) -> str:
    """Return an item's path without the marks of inlined functions."""
    parts = [
        part.rsplit("#", 1)[-1] if part.rsplit("#", 1)[-1][:1].isalpha() else "" for part in item.split(".")
    ]
    kept = [part for part in parts if part]
    return ".".join(kept) or item


def _values(context: FindingContext, cause: Cause, new: Codec, old: Codec) -> dict[str, str]:
    direction, run = next(iter(cause.runs.items()))
    for one in (Direction.DOWNGRADE, Direction.UPGRADE):
        if one in cause.runs and cause.runs[one].outcome == cause.outcome:
            direction, run = one, cause.runs[one]
            break
    writer, reader = _roles(context, direction)
    ended = run.token is None or run.token.kind == "close"
    wrote = "the end" if run.token is None or ended else layout_diff.bare(run.token.name) or "a frame"
    version = "" if run.version is None else str(run.version)
    return {
        "codec": new.name,
        "item": _short(cause.item),
        "wrote": wrote,
        "read": layout_diff.bare(run.item_name) or "nothing",
        "writer": writer,
        "reader": reader,
        "version": version or _version(new, cause.runs.get(Direction.DOWNGRADE)),
        "old_version": version or _version(old, cause.runs.get(Direction.UPGRADE)),
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


def _roles(context: FindingContext, direction: Direction) -> tuple[str, str]:
    if direction is Direction.SELF:
        return context.new, context.new
    return (context.new, context.old) if direction is Direction.DOWNGRADE else (context.old, context.new)


def _evidence(context: FindingContext, direction: Direction, run: Run) -> Evidence:
    writer, reader = _roles(context, direction)
    if run.version is not None:
        writer = run.writer or f"version {run.version}, as {context.old} reads it"
    return Evidence(
        writer,
        reader,
        direction,
        run.outcome or Outcome.DROPPED,
        evidence.worlds(run),
        evidence.table(run),
    )


def _place(new: Codec, cause: Cause) -> Span:
    """Return the line of the newer release that a finding points at.

    Where an item is gone, or the header of a frame is the cause, that is the frame, or the encoder's first line.
    """
    home = new.encoder_span or new.span
    if cause.change in _GONE or cause.change in _OF_FRAME:
        opened = next((step for step in walk(new.encoder or ()) if isinstance(step, Open)), None)
        framed = opened is not None and opened.header != OUTSIDE and home.line <= opened.line <= home.end_line
        line = opened.line if opened is not None and framed else home.line
        return Span(home.commit, home.path, line, line)
    return Span(home.commit, cause.path or home.path, cause.line, cause.line)


def _excerpts(context: FindingContext, old: Codec, new: Codec, cause: Cause) -> tuple[Excerpt, ...]:
    """Return the source to show: what changed on the writing side, and the decoder that does not understand it."""
    direction, run = next(iter(cause.runs.items()))
    _, reads = _roles(context, direction)
    reader = old if direction is Direction.DOWNGRADE else new
    found = [_written(context, old, new, cause)]
    if reader.decoder_span is not None:
        where = _reading(run, reader.decoder_span)
        found.append(_excerpt(context, f"{reads} reads", where, run.item_line, reads=True))
    return tuple(each for each in found if each is not None)


def _written(context: FindingContext, old: Codec, new: Codec, cause: Cause) -> Excerpt | None:
    """Return the source of the writing side: an item that is gone stands in the older encoder, others in the newer.

    A version that no encoder at hand writes is known from the decoder that still read it.
    """
    direction, run = next(iter(cause.runs.items()))
    if run.version is not None:
        span = old.decoder_span
        label = f"{context.old} still reads version {run.version}"
        mark = run.token.line if run.token is not None else 0
        return _excerpt(context, label, span, mark, reads=True) if span is not None else None
    if cause.change in _GONE and old.encoder_span is not None:
        return _excerpt(context, f"{context.old} writes", old.encoder_span, cause.line)
    place = _place(new, cause)
    if new.encoder_span is not None and place.path == new.encoder_span.path:
        return _excerpt(context, f"{context.new} writes", new.encoder_span, place.line)
    writes, _ = _roles(context, direction)
    writer = new if direction is Direction.DOWNGRADE else old
    mark = run.token.line if run.token is not None and run.token.line else 0
    span = writer.encoder_span
    return _excerpt(context, f"{writes} writes", span, mark) if span is not None else None


def _reading(run: Run, decoder: Span) -> Span:
    """Return the lines to show of a reader.

    Its decoder's, or those of the function within that really reads.
    """
    if (
        not run.item_path
        or not run.item_line
        or (run.item_path == decoder.path and decoder.line <= run.item_line <= decoder.end_line)
    ):
        return decoder
    return Span(decoder.commit, run.item_path, max(1, run.item_line - CONTEXT), run.item_line + CONTEXT)


def _excerpt(
    context: FindingContext, label: str, span: Span, mark: int, *, reads: bool = False
) -> Excerpt | None:
    if not span.line <= mark <= span.end_line:
        mark = span.line
    first, last = max(span.line, mark - CONTEXT), min(span.end_line, mark + CONTEXT)
    window = Span(span.commit, span.path, first, last)
    text = context.lines(window)
    return Excerpt(label, window, text, mark, reads) if text else None


def _related(old: Codec, new: Codec, context: FindingContext) -> tuple[Related, ...]:
    """Return the other places of a finding: the decoders of both releases."""
    found = []
    if new.decoder_span is not None:
        found.append(Related(new.decoder_span, f"{context.new} reads it here", True))
    if old.decoder_span is not None:
        found.append(Related(old.decoder_span, f"{context.old} reads it here", True))
    if old.encoder_span is not None:
        found.append(Related(old.encoder_span, f"{context.old} writes it here"))
    return tuple(found)


def items_of(codec: Codec) -> tuple[tuple[str, str], ...]:
    """Return the items that a codec's encoder may write, in source order, as (name, type)."""
    steps = walk(codec.encoder or codec.decoder or ())
    return tuple(
        (_short(step.name), describe(step.type))
        for step in steps
        if isinstance(step, Item) and step.stream == ""
    )


__all__ = ["Const", "FindingContext", "explain", "finding_of", "items_of"]
