"""The commands that teach: which rules there are, what one of them means, and a real incident to look at."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path

from compatlint import config as configuration
from compatlint.cli.output import view_of_terminal
from compatlint.cli.startup import load_rules, open_scene
from compatlint.config import Config
from compatlint.errors import SourceError

_INCIDENT = "purge-queue"


def list_rules(*, repo: str | None, config: Path | None) -> int:
    """Print one line for every rule."""
    book = load_rules(configured(repo, config))
    width = max(len(name) for name in book.rules)
    for name in sorted(book.rules):
        severity = book.severity(name) or "ignored"
        print(f"{name:{width}}  {severity:7}  {book.rules[name].title}")
    return 0


def run_demo(*, folder: Path | None) -> int:
    """Make the demonstration's repository, compare its first two releases, and say what to try next."""
    from compatlint.comparison import compare
    from compatlint.report import text
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import Repository, build

    place = folder or Path(tempfile.mkdtemp(prefix="compatlint-demo-"))
    build(place, read_incident(fixture_home() / _INCIDENT))
    repository = Repository.open(place)
    old, new = repository.range("v13.2.1..v13.2.2")
    config = Config()
    rules = load_rules(config)
    found = compare(repository, old, new, config=config, promise=None, cache=Cache(None), rules=rules)
    print(text.render(found, rulebook=rules, view=view_of_terminal()), end="")
    where = shlex.quote(str(place))
    print(f"\nThis was `compatlint diff v13.2.1..v13.2.2` in {where}, a repository made for you.")
    print("The release after it mends one direction and cannot mend the other:\n")
    print(f"    compatlint diff v13.2.2..v13.2.3 --repo {where}")
    print(f"    compatlint show PurgeItem v13.2.3 --repo {where}")
    return 0


def fixture_home() -> Path:
    """Return the folder of incidents: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    return package / "_fixtures" if (package / "_fixtures").is_dir() else package.parent / "fixtures"


def read_incident(folder: Path) -> list[tuple[str, dict[str, bytes]]]:
    """Return the releases of an incident, oldest first.

    Its folders by name, with the content of every file by path.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} does not exist: install compatlint again")
    releases = []
    for release in sorted(each for each in folder.iterdir() if each.is_dir()):
        files = {
            path.relative_to(release).as_posix(): path.read_bytes()
            for path in sorted(release.rglob("*"))
            if path.is_file()
        }
        releases.append((release.name, files))
    return releases


def configured(repo: str | None, config: Path | None) -> Config:
    """Return the configuration around here.

    Outside of a repository the defaults, for rules can be read anywhere.
    """
    if repo is None and config is None:
        try:
            return open_scene(None, None, no_cache=True).config
        except SourceError:
            return Config()
    if repo is None:
        return configuration.load(None, config)
    return open_scene(repo, config, no_cache=True).config
