"""The matrix for people: one letter for a cell, and below the table what breaks where."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from compatlint.releases.matrix import Cell, CellFinding, Matrix
from compatlint.report.matrix_groups import ReleaseGroup, by_pair, groups, heavy
from compatlint.report.phrases import clean, several
from compatlint.vocabulary import Outcome, Severity

_LETTERS: Final = {
    Outcome.MISREAD: "M",
    Outcome.OVERREAD: "O",
    Outcome.REJECTED: "J",
    Outcome.ABSENT: "A",
    Outcome.REFUSED: "R",
    Outcome.LEFTOVER: "L",
    Outcome.DROPPED: "D",
    Outcome.UNREAD: "U",
}
_RED, _YELLOW, _DIM, _BOLD = "31;1", "33;1", "2", "1"
_WIDTH: Final = 4  # of a column
_SHOWN: Final = 6  # releases that a known issue names as writers


def render(matrix: Matrix, *, color: bool = False, width: int = 80) -> str:
    """Return the table, grouped, with a legend and the list of what breaks; `width` is in columns."""
    width = max(width, 40)
    known = groups(matrix)
    lines = [_style(_title(matrix), _BOLD, color), ""]
    names = max(len(each.label) for each in known) + len(str(len(known))) + 1
    room = max(1, (width - names - 2) // _WIDTH)
    for start in range(0, len(known), room):
        lines += _table(matrix, known, range(start, min(start + room, len(known))), names, color)
        lines.append("")
    lines += _legend(matrix, known)
    lines += _causes(matrix, known, color, width)
    lines += _known(matrix, width)
    lines += [f"warning: {clean(each)}" for each in matrix.warnings]
    lines.append(_summary(matrix))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _title(matrix: Matrix) -> str:
    return f"{several(len(matrix.releases), 'release')}: each row writes, each column reads"


def _table(
    matrix: Matrix, known: Sequence[ReleaseGroup], columns: Sequence[int], names: int, color: bool
) -> list[str]:
    cells = by_pair(matrix)
    head = "".join(f"{column + 1:>{_WIDTH}}" for column in columns)
    lines = [_style(f"{'':{names}}{head}", _DIM, color)]
    digits = len(str(len(known)))
    for number, row in enumerate(known):
        label = f"{number + 1:>{digits}} {row.label}"
        marks = "".join(
            _mark(
                matrix,
                _shown(cells, row, known[column]),
                number == column,
                color,
                _listed(matrix, row, known[column]),
            )
            for column in columns
        )
        lines.append(f"{label:<{names}}{marks}")
    return lines


def _shown(cells: dict[tuple[int, int], Cell], row: ReleaseGroup, column: ReleaseGroup) -> Cell | None:
    return cells.get((row.members[0], column.members[-1]))


def _listed(matrix: Matrix, row: ReleaseGroup, column: ReleaseGroup) -> bool:
    """Tell whether an issue between two groups is known."""
    return row is not column and any(
        each.writer in row.members and each.reader in column.members for each in matrix.known
    )


def _mark(matrix: Matrix, cell: Cell | None, own: bool, color: bool, known: bool) -> str:
    """Return the letter of a cell, `.` where all is well, `-` where nobody promised anything and all is well."""
    found = heavy(matrix, cell) if cell is not None else []
    if not found and known:
        return f"{'':{_WIDTH - 1}}{_style('k', _YELLOW, color)}"
    if not found:
        plain = "=" if own else "." if cell is not None and cell.promised else " "
        return f"{'':{_WIDTH - 1}}{_style(plain, _DIM, color)}"
    worst = found[0]
    letter = _LETTERS[worst.outcome]
    count = str(len(found)) if len(found) < 100 else "99"
    text = f"{letter}{count}" if len(found) > 1 else letter
    style = _RED if worst.severity is Severity.ERROR else _YELLOW
    text = text if worst.severity is Severity.ERROR else text.lower()
    return f"{'':{_WIDTH - len(text)}}{_style(text, style, color)}"


def _legend(matrix: Matrix, known: Sequence[ReleaseGroup]) -> list[str]:
    used = {each.outcome for cell in matrix.cells for each in heavy(matrix, cell)}
    words = [f"{letter} {outcome}" for outcome, letter in _LETTERS.items() if outcome in used]
    words += ["k known issue"] if matrix.known else []
    lines = [", ".join([*words, ". understood, as promised"])]
    if used:
        lines.append("a number counts the breaks; capitals are errors, small letters warnings")
    if any(len(each.members) > 1 for each in known):
        lines.append("A..B: releases that behave alike")
    return [*lines, ""]


def _causes(matrix: Matrix, known: Sequence[ReleaseGroup], color: bool, width: int) -> list[str]:
    """Return, for each break, which groups write it and which then fail to read it."""
    cells = by_pair(matrix)
    where: dict[CellFinding, dict[int, list[int]]] = {}
    for row_number, row in enumerate(known):
        for number, column in enumerate(known):
            cell = _shown(cells, row, column)
            for each in heavy(matrix, cell) if cell is not None else ():
                where.setdefault(each, {}).setdefault(row_number, []).append(number)
    lines = []
    for each in sorted(where, key=matrix.findings.index):
        style = _RED if each.severity is Severity.ERROR else _YELLOW
        name = f"{each.codec}.{each.item}" if each.item else each.codec
        lines.append(
            f"{_style(str(each.outcome), style, color)} {_style(clean(name), _BOLD, color)}  {clean(each.rule)}"
            + ("  (only without the features that both know)" if each.guarded else "")
        )
        lines += _wrapped(_ways(where[each]), width)
    return [*lines, ""] if lines else []


def _known(matrix: Matrix, width: int) -> list[str]:
    """Return the known issues, each once, with the releases that write and those that read."""
    pairs: dict[tuple[str, str, str, str], dict[int, list[int]]] = {}
    for each in matrix.known:
        told = (each.codec, each.why, each.see, each.action)
        pairs.setdefault(told, {}).setdefault(each.writer, []).append(each.reader)
    lines = []
    for (codec, why, see, action), ways in pairs.items():
        text = f"known issue{f' of {codec}' if codec else ''}: {why}" + (f" ({see})" if see else "")
        lines += textwrap.wrap(clean(text), width, subsequent_indent="  ")
        for writer, readers in list(ways.items())[:_SHOWN]:
            names = ", ".join(clean(matrix.releases[reader].rev) for reader in readers)
            lines += textwrap.wrap(
                f"    {clean(matrix.releases[writer].rev)} -> {names}", width, subsequent_indent="      "
            )
        lines += [f"    and {len(ways) - _SHOWN} more that write"] if len(ways) > _SHOWN else []
        lines += textwrap.wrap(f"    {clean(action)}", width, subsequent_indent="    ") if action else []
    return [*lines, ""] if lines else []


def _ways(pairs: dict[int, list[int]]) -> list[str]:
    """Return "1-2 -> 3" for writers and readers, those with the same readers together."""
    by_readers: dict[tuple[int, ...], list[int]] = {}
    for writer, readers in pairs.items():
        by_readers.setdefault(tuple(readers), []).append(writer)
    return [f"{_spans(writers)} -> {_spans(readers)}" for readers, writers in by_readers.items()]


def _spans(numbers: Sequence[int]) -> str:
    """Return numbers from 1 as "1-3,5"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0] + 1) if len(run) == 1 else f"{run[0] + 1}-{run[-1] + 1}" for run in runs)


def _wrapped(parts: Iterable[str], width: int) -> list[str]:
    lines, line = [], "   "
    for part in parts:
        if len(line) + len(part) + 2 > width and line.strip():
            lines.append(line)
            line = "   "
        line += f" {part};"
    return [*lines, line.rstrip(";")]


def _summary(matrix: Matrix) -> str:
    broken = sum(any(each.severity is Severity.ERROR for each in matrix.of(cell)) for cell in matrix.cells)
    unread = max((count for _, _, count in matrix.unread), default=0)
    return (
        f"{broken} of {len(matrix.cells)} cells break, promise {clean(matrix.promise)}, {matrix.seconds:.1f} s\n"
        f"{several(matrix.codecs, 'codec')} ever, {several(matrix.programs, 'different program')}, "
        f"at most {unread} unread in a pair"
    )


def _style(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
