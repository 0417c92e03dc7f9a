"""Values and conditions of a wire program: what a length, a version or a test is computed from.

`simplify` folds constants and brings tests to one form, so that a test an encoder makes and the same test
made by a decoder become the same atom: `x`, `x != 0` and `x > 0` are all `not (x == 0)`; `c.empty()` is
`size(c) == 0`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Const:
    """A number, or a symbol that is equal to itself only (an enumerator without a known value, a type's name)."""

    value: int | str


@dataclass(frozen=True, slots=True)
class Var:
    """A local, a member or a value read before, by its path ("item.flags")."""

    name: str


@dataclass(frozen=True, slots=True)
class Feature:
    """Whether the peer has a feature.

    Who has a feature has every feature of a lower `rank`, where the ranks are known. With `build`, it is an
    option of one side's own build, on which nobody agrees with anybody.
    """

    name: str
    rank: int | None = field(default=None, compare=False)
    build: bool = False


def bit(rank: int) -> str:
    """Return what a feature is called by its bit, which is all that peers tell each other."""
    return f"bit {rank}"


def announced(test: Feature, features: frozenset[str]) -> bool:
    """Tell whether a feature is among `features`, by its name or, under another name, by its bit."""
    return test.name in features or (test.rank is not None and bit(test.rank) in features)


@dataclass(frozen=True, slots=True)
class AtEnd:
    """Whether nothing remains on a stream."""

    stream: str


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """A position on a stream: "offset" (bytes from its start), "remaining", or "end" of the innermost frame.

    "next" is the byte at the position, looked at without being taken.
    """

    stream: str
    what: str


@dataclass(frozen=True, slots=True)
class Op:
    """An operator over terms; names as in C, and "size", "cond", "is"."""

    name: str
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """What was not understood; equal texts are equal."""

    text: str


Term = Const | Var | Feature | AtEnd | StreamPosition | Op | Opaque

TRUE, FALSE = Const(1), Const(0)
THE_REST = Opaque("the rest")  # a number of raw bytes: all that remain
_MASK = (1 << 64) - 1
_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "<<": lambda a, b: (a << b) & _MASK if 0 <= b < 64 else 0,
    ">>": lambda a, b: a >> b if 0 <= b < 64 else 0,
    "/": lambda a, b: a // b if b else 0,
    "%": lambda a, b: a % b if b else 0,
}
_ORDER: dict[str, Callable[[int, int], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def whole(term: Term | None) -> int | None:
    """Return a known number; None for everything else."""
    return term.value if isinstance(term, Const) and isinstance(term.value, int) else None


def negate(term: Term) -> Term:
    """Return the opposite of a test."""
    if isinstance(term, Const):
        return FALSE if term.value else TRUE
    if isinstance(term, Op) and term.name == "!":
        return term.args[0]
    return Op("!", (term,))


def truth(term: Term) -> Term:
    """Return a term as a test."""
    if isinstance(term, Const):
        return TRUE if term.value else FALSE
    if isinstance(term, Op) and term.name == "cond":
        return operate("cond", (term.args[0], truth(term.args[1]), truth(term.args[2])))
    if isinstance(term, Feature | AtEnd | Opaque) or (isinstance(term, Op) and term.name in TESTS):
        return term
    return Op("!", (Op("==", (term, FALSE)),))


TESTS = frozenset({"==", "<", ">", "<=", ">=", "!", "&&", "||", "is"})


def operate(name: str, args: tuple[Term, ...]) -> Term:
    """Build an operator's term, folded as far as its arguments allow; arguments are already simple."""
    fold = _FOLDS.get((name, len(args)))
    return Op(name, args) if fold is None else fold(name, *args)


def _not(_name: str, term: Term) -> Term:
    return negate(truth(term))


def _logical(name: str, left: Term, right: Term) -> Term:
    return _connect(name, truth(left), truth(right))


def _conditional(name: str, condition: Term, yes: Term, no: Term) -> Term:
    test = truth(condition)
    if isinstance(test, Const):
        return yes if test.value else no
    if (yes, no) in ((TRUE, FALSE), (FALSE, TRUE)):
        return test if yes == TRUE else negate(test)
    return yes if yes == no else Op(name, (test, yes, no))


def _comparison(name: str, left: Term, right: Term) -> Term:
    chosen = _chosen(name, left, right)
    if chosen is not None:
        return chosen
    if name in _ORDER:
        return _ordered(name, left, right)
    return _equal(left, right) if name == "==" else negate(_equal(left, right))


def _opposite(name: str, term: Term) -> Term:
    if not (isinstance(term, Const) and isinstance(term.value, int)):
        return Op(name, (term,))
    return Const(-term.value if name == "-" else ~term.value)


def _connect(name: str, left: Term, right: Term) -> Term:
    neutral = name == "&&"
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Const):
            if bool(one.value) == neutral:
                return other
            return FALSE if neutral else TRUE
    if left == right:
        return left
    return Op(name, (left, right))


def _chosen(name: str, left: Term, right: Term) -> Term | None:
    """Compare a choice of two values with a constant.

    What the choice depends on is what the comparison depends on.
    """
    if isinstance(left, Const) and isinstance(right, Op) and right.name == "cond":
        left, right, name = right, left, _MIRROR.get(name, name)
    if not (isinstance(left, Op) and left.name == "cond" and isinstance(right, Const)):
        return None
    test, *ways = left.args
    yes, no = (operate(name, (way, right)) for way in ways)
    return yes if yes == no else _connect("||", _connect("&&", test, yes), _connect("&&", negate(test), no))


def _equal(left: Term, right: Term) -> Term:
    if isinstance(left, Const) and isinstance(right, Const):
        return TRUE if left.value == right.value else FALSE
    if left == right:
        return TRUE
    if isinstance(left, Const):
        left, right = right, left
    if isinstance(right, Const) and isinstance(left, Op) and left.name == "cond":
        return _choose(left, lambda branch: _equal(branch, right))
    if isinstance(right, Const) and (
        isinstance(left, Feature) or (isinstance(left, Op) and left.name in TESTS)
    ):
        return left if right.value else negate(left)
    return Op("==", (left, right))


def _choose(choice: Op, test: Callable[[Term], Term]) -> Term:
    """Return a test of `a ? b : c` as `a ? test of b : test of c`."""
    return operate("cond", (choice.args[0], test(choice.args[1]), test(choice.args[2])))


def _ordered(name: str, left: Term, right: Term) -> Term:
    if isinstance(left, Const) and isinstance(right, Const):
        if isinstance(left.value, int) and isinstance(right.value, int):
            return TRUE if _ORDER[name](left.value, right.value) else FALSE
        return Op(name, (left, right))
    if isinstance(left, Const):
        return _ordered(_MIRROR[name], right, left)
    if isinstance(right, Const) and isinstance(left, Op) and left.name == "cond":
        return _choose(left, lambda branch: _ordered(name, branch, right))
    return _bounded(name, left, right.value) if isinstance(right, Const) else Op(name, (left, right))


def _bounded(name: str, term: Term, bound: int | str) -> Term:
    """Bring a comparison with a number to `at least`, or to `is zero`."""
    if not isinstance(bound, int):
        return Op(name, (term, Const(bound)))
    least = bound + 1 if name in (">", "<=") else bound
    at_least = negate(_equal(term, FALSE)) if _is_any(name, bound) else Op(">=", (term, Const(least)))
    return at_least if name in (">", ">=") else negate(at_least)


def _is_any(name: str, bound: int) -> bool:
    """Tell whether a comparison asks whether a term, which is no negative number, is zero."""
    return (name, bound) in ((">", 0), ("<=", 0), (">=", 1), ("<", 1))


def _compute(name: str, left: Term, right: Term) -> Term:
    if (
        isinstance(left, Const)
        and isinstance(right, Const)
        and isinstance(left.value, int)
        and isinstance(right.value, int)
    ):
        return Const(_ARITHMETIC[name](left.value, right.value))
    if isinstance(right, Const) and right.value == 0 and name in ("+", "-", "|", "<<", ">>", "^"):
        return left
    if isinstance(left, Const) and left.value == 0 and name in ("+", "|", "^"):
        return right
    if name == "&" and Const(0) in (left, right):
        return FALSE
    return Op(name, (left, right))


_FOLDS: Final[Mapping[tuple[str, int], Callable[..., Term]]] = {
    ("!", 1): _not,
    ("&&", 2): _logical,
    ("||", 2): _logical,
    ("cond", 3): _conditional,
    **{(name, 2): _comparison for name in ("==", "!=", *_ORDER)},
    **{(name, 2): _compute for name in _ARITHMETIC},
    ("-", 1): _opposite,
    ("~", 1): _opposite,
}


def substitute(term: Term, lookup: Callable[[Term], Term | None], depth: int = 0) -> Term:
    """Replace variables and places by what `lookup` knows of them, and fold."""
    if isinstance(term, Const):
        return term
    if isinstance(term, Op):
        if depth > 60:
            return Opaque("too deep")
        return operate(term.name, tuple([substitute(each, lookup, depth + 1) for each in term.args]))
    found = lookup(term)
    return term if found is None else found


def unknowable(term: Term) -> bool:
    """Tell whether a term depends on code that was not understood.

    An opaque text, or a call that is only known by name.
    """
    match term:
        case Op(_, args):
            return any(unknowable(each) for each in args)
        case Var(name):
            return name.endswith("()")
        case _:
            return isinstance(term, Opaque)


def variables(term: Term) -> tuple[frozenset[str], bool]:
    """Return the names that a term depends on, and whether that is all it depends on."""
    match term:
        case Const():
            return frozenset(), True
        case Var(name):
            return frozenset((name,)), True
        case Op(_, args):
            parts = [variables(each) for each in args]
            return frozenset[str]().union(*(names for names, _ in parts)), all(clear for _, clear in parts)
        case _:
            return frozenset(), False


def show(term: Term) -> str:
    """Return a term as text."""
    match term:
        case Const(value):
            return str(value)
        case Var(text) | Opaque(text) | StreamPosition(_, text):
            return text
        case Feature(name, _, build):
            return name if build else f"feature {name}"
        case AtEnd(_):
            return "at end"
        case Op():
            return _show_operator(term)


def _show_operator(term: Op) -> str:
    match term:
        case Op("!", (Op("==", (left, right)),)):
            return f"{show(left)} != {show(right)}"
        case Op("!", (Op(">=", (left, right)),)):
            return f"{show(left)} < {show(right)}"
        case Op("!", (inner,)):
            return f"not {show(inner)}"
        case Op("size", (inner,)):
            return f"size of {show(inner)}"
        case Op("is", (left, right)):
            return f"{show(left)} is {show(right)}"
        case Op("cond", (test, yes, no)):
            return f"({show(test)} ? {show(yes)} : {show(no)})"
        case Op(name, (left, right)):
            return f"({show(left)} {name} {show(right)})"
    return f"{term.name}({', '.join(show(each) for each in term.args)})"
