"""Confirm findings with real bytes: a finding names the objects of a corpus that its reader fails on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.replay.pipeline import replay
from compatlint.replay.results import Replayed

if TYPE_CHECKING:
    from compatlint.check.findings import Comparison, Finding
    from compatlint.sources.cache import Cache
    from compatlint.sources.corpus import Corpus, Sample
    from compatlint.sources.git import Repository, Tree

MOST = 3  # objects that a finding names


def confirm(
    comparison: Comparison,
    corpus: Corpus,
    repository: Repository,
    trees: Iterable[Tree],
    *,
    cache: Cache | None = None,
) -> Comparison:
    """Return the comparison with the objects of a corpus that reproduce its findings, at most MOST each.

    An object reproduces a finding if the writer of the finding decodes it, and its reader fails on the bytes
    that the writer encodes from it, or reads different values.
    """
    known = {tree.rev: tree for tree in trees}
    asked: dict[tuple[str, str], set[str]] = {}
    for finding in comparison.findings:
        for each in finding.evidence:
            if each.writer in known and each.reader in known and each.writer != each.reader:
                asked.setdefault((each.writer, each.reader), set()).add(finding.codec)
    shown: dict[str, list[str]] = {}
    for (writer, reader), codecs in asked.items():
        samples = [each for each in corpus.samples if any(_named(each, codec) for codec in codecs)]
        if samples:
            found = replay(
                corpus, repository, known[reader], samples=samples, writer=known[writer], cache=cache
            )
            for codec in codecs:
                wrong = [
                    each
                    for each in found.objects
                    if (each.wrong or each.misread) and codec in (each.codec, each.type)
                ]
                shown.setdefault(codec, []).extend(_line(each, reader) for each in wrong[:MOST])
    return replace(comparison, findings=tuple(_with(finding, shown) for finding in comparison.findings))


def _named(sample: Sample, codec: str) -> bool:
    return sample.type == codec or codec.endswith("::" + sample.type)


def _with(finding: Finding, shown: dict[str, list[str]]) -> Finding:
    lines = tuple(dict.fromkeys(shown.get(finding.codec, ())))
    return replace(finding, confirmed=lines) if lines and finding.evidence else finding


def _line(each: Replayed, reader: str) -> str:
    what = each.misread or f"{each.outcome}, {each.reason}"
    around = f" ({each.around})" if each.around else ""
    where = f"{each.archive}/{each.type}/{each.name}"
    return f"{where}: {reader} goes wrong at byte {each.at} of {each.size}{around}: {what}"
