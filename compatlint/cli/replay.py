"""The `replay` command: a corpus and a revision in, what became of the objects out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compatlint.errors import ConfigError
from compatlint.report.formats import Format, choose


def run_replay(
    *,
    corpus: str,
    types: Sequence[str],
    archive: str | None,
    rev: str,
    writer: str | None,
    reader: str | None,
    kind: str | None,
    values: bool,
    reencode: bool,
    repo: str | None,
    form: str | None,
    output: Path | None,
    strict: bool,
    no_cache: bool,
    verbose: bool,
) -> int:
    """Replay, report, and return the exit code: 1 where the release does not understand an object."""
    from compatlint.cli.output import save
    from compatlint.cli.progress import Bar
    from compatlint.cli.startup import open_scene
    from compatlint.promise import version_of
    from compatlint.replay import replay
    from compatlint.report import replay as report
    from compatlint.sources.corpus import open_corpus

    chosen = choose(form, output)
    if chosen not in (Format.TEXT, Format.JSON):
        raise ConfigError(f"replay reports as text or json, not as {chosen}")
    objects = open_corpus(corpus, kind)
    if (writer is None) != (reader is None):
        raise ConfigError(
            "--from REV and --to REV go together: the release that writes, and the one that reads"
        )
    among = objects.written_by(version_of(writer)) if writer is not None and archive is None else None
    samples = objects.choose(archive, types, among)
    scene = open_scene(repo, None, no_cache=no_cache)
    tree = scene.repository.tree(reader or rev)
    written = scene.repository.tree(writer) if writer is not None else None
    with Bar() as bar:
        results = replay(
            objects,
            scene.repository,
            tree,
            samples=samples,
            writer=written,
            cache=scene.cache,
            progress=bar,
            values=values,
            reencode=reencode,
        )
    if values or chosen is Format.JSON:
        save(report.render_json(results, values=values), output)
    else:
        save(report.render_text(results, verbose=verbose), output)
    wrong = any(each.wrong for each in results.objects) or (strict and results.count()["unread"])
    return int(bool(wrong))
