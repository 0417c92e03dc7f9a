"""What became of a corpus, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from compatlint.replay.results import Replayed, Results
from compatlint.report.phrases import clean, whole
from compatlint.wire.concrete.decode_object import OUTCOMES


def render_json(results: Results, *, values: bool = False) -> str:
    """Return the results as one JSON object.

    Counts in all and by type, and every object that is not exact.
    """
    report: dict[str, Any] = {
        "rev": whole(results.rev),
        "objects": len(results.objects),
        "types": len(results.types()),
        "outcomes": _counts(results.count()),
        "by_type": {whole(name): _counts(counts) for name, counts in results.by_type().items()},
    }
    if results.writer:
        report["writer"] = whole(results.writer)
    if results.reencoded():
        report["reencoded"] = dict(sorted(results.reencoded().items()))
    listed = [
        each
        for each in results.objects
        if values or each.outcome != "exact" or each.misread or each.reencoded not in ("", "same")
    ]
    report["listed"] = [_object(each, values) for each in listed]
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _counts(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in OUTCOMES if counts[name]}


def _object(each: Replayed, values: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "archive": whole(each.archive),
        "type": whole(each.type),
        "name": whole(each.name),
    }
    found.update(codec=whole(each.codec), size=each.size, outcome=each.outcome, reason=whole(each.reason))
    if each.noted:
        found["forward_incompat"] = True
    if each.misread:
        found["misread"] = whole(each.misread)
    if each.reencoded:
        found.update(reencoded=each.reencoded, reencoded_reason=whole(each.reencoded_reason))
    if values:
        found["values"] = each.values
    return found


def render_text(results: Results, *, verbose: bool = False) -> str:
    """Return the results for people: each reason once with its types, then the sums.

    `verbose` names every object.
    """
    lines: list[str] = []
    for outcome in [each for each in reversed(OUTCOMES) if each != "exact"]:
        groups: dict[tuple[str, str], list[Replayed]] = {}
        for each in results.objects:
            if each.outcome == outcome:
                groups.setdefault((each.type, each.reason), []).append(each)
        for (kind, reason), objects in sorted(groups.items()):
            noted = (
                ", as the corpus notes" if all(each.noted for each in objects) and objects[0].wrong else ""
            )
            lines.append(f"{outcome}: {clean(kind)} x{len(objects)}: {clean(reason)}{noted}")
            lines += [
                f"    {clean(each.archive)}/{clean(each.name)} ({each.size} bytes)"
                for each in objects
                if verbose
            ]
    misread = [each for each in results.objects if each.misread]
    lines += [
        f"misread: {clean(each.type)}: {clean(each.misread)} ({clean(each.archive)}/{clean(each.name)})"
        for each in misread
    ]
    lines += [""] if lines else []
    counts = results.reencoded()
    if counts:
        lines.append(f"encoded again: {', '.join(f'{count} {name}' for name, count in counts.most_common())}")
    lines += _noted(results)
    lines.append(_summary(results))
    return "\n".join(lines) + "\n"


def _noted(results: Results) -> list[str]:
    """Compare with what people noted in the corpus, where the release's version tells which notes are about it."""
    noted, wrong = (
        [each for each in results.objects if each.noted],
        [each for each in results.objects if each.wrong],
    )
    if not noted and not wrong:
        return []
    known = sum(1 for each in noted if each.wrong)
    unread = sum(1 for each in noted if each.outcome == "unread")
    told = f"{len(noted)} objects are noted as unreadable in the corpus: {known} are not understood, {unread} unread"
    return [f"{told}, {len(noted) - known - unread} understood; {len(wrong) - known} more are not understood"]


def _summary(results: Results) -> str:
    counts = results.count()
    said = ", ".join(f"{counts[name]} {name}" for name in OUTCOMES if counts[name]) or "nothing"
    whole_types = sum(1 for each in results.by_type().values() if set(each) == {"exact"})
    read_by = f"{results.writer} read by {results.rev}" if results.writer else results.rev
    kinds = len(results.types())
    exact = f"{whole_types} of {kinds} types exact in all"
    return f"{clean(read_by)}: {len(results.objects)} objects: {said}; {exact}; {results.seconds:.1f} s"
