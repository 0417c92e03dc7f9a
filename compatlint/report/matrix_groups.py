"""Releases that behave alike, so that a matrix of many fits on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compatlint.releases.matrix import Cell, CellFinding, KnownCell, Matrix
from compatlint.report.phrases import clean
from compatlint.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class ReleaseGroup:
    """Neighbouring releases of one series that write and read alike: indices of the matrix, oldest first."""

    members: tuple[int, ...]
    label: str


def heavy(matrix: Matrix, cell: Cell) -> list[CellFinding]:
    """Return what is wrong in a cell, without notes."""
    return [each for each in matrix.of(cell) if each.severity is not Severity.NOTE]


def by_pair(matrix: Matrix) -> dict[tuple[int, int], Cell]:
    """Return the cells by (writer, reader)."""
    return {(each.writer, each.reader): each for each in matrix.cells}


def groups(matrix: Matrix) -> list[ReleaseGroup]:
    """Return the releases in runs that behave alike towards all others and get along with each other."""
    marks = {
        pair: tuple(index for index in cell.findings if matrix.findings[index].severity is not Severity.NOTE)
        for pair, cell in by_pair(matrix).items()
    }
    for number, each in enumerate(matrix.known, len(matrix.findings)):
        pair = (each.writer, each.reader)
        marks[pair] = (*marks.get(pair, ()), _first(matrix, each, number))
    size = len(matrix.releases)
    runs: list[list[int]] = []
    for index in range(size):
        last = runs[-1] if runs else None
        if (
            last is not None
            and matrix.releases[last[0]].series == matrix.releases[index].series
            and all(_alike(marks, each, index, size) for each in last)
        ):
            last.append(index)
        else:
            runs.append([index])
    return [ReleaseGroup(tuple(run), _label(matrix, run)) for run in runs]


def _first(matrix: Matrix, issue: KnownCell, number: int) -> int:
    """Return the number of the first cell with the same known issue."""
    told = (issue.codec, issue.why)
    same = (at for at, each in enumerate(matrix.known) if (each.codec, each.why) == told)
    return len(matrix.findings) + next(same, number)


def _alike(marks: dict[tuple[int, int], tuple[int, ...]], one: int, other: int, size: int) -> bool:
    if marks.get((one, other)) or marks.get((other, one)):
        return False
    rest = (each for each in range(size) if each not in (one, other))
    same = all(
        marks.get((one, each)) == marks.get((other, each))
        and marks.get((each, one)) == marks.get((each, other))
        for each in rest
    )
    return same and marks.get((one, one)) == marks.get((other, other))


def _label(matrix: Matrix, run: Sequence[int]) -> str:
    first, last = (clean(matrix.releases[each].rev) for each in (run[0], run[-1]))
    return first if len(run) == 1 else f"{first}..{last}"
