"""The configuration of another revision: what a gate against strangers takes, since they cannot change it.

Its files are copied from the object store into a private folder that goes away with the process.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from compatlint import config as configuration
from compatlint.config import NAMES, WAIVERS, Config
from compatlint.errors import CompatlintError, ConfigError
from compatlint.files import write_text

if TYPE_CHECKING:
    from compatlint.sources.git import Repository


def settings_at(repository: Repository, rev: str, ending: list[Callable[[], None]]) -> Config:
    """Return the configuration of a revision, with its waiver file and its own rules.

    The defaults if the revision has none. Adds to `ending` what removes the copies again.
    """
    files = repository.tree(rev).files()
    folder = Path(tempfile.mkdtemp(prefix="compatlint-"))
    ending.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    _copy(repository, files, folder, [each for each in NAMES if each in files])
    try:
        named = configuration.load(folder)
        wanted = {WAIVERS, *([_relative(named.waivers, folder)] if named.waivers else [])}
        homes = {_relative(each, folder) for each in named.rules}
        wanted |= {path for path in files if path.rpartition("/")[0] in homes and path.endswith(".md")}
        _copy(repository, files, folder, sorted(wanted & files.keys()))
        return replace(configuration.load(folder), revision=rev)
    except CompatlintError as error:
        raise ConfigError(str(error).replace(f"{folder}/", f"{rev}:")) from None


def _relative(path: Path, folder: Path) -> str:
    return path.resolve().relative_to(folder.resolve()).as_posix()


def _copy(repository: Repository, files: dict[str, str], folder: Path, paths: list[str]) -> None:
    contents = repository.read(files[path] for path in paths)
    for path in paths:
        place = folder / path
        if files[path] in contents and folder in place.resolve().parents:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_text(place, contents[files[path]].decode("utf-8", "replace"))
