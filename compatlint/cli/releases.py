"""The commands about many releases: `releases`, `matrix` and `history`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from compatlint.cli import options
from compatlint.cli.arguments import Command, CommandArgument

if TYPE_CHECKING:
    from compatlint.cli.startup import Startup
    from compatlint.promise import Promise
    from compatlint.releases.series import Series
    from compatlint.sources.git import Tree

_FORMAT = replace(options.FORMAT, choices=("text", "json"))
_PATTERNS = CommandArgument(
    name="terms",
    metavar="PATTERN",
    many="*",
    help="Only releases whose tags fit one of these, such as 'v13.2.*' [default: all].",
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "releases",
        "List the releases of a repository by series.",
        "Series, first and last release, dates, and what is in no release, as the tags tell.",
        "compatlint.cli.releases:releases",
        (
            _PATTERNS,
            options.REPO,
            options.PROMISE,
            _FORMAT,
            options.OUTPUT,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
)


def releases(
    *,
    terms: Sequence[str],
    repo: str | None,
    promise: str | None,
    form: str | None,
    output: Path | None,
    config: Path | None,
    no_cache: bool,
) -> int:
    """Print the series of a repository."""
    from compatlint.cli.output import choose_format, save
    from compatlint.cli.startup import open_scene
    from compatlint.releases.series import unreleased
    from compatlint.report import release_list

    kind = choose_format(form, output)
    scene = open_scene(repo, config, no_cache=no_cache)
    known, found = _series(scene, promise)
    shown = _fitting(known, terms) if terms else known
    rest = unreleased(scene.repository, "HEAD", known) if not terms else None
    render = release_list.render_json if kind == "json" else release_list.render_text
    save(render(shown, rest, found.name), output)
    return 0


def _series(scene: Startup, wish: str | None) -> tuple[tuple[Series, ...], Promise]:
    """Return the series of a repository, and the promise that counts them."""
    from compatlint.releases.promised import promise_of
    from compatlint.releases.series import list_series, settings

    wanted = settings(scene.config.releases)
    tagged = scene.repository.tagged_commits()
    newest = max(tagged, key=lambda each: (each.date, each.key), default=None)
    promise = promise_of(
        scene.repository, _tree(scene, newest.tag if newest else "HEAD"), scene.config, scene.wish(wish)
    )
    return list_series(tagged, promise.versions, wanted), promise


def _tree(scene: Startup, tag: str) -> Tree | None:
    """Return the files of HEAD, or of a tag where HEAD names nothing (a mirror)."""
    from compatlint.errors import SourceError

    for rev in ("HEAD", tag):
        try:
            return scene.repository.tree(rev)
        except SourceError:
            continue
    return None


def _fitting(series: Sequence[Series], patterns: Sequence[str]) -> tuple[Series, ...]:
    """Return the releases whose tags fit one of some patterns, and no series without any."""
    from fnmatch import fnmatch

    from compatlint.errors import SourceError

    found = []
    for each in series:
        some = tuple(one for one in each.releases if any(fnmatch(one.tag, pattern) for pattern in patterns))
        if some:
            found.append(replace(each, releases=some))
    if not found:
        raise SourceError(f"no release fits {' or '.join(patterns)}: `compatlint releases` lists them all")
    return tuple(found)
