"""The commands: what each one takes, and the function that runs it.

A new command is one entry here and one function. Nothing of it is imported before it is asked for.
"""

from __future__ import annotations

from pathlib import Path

from compatlint.cli import options
from compatlint.cli.arguments import Command, CommandArgument
from compatlint.cli.releases import COMMANDS as RELEASES

_RANGES = """RANGE is A..B, A...B (from the merge base), or A against HEAD, the index or the working tree; A and B
are anything that git takes for a revision. Default: the last release tag against HEAD. A PATH limits
the comparison to the files below it."""

_COMPARISON = (
    options.FORMAT,
    options.OUTPUT,
    options.FAIL_ON,
    options.STRICT,
    options.CONFIG,
    options.NO_CACHE,
    options.DEADLINE,
    options.VERBOSE,
)
_SIDES = (options.REPO, options.STAGED, options.WORKTREE)

COMMANDS: tuple[Command, ...] = (
    Command(
        "diff",
        "Find what one release writes and the other cannot read.",
        _RANGES,
        "compatlint.cli.comparisons:diff",
        (
            options.RANGE,
            *_SIDES,
            options.PROMISE,
            CommandArgument(
                name="topology",
                flags=("--topology",),
                kind=bool,
                group=options.FORMAT.group,
                help="Print which stages of an upgrade work, even if all do.",
            ),
            CommandArgument(
                name="corpus",
                flags=("--corpus",),
                metavar="PATH",
                group=options.REPO.group,
                help="Corpus of encoded objects; findings that an object reproduces are marked as confirmed.",
            ),
            *_COMPARISON,
        ),
    ),
    Command(
        "check",
        "Check that one release can decode everything it encodes.",
        "REV is anything that git takes for a revision [default: HEAD]. A PATH limits the check to the files below it.",
        "compatlint.cli.comparisons:check",
        (options.REV, *_SIDES, *_COMPARISON),
    ),
    Command(
        "show",
        "Show what a structure puts on the wire.",
        "Offsets, types, versions, conditions, and whatever was not understood, in the release REV.",
        "compatlint.cli.structures:show",
        (
            CommandArgument(
                name="codec", metavar="CODEC", help="The name of a structure, as the source spells it."
            ),
            CommandArgument(
                name="rev", metavar="REV", many="?", default="HEAD", help="A revision [default: HEAD]."
            ),
            *_SIDES,
            options.OUTPUT,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
    Command(
        "graph",
        "Write items and containment of two releases as a graph.",
        _RANGES,
        "compatlint.cli.structures:graph",
        (
            options.RANGE,
            CommandArgument(
                name="output",
                flags=("-o", "--output"),
                metavar="FILE",
                kind=Path,
                group=options.OUTPUT.group,
                help="FILE.json, FILE.graphml or FILE.dot (required).",
            ),
            CommandArgument(
                name="changed",
                flags=("--changed",),
                kind=bool,
                group=options.OUTPUT.group,
                help="Only what differs, and what contains it.",
            ),
            *_SIDES,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
    Command(
        "replay",
        "Decode real bytes with the decoders of a release, read from its source.",
        "CORPUS is laid out as archive/VERSION/objects/TYPE/FILE, in a folder or in a git repository; or it is one\nfile.",
        "compatlint.cli.replay:run_replay",
        (
            CommandArgument(
                name="corpus",
                metavar="CORPUS",
                help="A folder or a git repository of objects, or one file.",
            ),
            CommandArgument(name="types", metavar="TYPE", many="*", help="Only objects of these types."),
            CommandArgument(
                name="archive",
                flags=("--archive",),
                metavar="VERSION",
                group=options.REPO.group,
                help="Only the objects of this archive.",
            ),
            CommandArgument(
                name="rev",
                flags=("--rev",),
                metavar="REV",
                default="HEAD",
                group=options.REPO.group,
                help="The release that reads [default: HEAD].",
            ),
            CommandArgument(
                name="writer",
                flags=("--from",),
                metavar="REV",
                group=options.REPO.group,
                help="The release that writes, with --to.",
            ),
            CommandArgument(
                name="reader",
                flags=("--to",),
                metavar="REV",
                group=options.REPO.group,
                help="The release that reads what --from writes.",
            ),
            CommandArgument(
                name="kind",
                flags=("--type",),
                metavar="TYPE",
                group=options.REPO.group,
                help="The type of the object in one file.",
            ),
            CommandArgument(
                name="values",
                flags=("--values",),
                kind=bool,
                group=options.OUTPUT.group,
                help="Print what was decoded, as JSON.",
            ),
            CommandArgument(
                name="reencode",
                flags=("--reencode",),
                kind=bool,
                group=options.OUTPUT.group,
                help="Encode again what was decoded, and compare the bytes.",
            ),
            options.REPO,
            options.FORMAT,
            options.OUTPUT,
            options.STRICT,
            options.NO_CACHE,
            options.VERBOSE,
        ),
    ),
    *RELEASES,
    Command(
        "rules", "List the rules.", "", "compatlint.cli.learn:list_rules", (options.REPO, options.CONFIG)
    ),
    Command(
        "explain",
        "Explain a rule: what breaks, and how to fix it.",
        "",
        "compatlint.cli.learn:explain",
        (
            CommandArgument(name="rule", metavar="RULE", help="The name of a rule, as a finding gives it."),
            options.REPO,
            options.CONFIG,
        ),
    ),
    Command(
        "demo",
        "Try it on a real incident, in a small new repository.",
        "",
        "compatlint.cli.learn:run_demo",
        (
            CommandArgument(
                name="folder",
                metavar="FOLDER",
                many="?",
                kind=Path,
                help="Where to make the repository [default: a new temporary folder].",
            ),
        ),
    ),
    Command(
        "waive",
        "Accept a finding: write it to the waiver file.",
        "",
        "compatlint.cli.waivers:waive",
        (
            CommandArgument(
                name="fingerprint", metavar="FINGERPRINT", help="The twelve digits that a finding ends with."
            ),
            CommandArgument(
                name="reason",
                flags=("--reason",),
                metavar="TEXT",
                help="Why it is accepted (required).",
            ),
            CommandArgument(
                name="until",
                flags=("--until",),
                metavar="WHEN",
                help="A date or a release after which it fails again.",
            ),
            options.REPO,
            options.CONFIG,
        ),
    ),
)
