"""A bar on the terminal, once work takes longer than a second. Elsewhere, and before that, nothing."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from compatlint.plain_text import clean

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0  # seconds
PACE = 0.1  # seconds between two pictures


class Bar:
    """Call it with (done, total, what); used as a context, it leaves nothing behind on the terminal."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._due = time.monotonic() + patience
        self._shown: tuple[Progress, TaskID] | None = None
        self._drawn = 0.0
        self._wanted = sys.stderr.isatty()

    @property
    def visible(self) -> bool:
        """Tell whether the bar is on the terminal now."""
        return self._shown is not None

    def __enter__(self) -> Bar:
        return self

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show that `done` of `total` are done."""
        if not self._wanted or (self._shown is None and time.monotonic() < self._due):
            return
        progress, task = self._shown or self._start()
        progress.update(task, completed=done, total=total, description=clean(what)[:60])
        if time.monotonic() - self._drawn >= PACE:
            progress.refresh()
            self._drawn = time.monotonic()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown[0].stop()
            self._shown = None

    def _start(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
        # Without a thread that draws: a process with threads cannot safely fork, and work is divided by
        # forking.
        progress = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        progress.start()
        self._shown = progress, progress.add_task("")
        return self._shown
