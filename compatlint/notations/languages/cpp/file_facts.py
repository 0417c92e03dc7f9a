"""What one C++ file, or a piece of one, declares, as plain values that can be cached."""

from __future__ import annotations

import marshal
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from compatlint.notations.languages.cpp import bodies
from compatlint.notations.languages.cpp.body_values import Body, Expression, Statement, lower_down

VERSION = "16"  # raise whenever the facts of an unchanged file would change
_NAMELESS = re.compile(r"\(anonymous:(\d+)\)")


@dataclass(slots=True)
class ClassFacts:
    """One class, struct or union: `members` are name -> (type text, line, array size or None).

    `defaults` are the arguments that a template's last parameters have if none are given.
    """

    name: str
    line: int
    end_line: int
    kind: str = "struct"
    bases: list[str] = field(default_factory=list)
    template: list[str] = field(default_factory=list)
    members: dict[str, tuple[str, int, Expression | None]] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Expression] = field(default_factory=dict)
    super_calls: dict[str, tuple[Expression, ...]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FunctionFacts:
    """One function with a body.

    `name` is qualified as far as the file shows, `owner` is its class or namespace scope.

    `source` is the body's text, from the brace in line `source_line`; or, where the text alone would not do,
    the body. `when` and `guessed` are those of its piece: the condition of a build that is not the ordinary
    one, and the line of its `#if`.
    """

    name: str
    owner: str
    params: tuple[tuple[str, str], ...]
    source: str | Body
    source_line: int
    line: int
    end_line: int
    returns: str = ""
    template: tuple[str, ...] = ()
    when: str = ""
    guessed: int = 0

    @property
    def body(self) -> Body:
        """Return the statements."""
        return bodies.convert(self.source, self.source_line) if isinstance(self.source, str) else self.source

    @property
    def shape(self) -> Body:
        """Return the statements, with lines from the beginning of the body where it is kept as text."""
        return bodies.convert(self.source, 1) if isinstance(self.source, str) else self.source

    def mentions(self, *words: str) -> bool:
        """Tell whether the body can mention all of `words`, without converting it."""
        return not isinstance(self.source, str) or all(word in self.source for word in words)


@dataclass(slots=True)
class FileFacts:
    """One file. `types` are typedefs and aliases, `enums` map an enumeration to its underlying type text."""

    classes: list[ClassFacts] = field(default_factory=list)
    functions: list[FunctionFacts] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    enums: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Expression] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    macros: list[tuple[str, str, int]] = field(default_factory=list)
    defines: dict[str, str] = field(default_factory=dict)
    failed: str = ""

    def __reduce__(self) -> tuple[Callable[[bytes], FileFacts | None], tuple[bytes]]:
        """Be pickled as for the cache, which is much faster."""
        return load, (dump(self),)


def merge(
    parts: Iterable[FileFacts], macros: list[tuple[str, str, int]], defines: dict[str, str]
) -> FileFacts:
    """Return the facts of a file, of those of its parts in order."""
    whole = FileFacts(macros=macros, defines=defines)
    for part in parts:
        whole.classes += part.classes
        whole.functions += part.functions
        whole.types |= part.types
        whole.enums |= part.enums
        whole.constants |= part.constants
        whole.variables = part.variables | whole.variables
        whole.failed = whole.failed or part.failed
    return whole


def shift(facts: FileFacts, lines: int) -> FileFacts:
    """Return facts as they are if what they are of stands so many lines further down."""
    if not lines:
        return facts
    lower = _lower(facts, lines)
    return replace(
        facts,
        classes=[
            ClassFacts(
                lower(each.name), each.line + lines, each.end_line + lines, each.kind, each.bases, each.template,
                {lower(name): (lower(kind), line + lines, size) for name, (kind, line, size) in each.members.items()},
                each.methods, each.constants, each.super_calls, each.defaults,
            )
            for each in facts.classes
        ],
        functions=[
            FunctionFacts(
                lower(each.name), lower(each.owner), each.params,
                each.source if isinstance(each.source, str) else lower_down(each.source, lines),
                each.source_line + lines, each.line + lines, each.end_line + lines, each.returns, each.template,
                each.when, each.guessed,
            )
            for each in facts.functions
        ],
        types={lower(name): kind for name, kind in facts.types.items()},
        enums={lower(name): kind for name, kind in facts.enums.items()},
        constants={lower(name): value for name, value in facts.constants.items()},
        variables={lower(name): lower(kind) for name, kind in facts.variables.items()},
    )  # fmt: skip


def _lower(facts: FileFacts, lines: int) -> Callable[[str], str]:
    """Return what makes a name in `facts` that of so many lines further down.

    What has no name is called after its line.
    """
    classes = any("(anonymous:" in each.name or "(anonymous:" in str(each.members) for each in facts.classes)
    if not classes and "(anonymous:" not in str(facts.variables):
        return lambda name: name
    return lambda name: _NAMELESS.sub(lambda found: f"(anonymous:{int(found[1]) + lines})", name)


_CLASS = (
    "name",
    "line",
    "end_line",
    "kind",
    "bases",
    "template",
    "members",
    "methods",
    "constants",
    "super_calls",
    "defaults",
)
_FUNCTION = (
    "name",
    "owner",
    "params",
    "source",
    "source_line",
    "line",
    "end_line",
    "returns",
    "template",
    "when",
    "guessed",
)
_FILE = ("types", "enums", "constants", "variables", "macros", "defines", "failed")


def dump(facts: FileFacts) -> bytes:
    """Pack facts for the cache."""
    return marshal.dumps(
        (
            tuple(tuple(getattr(each, key) for key in _CLASS) for each in facts.classes),
            tuple(tuple(getattr(each, key) for key in _FUNCTION) for each in facts.functions),
            tuple(getattr(facts, key) for key in _FILE),
        )
    )


def load(packed: bytes) -> FileFacts | None:
    """Unpack facts; None if the bytes are not facts of this version."""
    try:
        classes, functions, rest = marshal.loads(packed)
        return FileFacts(
            [ClassFacts(*each) for each in classes], [FunctionFacts(*each) for each in functions], *rest
        )
    except (ValueError, TypeError, EOFError):
        return None


__all__ = [
    "VERSION",
    "Body",
    "ClassFacts",
    "Expression",
    "FileFacts",
    "FunctionFacts",
    "Statement",
    "dump",
    "load",
    "merge",
    "shift",
]
