"""Which promise a repository as a whole is under, where no range says which notations are concerned."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.comparison.context import project_of, sound
from compatlint.comparison.pipeline import Wish
from compatlint.config import Config
from compatlint.notations.notation import reading
from compatlint.notations.presets import presets
from compatlint.promise import Promise

if TYPE_CHECKING:
    from compatlint.sources.git import Repository, Tree

_SHARE = 10  # a preset of a tenth of the files that are read goes before none: samples and schemas are many


def promise_of(repository: Repository, tree: Tree | None, config: Config, wish: Wish) -> Promise:
    """Return the promise asked for, or the preset of the notations that read most files of a release.

    Its way of counting knows the project.
    """
    if isinstance(wish, Promise):
        promise = wish
    else:
        promise = presets().choose(wish, _preset(tree, config) if wish is None and tree is not None else "")
    if promise.versions.by_project and tree is not None:
        promise = replace(promise, versions=promise.versions.of_project(project_of(repository, tree)))
    return promise


def _preset(tree: Tree, config: Config) -> str:
    counts: Counter[str] = Counter()
    for path in tree.files():
        counts.update({each.promise for each in reading(path, sound(config).notations)})
    named = {each: count for each, count in counts.items() if each and count * _SHARE >= counts.total()}
    return max(named, key=lambda each: named[each]) if named else ""
