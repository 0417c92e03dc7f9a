"""Questions to a codec's programs.

Are two the same, is one fully understood, which versions and guards does it know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compatlint.check.positional import layout_diff
from compatlint.vocabulary import Guard
from compatlint.wire.ir.steps import (
    Codec,
    Enter,
    Item,
    Leave,
    Let,
    Open,
    Program,
    Repeat,
    Skip,
    Splice,
    Step,
    Try,
    Unclear,
    When,
    plain,
    walk,
)
from compatlint.wire.ir.terms import Const, Feature, Op, Opaque, Term, Var
from compatlint.wire.ir.types import RAW, Struct, Tuple, Unknown


def same(left: Codec, right: Codec) -> bool:
    """Tell whether two codecs have the same programs, wherever they stand."""
    if plain(left.encoder) != plain(right.encoder) or plain(left.decoder) != plain(right.decoder):
        return False
    one_sided = left.encoder is None or left.decoder is None  # then there is nothing to compare
    return one_sided or not not_alike(left, right)


def understood(codec: Codec) -> str:
    """Return the first thing in a codec's programs that was not understood, or ""."""
    for program in (codec.encoder, codec.decoder):
        for unclear in _unclear(program or ()):
            return unclear.text
        for step in walk(program or ()):
            if isinstance(step, Item) and isinstance(step.type, Unknown):
                return f"{step.name}: type not understood ({step.type.text})"
    return ""


def not_alike(old: Codec, new: Codec) -> str:
    """Return the first thing that was not understood in two releases of a codec and may differ between them.

    What is not understood is the same only if it is the same text of the same version of a file.
    """
    for before, after in ((old.encoder, new.encoder), (old.decoder, new.decoder)):
        left, right = (list(_unclear(program or ())) for program in (before, after))
        known = {(step.text, step.source) for step in left}
        fresh = [step for step in right if (step.text, step.source) not in known or not step.source]
        gone = known - {(step.text, step.source) for step in right}
        if fresh or gone:
            return fresh[0].text if fresh else min(text for text, _ in gone)
    return ""


def _unclear(program: Program) -> Iterator[Unclear]:
    """Yield what was not understood of the codec's own bytes, and of buffers that become a part of these."""
    steps = walk(program)
    used = {step.content for step in steps if isinstance(step, Item) and step.content is not None}
    used |= {step.source for step in steps if isinstance(step, Splice)}
    used |= {step.stream for step in steps if isinstance(step, Enter)}
    for step in steps:
        if isinstance(step, Unclear) and ("~" not in step.stream or step.stream in used):
            yield step


def parts(term: Term) -> list[Term]:
    """Return a term and everything in it."""
    out, stack = [], [term]
    while stack:
        one = stack.pop()
        out.append(one)
        if isinstance(one, Op):
            stack.extend(one.args)
    return out


def mentions(term: Term, named: VersionNames) -> bool:
    """Tell whether a term speaks of a version."""
    return any(isinstance(part, Var) and part.name in named for part in parts(term))


def constants(codec: Codec) -> list[Const]:
    """Return what a decoder compares values with."""
    found: list[Const] = []
    for step in walk(codec.decoder or ()):
        if isinstance(step, When) and isinstance(step.test, Op):
            found.extend(part for part in parts(step.test) if isinstance(part, Const))
    return found


def written_versions(codec: Codec) -> set[int]:
    """Return the literal versions that an encoder writes."""
    found = set()
    for step in walk(codec.encoder or ()):
        if isinstance(step, Open) and isinstance(step.version, Const) and isinstance(step.version.value, int):
            found.add(step.version.value)
    return found


def highest_version(codec: Codec) -> int:
    """Return the highest version that a decoder speaks of."""
    return max((1, *named_versions(codec)))


def named_versions(codec: Codec) -> set[int]:
    """Return the versions that a decoder speaks of: in its frames' macros and in its tests."""
    numbers: set[int] = set()
    named = version_names(codec)
    for step in walk(codec.decoder or ()):
        if isinstance(step, Open):
            known = step.known.value if isinstance(step.known, Const) else None
            numbers.update(
                each for each in (known, step.oldest_from, step.length_from) if isinstance(each, int) and each
            )
        if isinstance(step, When):
            numbers.update(_version_numbers(step.test, named))
    return numbers


@dataclass(frozen=True, slots=True)
class VersionNames:
    """The names under which a codec's programs ask for the version of the structure."""

    beginnings: tuple[str, ...]
    variables: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name in self.variables or name.startswith(self.beginnings)


def version_names(codec: Codec) -> VersionNames:
    """Return what a codec's programs call its version: variables of frames, and names by convention."""
    steps = (step for program in (codec.encoder, codec.decoder) for step in walk(program or ()))
    variables = frozenset(step.var for step in steps if isinstance(step, Open) and step.var)
    return VersionNames(codec.conventions.versions, variables)


def _version_numbers(test: Term, named: VersionNames) -> list[int]:
    found = []
    for part in parts(test):
        match part:
            case Op(_, (Var(name), Const(int(number)))) if name in named:
                found.append(number)
            case _:
                pass
    return found


def guard_of(codec: Codec, name: str) -> Guard:
    """Return what the item depends on in the newer decoder, or encoder."""
    for program in (codec.decoder, codec.encoder):
        found = _guard_in(program or (), layout_diff.bare(name), ())
        if found is not None:
            tests = found
            named = version_names(codec)
            if any(mentions(test, named) for test in tests):
                return Guard.VERSION
            if any(isinstance(part, Feature) for test in tests for part in parts(test)):
                return Guard.FEATURE
            if tests:
                return Guard.VALUE
    return Guard.NONE


def _guard_in(program: Program, name: str, tests: tuple[Term, ...]) -> tuple[Term, ...] | None:
    for step in program:
        if isinstance(step, Item) and layout_diff.bare(step.name) == name:
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


def plainly_read(codec: Codec) -> bool:
    """Tell whether a codec's programs hold nothing but typed values, frames and tests that are fully understood.

    Only then is a disagreement taken for the code's fault and not for ours. A buffer that ordinary functions
    fill and read (`Class.member`) was paired by its name alone, a test on a whole structure may be a marker
    in the data, a loop that treats its elements differently is not taken apart, and one that goes on while a
    test holds has as many rounds as the data. A test on what is not on the wire may come out differently for
    the one who reads.
    """
    if "." in codec.name:
        return False
    items = [
        step
        for program in (codec.encoder, codec.decoder)
        for step in walk(program or ())
        if isinstance(step, Item)
    ]
    whole = {step.name for step in items if isinstance(step.type, Struct | Tuple)}
    told = {
        name
        for program in (codec.encoder, codec.decoder)
        for step in walk(program or ())
        for name in _told_by(step)
    }
    for program in (codec.encoder, codec.decoder):
        for step in walk(program or ()):
            if isinstance(step, When) and not all(_travels(name, told, codec) for name in _tested(step)):
                return False
            if isinstance(step, Leave) and step.what != "function":
                return False
            if (
                isinstance(step, Repeat)
                and step.test is not None
                and any(isinstance(each, Item) for each in walk(step.body))
            ):
                return False
            if isinstance(step, Enter | Splice | Try | Skip) or (
                isinstance(step, Item) and (step.content is not None or step.type == RAW or step.stream)
            ):
                return False
            test = getattr(step, "test", None)
            if test is not None and (
                _opaque(test) or whole & {part.name for part in parts(test) if isinstance(part, Var)}
            ):
                return False
    return True


def _told_by(step: Step) -> tuple[str, ...]:
    """Return the names to which a step gives a value."""
    if isinstance(step, Item | Let):
        return (step.name,)
    return (step.var, step.oldest_var) if isinstance(step, Open) else ()


def _tested(step: When) -> Iterator[str]:
    """Yield what decides between the two ways of a step, if these are not the same on the wire."""
    if any(isinstance(each, Item | Open) for way in (step.then, step.otherwise) for each in walk(way)):
        yield from (part.name for part in parts(step.test) if isinstance(part, Var))


def _travels(name: str, told: set[str], codec: Codec) -> bool:
    """Tell whether a value is on the wire, itself or as a part or the whole of what is, or is the version of what is."""
    return (
        name in told
        or name.startswith(codec.conventions.frames)
        or any(each.startswith(f"{name}.") or name.startswith((f"{each}.", f"{each}[")) for each in told)
    )


def _opaque(term: Term) -> bool:
    if isinstance(term, Opaque):
        return True
    return isinstance(term, Op) and any(_opaque(each) for each in term.args)
