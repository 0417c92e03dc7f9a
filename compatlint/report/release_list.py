"""The list of series, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from compatlint.releases.series import Series, Unreleased
from compatlint.report.phrases import clean, whole
from compatlint.report.verdict import several


def render_text(series: Sequence[Series], unreleased: Unreleased | None, promise: str) -> str:
    """Return a table of series, newest last, and what is in no release."""
    if not series:
        return "no tag looks like a release; `tags` in the table `releases` of the configuration names patterns\n"
    told = any(each.supported is not None for each in series)
    rows = [("series", "releases", "first", "last", "from", "to", *(("supported",) if told else ()))]
    for each in series:
        supported = ("yes" if each.supported else "no",) if told else ()
        first, last = each.first, each.last
        rows.append(
            (
                clean(each.name),
                str(sum(one.final for one in each.releases)),
                clean(first.tag),
                clean(last.tag),
                first.date,
                last.date,
                *supported,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_row(row, widths) for row in rows]
    count = sum(one.final for each in series for one in each.releases)
    lines.append(f"{count} releases in {len(series)} series, promise {clean(promise)}")
    if unreleased is not None:
        lines.append(_rest(unreleased))
    return "".join(f"{line}\n" for line in lines)


def render_json(series: Sequence[Series], unreleased: Unreleased | None, promise: str) -> str:
    """Return the same as JSON; dates are those of the tagged commits."""
    report = {
        "promise": promise,
        "series": [
            {
                "name": whole(each.name),
                "stable": each.stable,
                "supported": each.supported,
                "releases": [
                    {"tag": whole(one.tag), "commit": one.commit, "date": one.date, "preview": not one.final}
                    for one in each.releases
                ],
            }
            for each in series
        ],
        "unreleased": None
        if unreleased is None
        else {"rev": unreleased.rev, "commits": unreleased.commits, "since": whole(unreleased.since) or None},
    }
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        f"{cell:>{width}}" if column == 1 else f"{cell:<{width}}"
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()


def _rest(unreleased: Unreleased) -> str:
    rev = clean(unreleased.rev)
    if not unreleased.commits:
        return f"{rev} is released: {clean(unreleased.since)}"
    behind = f"; the last release that it reaches is {clean(unreleased.since)}" if unreleased.since else ""
    return f"{rev}: {several(unreleased.commits, 'commit')} in no release{behind}"
