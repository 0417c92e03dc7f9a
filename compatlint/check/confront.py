"""Two releases of one codec, in every direction: what breaks, and which change is to blame.

`confront` is the decision; it knows nothing of rules, severities or text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from compatlint.check import layout
from compatlint.check.decode import Meeting, Run, meet
from compatlint.check.facts import Change, Guard
from compatlint.check.findings import Direction, Outcome
from compatlint.wire.machine import Programs
from compatlint.wire.steps import Codec, Item, Open, Program, Unclear, When, walk
from compatlint.wire.terms import Const, Feature, Op, Term, Var, show
from compatlint.wire.tokens import Token
from compatlint.wire.types import Unknown

MAX_VERSION = 64


@dataclass(frozen=True, slots=True)
class Side:
    """One release's view of a codec: the codec, its release's programs, and the features that its daemons know."""

    codec: Codec
    programs: Programs
    features: frozenset[str] | None = None


@dataclass(slots=True)
class Cause:
    """One thing that breaks. `runs` holds, for each direction, the world that shows it best."""

    outcome: Outcome
    change: Change
    item: str
    line: int
    path: str
    breaks: tuple[Direction, ...]
    runs: dict[Direction, Run] = field(default_factory=dict)
    framed: bool = False
    version_raised: bool = False
    guard: Guard = Guard.NONE
    note: str = ""


@dataclass(slots=True)
class Confrontation:
    """What was found about one codec: causes, or the reason why nothing can be said."""

    causes: list[Cause] = field(default_factory=list)
    unread: str = ""


def same(left: Codec, right: Codec) -> bool:
    """Tell whether two codecs have the same programs, wherever they stand."""
    return plain(left.encoder) == plain(right.encoder) and plain(left.decoder) == plain(right.decoder)


def plain(program: Program | None) -> Program | None:
    """Return a program without lines and paths."""
    if program is None:
        return None
    out = []
    for step in program:
        changes: dict[str, object] = {}
        if hasattr(step, "line"):
            changes["line"] = 0
        if hasattr(step, "path"):
            changes["path"] = ""
        for name in ("then", "otherwise", "body", "instead"):
            inner = getattr(step, name, None)
            if isinstance(inner, tuple):
                changes[name] = plain(inner)
        out.append(replace(step, **changes) if changes else step)
    return tuple(out)


History = Callable[[str], "list[tuple[str, Side]] | None"]


def confront(old: Side, new: Side, history: History = lambda name: None) -> Confrontation:
    """Return what breaks between two releases of a codec.

    `history` gives the codec as releases older than both have it, (revision, side) nearest first; None where no older
    release is at hand. It is asked only when the newer decoder lost something.
    """
    own_old, own_new = (meet(side.codec, side.codec, side.programs, side.programs) for side in (old, new))
    for own, side, which in ((own_old, old, "old"), (own_new, new, "new")):
        if own.unread:
            return Confrontation(unread=own.unread)
        failed = [run for run in own.failed if possible(run, side, side)]
        if failed:
            return Confrontation(unread=f"encoder and decoder of the {which} release do not fit as read: {explain(failed[0])}")
    up = meet(old.codec, new.codec, old.programs, new.programs)
    down = meet(new.codec, old.codec, new.programs, old.programs)
    if up.unread or down.unread:
        return Confrontation(unread=up.unread or down.unread)
    names = Names(own_old, own_new)
    failing = {Direction.UPGRADE: _failing(up, old, new, names.shifted), Direction.DOWNGRADE: _failing(down, new, old, names.shifted)}
    causes = _causes(old, new, failing, own_old, own_new)
    skip = _skip(old, new, failing, causes, history)
    if skip is not None:
        causes.append(skip)
    reused = _reused(up, own_old, own_new, old, new) if not causes else None
    if reused is not None:
        causes.append(reused)
    if not causes:
        causes.extend(_dropped(down, old, new))
    return Confrontation(causes)


def explain(run: Run) -> str:
    """Return one failing run in words."""
    if run.outcome == "refused":
        return f"the decoder gives up: {run.text}"
    wrote = run.token.name or run.token.kind if run.token is not None and run.token.kind != "close" else "the end"
    return f"{run.item_name or 'nothing'} (line {run.item_line}) is read where {wrote} is written"


# ---- names -----------------------------------------------------------------------------------------------------------


class Names:
    """Which names of encoder and decoder mean the same, learnt from each release reading itself."""

    def __init__(self, own_old: Meeting, own_new: Meeting) -> None:
        self.old, self.new = _aliases(own_old), _aliases(own_new)
        self.together: dict[str, set[str]] = {}
        for table in (self.old, self.new):
            for name, others in table.items():
                self.together.setdefault(name, set()).update(others)
                for other in others:
                    self.together.setdefault(other, set()).add(name)

    def same(self, one: str, other: str) -> bool:
        """Tell whether two names mean one item."""
        return one == other or other in self.together.get(one, ()) or bool(self.together.get(one, set()) & self.together.get(other, set()))

    def shifted(self, run: Run) -> bool:
        """Tell whether an item is read where another was written while it was itself written elsewhere."""
        written = [(layout.bare(pair.token.name), index) for index, pair in enumerate(run.pairs) if not pair.token.dead]
        written += [(layout.bare(token.name), -1) for token in run.dropped if token.kind == "value" and not token.dead]
        for index, pair in enumerate(run.pairs):
            read, wrote = layout.bare(pair.name), layout.bare(pair.token.name)
            if pair.dead or pair.token.dead or self.same(read, wrote) or _derived(pair.token, read):
                continue
            for name, where in written:
                if where != index and self.same(name, read) and not self._read_right(run, where, read) and not _indexed(read, wrote):
                    run.outcome, run.token, run.item_name, run.item_type, run.item_line = "misread", pair.token, pair.name, pair.type, pair.line
                    run.stop = index
                    return True
        return False

    def _read_right(self, run: Run, where: int, read: str) -> bool:
        """Tell whether the place that wrote a name is also read under it: then the name merely occurs twice."""
        return where >= 0 and self.same(layout.bare(run.pairs[where].name), read)


def _indexed(one: str, other: str) -> bool:
    """Parts of one value (`first`, `second`, sizes) are no names of their own."""
    generic = {"first", "second", "size()", "bytes", "length", "value", ""}
    return one in generic or other in generic or one.isdigit() or other.isdigit()


def _derived(token: Token, name: str) -> bool:
    """Tell whether what was written is computed from the item that is read: an old slot filled for old readers."""
    return token.value is not None and any(isinstance(part, Var) and layout.bare(part.name) == name for part in _parts(token.value))


def _aliases(own: Meeting) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for run in own.runs:
        for pair in run.pairs:
            if not pair.dead and not pair.token.dead:
                found.setdefault(layout.bare(pair.token.name), set()).add(layout.bare(pair.name))
    return found


# ---- which worlds count ----------------------------------------------------------------------------------------------


def _failing(meeting: Meeting, writer: Side, reader: Side, shifted: Callable[[Run], bool]) -> list[Run]:
    """Return the failing worlds that can happen."""
    found = []
    for run in meeting.runs:
        if not possible(run, writer, reader):
            continue
        if run.outcome == "leftover" and _versioned_by_hand(run, reader.codec):
            run.outcome = ""
        if run.outcome or shifted(run):
            found.append(run)
    return found


def _versioned_by_hand(run: Run, reader: Codec) -> bool:
    """Tell whether what is left at the end of a raw structure stands at the end of its buffer, where nobody looks.

    So it is with structures that carry a version byte of their own (Ceph's authentication blobs) and with bodies whose
    version is handed in by the envelope around them: both were made to grow at the end.
    """
    if run.token is None or any(token.kind == "loop" and run.token in (token.body or ()) for token in run.tokens):
        return False
    first = run.tokens[0] if run.tokens else None
    if first is not None and first.kind == "value" and isinstance(first.value, Const) and layout.bare(first.name) in _VERSION_NAMES:
        return True
    read = {step.name for step in walk(reader.decoder or ()) if isinstance(step, Item)}
    opened = any(isinstance(step, Open) for step in walk(reader.decoder or ()))
    tests = [step.test for step in walk(reader.decoder or ()) if isinstance(step, When)]
    names = {part.name for test in tests for part in _parts(test) if isinstance(part, Var)}
    return not opened and bool(names & _VERSION_NAMES - read)


_VERSION_NAMES = frozenset({"struct_v", "version", "v", "ver", "struct_version"})


def possible(run: Run, writer: Side, reader: Side) -> bool:
    """Tell whether a world can happen: between daemons a feature is on if and only if both releases announce it.

    Bytes at rest outlive what was on when they were written: there, everything can happen.
    """
    if reader.codec.link != "peer" or run.oracle is None or writer.features is None or reader.features is None:
        return True
    both = writer.features & reader.features
    return all(answer == (test.name in both) for test, answer in run.oracle.log if isinstance(test, Feature))


# ---- causes ----------------------------------------------------------------------------------------------------------

_WEIGHT = {"misread": 4, "overread": 3, "leftover": 2, "refused": 1}


def _causes(old: Side, new: Side, failing: dict[Direction, list[Run]], own_old: Meeting, own_new: Meeting) -> list[Cause]:
    breaks = tuple(direction for direction in (Direction.UPGRADE, Direction.DOWNGRADE) if failing[direction])
    if not breaks:
        return []
    runs = {direction: max(failing[direction], key=lambda run: (_WEIGHT.get(run.outcome, 0), -len(run.world))) for direction in breaks}
    shown = max(runs.values(), key=lambda run: _WEIGHT.get(run.outcome, 0))
    base_old, base_new = _counterparts(own_old, own_new, runs)
    difference = layout.compare(base_old, base_new)
    change, slot = difference.change, difference.slot
    change, slot = _special(old, new, shown, change, slot)
    name, line, path = _blame(shown, slot, new)
    if new.codec.link == "peer" or new.codec.shared:
        breaks = (*breaks, Direction.MIXED)
    outcome = Outcome(shown.outcome)
    return [
        Cause(outcome, change, name, line, path, breaks, runs, _framed(base_new), _raised(base_old, base_new), _guard(new.codec, name))
    ]


def _counterparts(own_old: Meeting, own_new: Meeting, runs: dict[Direction, Run]) -> tuple[list[Token], list[Token]]:
    """Return the writings of both releases to compare: the failing world's, and the other release's most like it."""
    up, down = runs.get(Direction.UPGRADE), runs.get(Direction.DOWNGRADE)
    if up is not None and down is None:
        return up.tokens, _closest(own_new, up)
    if down is not None:
        return _closest(own_old, down), down.tokens
    return own_old.runs[0].tokens, own_new.runs[0].tokens


def _closest(own: Meeting, to: Run) -> list[Token]:
    """Return the tokens of the world with most answers in common."""
    wanted = set(to.world)
    return max(own.runs, key=lambda run: (len(set(run.world) & wanted), -len(set(run.world) ^ wanted))).tokens


def _special(old: Side, new: Side, shown: Run, change: Change, slot: layout.Slot | None) -> tuple[Change, layout.Slot | None]:
    """Name changes that the layouts alone do not show."""
    if shown.outcome == "refused":
        if "and newer" in shown.text:
            return Change.COMPAT_RAISED, slot
        tag = _variant_tag(shown)
        before, after = {each.value for each in _consts(old.codec)}, {each.value for each in _consts(new.codec)}
        if tag is not None and (tag.known in before) != (tag.known in after):
            return (Change.VARIANT_ADDED if tag.known in after else Change.VARIANT_REMOVED), tag
    if plain(old.codec.encoder) != plain(new.codec.encoder) and change is Change.RETYPED and slot is not None and _same_text(old, new, slot):
        return Change.MEMBER_RETYPED, slot
    if change is Change.NONE:
        return (Change.REGATED if plain(old.codec.decoder) != plain(new.codec.decoder) or plain(old.codec.encoder) != plain(new.codec.encoder) else Change.NONE), slot
    return change, slot


def _consts(codec: Codec) -> list[Const]:
    found: list[Const] = []
    for step in walk(codec.decoder or ()):
        if isinstance(step, When) and isinstance(step.test, Op):
            found.extend(part for part in _parts(step.test) if isinstance(part, Const))
    return found


def _variant_tag(run: Run) -> layout.Slot | None:
    """Return the constant or chosen value that the reader gave up on: the last one it read."""
    for pair in reversed(run.pairs):
        value = pair.token.value
        known = value.value if isinstance(value, Const) else None
        chosen = run.oracle.values.get(value) if run.oracle is not None and value is not None else None
        if known is not None or chosen is not None:
            return layout.Slot(layout.bare(pair.name), pair.name, "value", pair.token.type, pair.token.line, False, pair.token.path, known if known is not None else chosen.value if chosen else None)
    return None


def _same_text(old: Side, new: Side, slot: layout.Slot) -> bool:
    """Tell whether the encoders mention the item the same way: then its type changed behind their backs."""
    def mentions(side: Side) -> list[tuple[str, Term | None]]:
        return [(step.name, step.value) for step in walk(side.codec.encoder or ()) if isinstance(step, Item)]

    return mentions(old) == mentions(new) and any(layout.bare(name) == slot.name for name, _ in mentions(new))


def _blame(run: Run, slot: layout.Slot | None, new: Side) -> tuple[str, int, str]:
    """Return the item, line and file that a finding points at."""
    fallback = new.codec.encoder_span or new.codec.span
    if slot is not None and slot.path:
        return slot.path, slot.line or fallback.line, slot.file or fallback.path
    if run.token is not None and run.token.name and run.token.kind == "value":
        return run.token.name, run.token.line or fallback.line, run.token.path or fallback.path
    decoder = new.codec.decoder_span or fallback
    return run.item_name, run.item_line or decoder.line, decoder.path


def _framed(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[0].kind == "open" and tokens[0].length


def _raised(old: list[Token], new: list[Token]) -> bool:
    before, after = (tokens[0].version if tokens and tokens[0].kind == "open" else None for tokens in (old, new))
    return isinstance(before, Const) and isinstance(after, Const) and isinstance(before.value, int) and isinstance(after.value, int) and after.value > before.value


def _guard(codec: Codec, name: str) -> Guard:
    """Return what the item depends on in the newer decoder, or encoder."""
    for program in (codec.decoder, codec.encoder):
        found = _guard_in(program or (), layout.bare(name), ())
        if found is not None:
            tests = found
            if any(_mentions(test, "struct_v") or _mentions(test, "header.version") for test in tests):
                return Guard.VERSION
            if any(isinstance(part, Feature) for test in tests for part in _parts(test)):
                return Guard.FEATURE
            if tests:
                return Guard.VALUE
    return Guard.NONE


def _guard_in(program: Program, name: str, tests: tuple[Term, ...]) -> tuple[Term, ...] | None:
    for step in program:
        if isinstance(step, Item) and layout.bare(step.name) == name:
            return tests
        if isinstance(step, When):
            for inner in (step.then, step.otherwise):
                found = _guard_in(inner, name, (*tests, step.test))
                if found is not None:
                    return found
        inner_body = getattr(step, "body", None)
        if isinstance(inner_body, tuple):
            found = _guard_in(inner_body, name, tests)
            if found is not None:
                return found
    return None


def _parts(term: Term) -> list[Term]:
    out, stack = [], [term]
    while stack:
        one = stack.pop()
        out.append(one)
        if isinstance(one, Op):
            stack.extend(one.args)
    return out


def _mentions(term: Term, name: str) -> bool:
    return any(isinstance(part, Var) and part.name.startswith(name) for part in _parts(term))


# ---- older bytes -----------------------------------------------------------------------------------------------------


def _skip(old: Side, new: Side, failing: dict[Direction, list[Run]], causes: list[Cause], history: History) -> Cause | None:
    """Find a version that the old decoder understood and the new one does not.

    If releases older than both are at hand, one of them must really write what is no longer understood.
    """
    if plain(old.codec.decoder) == plain(new.codec.decoder):
        return None
    lost = _lost(old, new, failing)
    if lost is None:
        return None
    older = history(new.codec.name)
    if older is None:
        return _skip_cause(*lost, "", new, causes)
    for rev, side in older:
        meeting = meet(side.codec, new.codec, side.programs, new.programs)
        before = meet(side.codec, old.codec, side.programs, old.programs)
        if meeting.unread or before.unread:
            continue
        sound = {run.world for run in before.runs if not run.outcome}
        for run in _failing(meeting, side, new, lambda run: False):
            if run.world in sound:
                return _skip_cause(run, _version_of(run), rev, new, causes)
    return None


def _lost(old: Side, new: Side, failing: dict[Direction, list[Run]]) -> tuple[Run, int] | None:
    """Return what the new decoder makes of the first version that only the old one understands."""
    written = _written(old)
    for version in range(1, min(_highest(old.codec), MAX_VERSION) + 1):
        if version in written and failing[Direction.UPGRADE]:
            continue
        itself = meet(old.codec, old.codec, old.programs, old.programs, version=version)
        other = meet(old.codec, new.codec, old.programs, new.programs, version=version)
        if itself.unread or other.unread:
            continue
        sound = {run.world for run in itself.runs if not run.outcome}
        for run in other.failed:
            if run.world in sound:
                return run, version
    return None


def _version_of(run: Run) -> int:
    """Return the version that a run's writer wrote, 0 if it wrote none."""
    first = run.tokens[0] if run.tokens else None
    version = first.version if first is not None and first.kind == "open" else None
    return version.value if isinstance(version, Const) and isinstance(version.value, int) else 0


def _skip_cause(run: Run, version: int, rev: str, new: Side, causes: list[Cause]) -> Cause | None:
    run.version, run.writer = version, rev
    if causes and Direction.UPGRADE in causes[0].breaks:
        causes[0].breaks = (*causes[0].breaks, Direction.SKIP)
        causes[0].runs[Direction.SKIP] = run
        return None
    span = new.codec.decoder_span or new.codec.span
    name = run.token.name if run.token is not None and run.token.name else run.item_name or "version"
    return Cause(
        Outcome(run.outcome), Change.BRANCH_DROPPED, name, span.line, span.path, (Direction.SKIP,), {Direction.SKIP: run}, note=f"version {version}"
    )


def _written(side: Side) -> set[int]:
    found = set()
    for step in walk(side.codec.encoder or ()):
        if isinstance(step, Open) and isinstance(step.version, Const) and isinstance(step.version.value, int):
            found.add(step.version.value)
    return found


def _highest(codec: Codec) -> int:
    """Return the highest version that a decoder speaks of."""
    numbers = [1]
    for step in walk(codec.decoder or ()):
        if isinstance(step, Open) and isinstance(step.known, Const) and isinstance(step.known.value, int):
            numbers.append(step.known.value)
        if isinstance(step, When):
            numbers.extend(_version_numbers(step.test))
    return max(numbers)


def _version_numbers(test: Term) -> list[int]:
    found = []
    for part in _parts(test):
        if isinstance(part, Op) and len(part.args) == 2 and isinstance(part.args[0], Var) and isinstance(part.args[1], Const):
            if part.args[0].name.startswith(("struct_v", "header.version")) and isinstance(part.args[1].value, int):
                found.append(part.args[1].value)
    return found


def _reused(up: Meeting, own_old: Meeting, own_new: Meeting, old: Side, new: Side) -> Cause | None:
    """Find a slot that was dead on both sides of the old release and has a meaning in the new one."""
    dead = {pair.token.line for run in own_old.runs for pair in run.pairs if pair.dead and pair.token.dead}
    for run in up.runs:
        for pair in run.pairs:
            if pair.token.dead and pair.token.line in dead and not pair.dead and not _indexed(layout.bare(pair.name), "x"):
                line = next((other.token.line for each in own_new.runs for other in each.pairs if other.name == pair.name and not other.token.dead), 0)
                if line:
                    span = new.codec.encoder_span or new.codec.span
                    shown = replace(run, outcome="misread", token=pair.token, item_name=pair.name, item_type=pair.type, item_line=pair.line)
                    return Cause(Outcome.MISREAD, Change.SLOT_REUSED, pair.name, line, span.path, (Direction.SKIP,), {Direction.SKIP: shown})
    return None


def _dropped(down: Meeting, old: Side, new: Side) -> list[Cause]:
    """Note values that the older reader skips and loses."""
    for run in down.runs:
        lost = [token for token in run.dropped if token.kind == "value" and not token.dead]
        if lost:
            token = lost[0]
            span = new.codec.encoder_span or new.codec.span
            return [Cause(Outcome.DROPPED, Change.APPENDED, token.name, token.line or span.line, token.path or span.path, (Direction.DOWNGRADE,), {Direction.DOWNGRADE: run}, _framed(run.tokens), True)]
    return []


def understood(codec: Codec) -> str:
    """Return the first thing in a codec's programs that was not understood, or ""."""
    for program in (codec.encoder, codec.decoder):
        for step in walk(program or ()):
            if isinstance(step, Unclear):
                return step.text
            if isinstance(step, Item) and isinstance(step.type, Unknown):
                return f"{step.name}: type not understood ({step.type.text})"
    return ""


__all__ = ["Cause", "Confrontation", "Names", "Side", "confront", "explain", "plain", "same", "show", "understood"]
