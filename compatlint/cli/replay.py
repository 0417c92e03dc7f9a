"""The `replay` command: a corpus and a revision in, what became of the objects out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compatlint.cli.options import Format
from compatlint.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    corpus: str
    types: Sequence[str]
    archive: str | None = None
    rev: str = "HEAD"
    writer: str | None = None
    reader: str | None = None
    repo: str | None = None
    kind: str | None = None
    values: bool = False
    reencode: bool = False
    form: Format | None = None
    output: Path | None = None
    no_cache: bool = False
    verbose: bool = False
    strict: bool = False


def run_replay(wish: Wish) -> int:
    """Replay, report, and return the exit code: 1 where the release does not understand an object."""
    from compatlint.cli.output import choose_format, save
    from compatlint.cli.progress import Bar
    from compatlint.cli.startup import open_scene
    from compatlint.promise import version_of
    from compatlint.replay import replay
    from compatlint.report import replay as report
    from compatlint.sources.corpus import open_corpus

    form = choose_format(wish.form, wish.output)
    if form not in (Format.TEXT, Format.JSON):
        raise ConfigError(f"replay reports as text or json, not as {form.value}")
    corpus = open_corpus(wish.corpus, wish.kind)
    if (wish.writer is None) != (wish.reader is None):
        raise ConfigError(
            "--from REV and --to REV go together: the release that writes, and the one that reads"
        )
    among = (
        corpus.written_by(version_of(wish.writer))
        if wish.writer is not None and wish.archive is None
        else None
    )
    samples = corpus.choose(wish.archive, wish.types, among)
    scene = open_scene(wish.repo, None, no_cache=wish.no_cache)
    tree = scene.repository.tree(wish.reader or wish.rev)
    writer = scene.repository.tree(wish.writer) if wish.writer is not None else None
    with Bar() as bar:
        results = replay(
            corpus,
            scene.repository,
            tree,
            samples=samples,
            writer=writer,
            cache=scene.cache,
            progress=bar,
            values=wish.values,
            reencode=wish.reencode,
        )
    if wish.values or form is Format.JSON:
        save(report.render_json(results, values=wish.values), wish.output)
    else:
        save(report.render_text(results, verbose=wish.verbose), wish.output)
    wrong = any(each.wrong for each in results.objects) or (wish.strict and results.count()["unread"])
    return int(bool(wrong))
