"""One call in a script, its arguments evaluated."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from compatlint.notations.languages.python import UNKNOWN
from compatlint.notations.sql.interpreter import Interpreter, ScriptFrame
from compatlint.notations.sql.schema import Step, UnclearStep
from compatlint.wire.ir.span import Span


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """A call: where it stands, and what it is given by position and by name."""

    run: Interpreter
    frame: ScriptFrame
    node: ast.Call
    arguments: list[object]
    named: dict[str, object]

    @property
    def span(self) -> Span:
        """Return where the call stands."""
        return self.frame.module.span(self.node)

    def argument(self, position: int, *names: str) -> object:
        """Return an argument by one of its names or by its position, UNKNOWN if it is not given."""
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.arguments[position] if position < len(self.arguments) else UNKNOWN

    def has(self, position: int, *names: str) -> bool:
        """Tell whether an argument is given."""
        return position < len(self.arguments) or any(name in self.named for name in names)

    def note(self, step: Step) -> None:
        """Add a step to what the script does."""
        self.run.steps.append(step)

    def unclear(self, reason: str, table: object = "") -> None:
        """Say that a step could not be read."""
        self.note(UnclearStep(reason, self.span, table if isinstance(table, str) else ""))
