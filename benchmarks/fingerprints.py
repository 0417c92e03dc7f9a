"""How many fingerprints of versioned objects compatlint recomputes from source.

Recorded, reproduced, mismatch, unread.

    python benchmarks/fingerprints.py --repo /path/to/nova.git [--first 12.0.0] [--every 3] [--reasons] [TAG ...]

Without tags, every release tag of the repository from `--first` on is asked (every third with `--every 3`).
What is compared is what the project's own tests record; nothing of it is executed. `--reasons` says why a
fingerprint is unread.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from compatlint.notations.languages.python import Project
from compatlint.notations.openstack.versioned_objects.ledger import check_ledger
from compatlint.sources.git import Repository
from compatlint.sources.git.tags import is_final, version_of


@dataclass(frozen=True)
class Row:
    """One tag: what its ledger records and what became of that, and the seconds it took."""

    tag: str
    recorded: int
    reproduced: int
    mismatch: tuple[str, ...]
    unread: tuple[tuple[str, str], ...]
    seconds: float


def measure(repository: Repository, tag: str) -> Row:
    """Return the figures of one tag."""
    tree = repository.tree(tag)
    files = tree.files()
    started = time.monotonic()
    lowered = check_ledger(Project(tree.commit, files, repository.read))
    counts = lowered.fingerprints
    reasons = tuple((each.codec, each.reason) for each in lowered.missing)
    seconds = time.monotonic() - started
    if counts is None:
        return Row(tag, 0, 0, (), (), seconds)
    return Row(tag, counts.recorded, counts.reproduced, counts.mismatch, reasons, seconds)


def chosen(repository: Repository, first: str, every: int) -> list[str]:
    """Return the release tags to ask, by version."""
    start = version_of(first)
    known = {
        tag: version
        for tag in repository.release_tags()
        if is_final(tag) and (version := version_of(tag)) is not None
    }
    named_by_year = (1000,)
    tags = [tag for tag, version in known.items() if start is None or start[0] <= version[0] < named_by_year]
    tags.sort(key=lambda tag: known[tag])
    return tags[::every]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table of the tags, and their sum."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repo", required=True)
    parser.add_argument("--first", default="0")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--reasons", action="store_true")
    parser.add_argument("tags", nargs="*")
    given = parser.parse_args(arguments)
    repository = Repository.open(given.repo)
    rows = []
    print("| tag | recorded | reproduced | mismatch | unread | seconds |\n|---|--:|--:|--:|--:|--:|")
    for tag in given.tags or chosen(repository, given.first, given.every):
        row = measure(repository, tag)
        rows.append(row)
        figures = (
            f"{row.recorded} | {row.reproduced} | {len(row.mismatch)} | {len(row.unread)} | {row.seconds:.2f}"
        )
        print(f"| {tag} | {figures} |", flush=True)
        if row.mismatch:
            print(f"  mismatch: {', '.join(row.mismatch)}")
    recorded, reproduced = (
        sum(each) for each in zip(*((row.recorded, row.reproduced) for row in rows), strict=True)
    )
    lost, wrong = sum(len(row.unread) for row in rows), sum(len(row.mismatch) for row in rows)
    print(
        f"| {len(rows)} tags | {recorded} | {reproduced} | {wrong} | {lost} | {sum(row.seconds for row in rows):.1f} |"
    )
    if given.reasons:
        for (name, reason), count in Counter(each for row in rows for each in row.unread).most_common(60):
            print(f"{count:4} {name}: {reason}")


if __name__ == "__main__":
    main()
