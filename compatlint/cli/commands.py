"""The commands: what each one takes, and the function that runs it.

A new command is one entry here and one function. Nothing of it is imported before it is asked for.
"""

from __future__ import annotations

from pathlib import Path

from compatlint.cli import options
from compatlint.cli.arguments import Command, CommandArgument
from compatlint.cli.releases import BEYOND
from compatlint.cli.releases import COMMANDS as RELEASES

_RANGES = """RANGE is A..B, A...B (from the merge base), or A alone (against HEAD, the index or the working
tree). A and B are any revision that git accepts. Default: the last release tag, against HEAD. PATH
limits the findings to files below it."""

_COMPARISON = (
    options.FORMAT,
    options.OUTPUT,
    options.FAIL_ON,
    options.STRICT,
    options.CONFIG,
    options.CONFIG_FROM,
    options.NO_CACHE,
    options.DEADLINE,
    *options.VIEWS,
    options.VERBOSE,
)
_SIDES = (options.REPO, options.STAGED, options.WORKTREE)

COMMANDS: tuple[Command, ...] = (
    Command(
        "diff",
        "Find data that one of two releases writes and the other cannot read.",
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
                help="Always print the stages of the upgrade, even if all of them work.",
            ),
            CommandArgument(
                name="corpus",
                flags=("--corpus",),
                metavar="PATH",
                group=options.REPO.group,
                help="Corpus of encoded objects; findings that an object reproduces are marked as confirmed.",
            ),
            *BEYOND,
            *_COMPARISON,
        ),
    ),
    Command(
        "check",
        "Check that one release can decode everything it encodes.",
        "REV is any revision that git accepts [default: HEAD]. PATH limits the check to files below it.",
        "compatlint.cli.comparisons:check",
        (options.REV, *_SIDES, *_COMPARISON),
    ),
    Command(
        "show",
        "Show the wire layout of a structure.",
        "Prints offsets, types, versions and conditions at REV, and each statement that was not understood.",
        "compatlint.cli.structures:show",
        (
            CommandArgument(
                name="codec", metavar="CODEC", help="The name of a structure, as the source spells it."
            ),
            CommandArgument(
                name="rev",
                metavar="REV|A..B",
                many="?",
                default="HEAD",
                help="A revision, or two side by side [default: HEAD].",
            ),
            *_SIDES,
            options.OUTPUT,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
    Command(
        "graph",
        "Write a graph of two releases: their items, the changes, and which structure contains which.",
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
                help="The graph to write (required); the suffix selects the format: .json, .graphml, .dot or .html.",
            ),
            CommandArgument(
                name="changed",
                flags=("--changed",),
                kind=bool,
                group=options.OUTPUT.group,
                help="Only structures that differ, and the structures that contain them: the default.",
            ),
            CommandArgument(
                name="every",
                flags=("--all",),
                kind=bool,
                group=options.OUTPUT.group,
                help="All structures of both releases, changed or not.",
            ),
            *_SIDES,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
    Command(
        "replay",
        "Decode real objects with the decoders of a release, as its source has them.",
        "CORPUS is laid out as archive/VERSION/objects/TYPE/FILE, in a folder or in a git repository; or it is one\nfile.",
        "compatlint.cli.replay:run_replay",
        (
            CommandArgument(
                name="corpus",
                metavar="CORPUS",
                help="Folder or git repository of encoded objects, or one file.",
            ),
            CommandArgument(
                name="types", metavar="TYPE", many="*", help="Decode only objects of these types."
            ),
            CommandArgument(
                name="archive",
                flags=("--archive",),
                metavar="VERSION",
                group=options.REPO.group,
                help="Decode only objects of this archive (a name, or the beginning of one).",
            ),
            CommandArgument(
                name="rev",
                flags=("--rev",),
                metavar="REV",
                default="HEAD",
                group=options.REPO.group,
                help="The release whose decoders read the objects [default: HEAD].",
            ),
            CommandArgument(
                name="writer",
                flags=("--from",),
                metavar="REV",
                group=options.REPO.group,
                help="The release whose encoders write the objects (with --to).",
            ),
            CommandArgument(
                name="reader",
                flags=("--to",),
                metavar="REV",
                group=options.REPO.group,
                help="The release whose decoders read them (with --from).",
            ),
            CommandArgument(
                name="kind",
                flags=("--type",),
                metavar="TYPE",
                group=options.REPO.group,
                help="Type of the object, if CORPUS is one file.",
            ),
            CommandArgument(
                name="values",
                flags=("--values",),
                kind=bool,
                group=options.OUTPUT.group,
                help="Print the decoded values as JSON.",
            ),
            CommandArgument(
                name="reencode",
                flags=("--reencode",),
                kind=bool,
                group=options.OUTPUT.group,
                help="Encode the decoded values again and compare the bytes.",
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
        "Explain a rule, a direction, or a finding.",
        "A finding is named by its fingerprint; the last range that `diff` was asked about is asked again,\n"
        "or the RANGE that follows.",
        "compatlint.cli.explain:explain",
        (
            CommandArgument(
                name="word",
                metavar="RULE|DIRECTION|FINGERPRINT",
                help="The name of a rule or a direction as a report gives it, or the fingerprint of a finding.",
            ),
            options.RANGE,
            options.REPO,
            options.PROMISE,
            options.CONFIG,
        ),
    ),
    Command(
        "demo",
        "Run compatlint on a real incident, in a small new repository.",
        "",
        "compatlint.cli.learn:run_demo",
        (
            CommandArgument(
                name="folder",
                metavar="FOLDER",
                many="?",
                kind=Path,
                help="Where to create the repository [default: a new temporary folder].",
            ),
        ),
    ),
    Command(
        "waive",
        "Accept a finding: add it to the waiver file, with a reason.",
        "",
        "compatlint.cli.waivers:waive",
        (
            CommandArgument(
                name="fingerprint",
                metavar="FINGERPRINT",
                help="Fingerprint of the finding (the last twelve characters of its report).",
            ),
            CommandArgument(
                name="reason",
                flags=("--reason",),
                metavar="TEXT",
                help="Reason for accepting it (required).",
            ),
            CommandArgument(
                name="until",
                flags=("--until",),
                metavar="WHEN",
                help="Date or release at which the waiver expires.",
            ),
            options.REPO,
            options.CONFIG,
        ),
    ),
    Command(
        "baseline",
        "Accept every error and warning of a range: add them to the waiver file, with a reason.",
        "For a project that begins to use compatlint. The RANGE is that of `diff`.",
        "compatlint.cli.waivers:baseline",
        (
            options.RANGE,
            CommandArgument(
                name="reason",
                flags=("--reason",),
                metavar="TEXT",
                help="Reason for accepting them (required).",
            ),
            CommandArgument(
                name="until",
                flags=("--until",),
                metavar="WHEN",
                help="Date or release at which the waivers expire.",
            ),
            options.REPO,
            options.PROMISE,
            options.CONFIG,
            options.NO_CACHE,
        ),
    ),
    Command(
        "completion",
        "Print a script for completion in a shell.",
        'For example: eval "$(compatlint completion bash)"',
        "compatlint.cli.completion:completion",
        (CommandArgument(name="shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="The shell."),),
    ),
)
