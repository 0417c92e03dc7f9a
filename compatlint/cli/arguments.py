"""What a command takes, as values: arguments, options and the function that runs.

Help, parsing and shell completion read the same values. Nothing here knows a single command.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from compatlint.errors import UsageError, suggest


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandArgument:
    """One argument or option: `name` is the keyword under which the command's function takes it.

    Without `flags` it is positional; then `many` is "?" (may be left out) or "*" (any number). `kind` is what
    the text becomes: `bool` makes a flag, `float` a number of seconds, `list` an option that may be repeated
    and takes words joined by commas. `choices` are the words that are allowed. `group` is the heading of the help page it belongs to.
    """

    name: str
    help: str
    flags: tuple[str, ...] = ()
    metavar: str = ""
    many: str = ""
    kind: type = str
    choices: tuple[str, ...] = ()
    default: object = None
    group: str = "options"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, a line for the list of commands, the rest of its help page, what it takes.

    `target` is "module:function"; the function takes every argument by keyword and returns the exit code.
    """

    name: str
    summary: str
    description: str
    target: str
    arguments: tuple[CommandArgument, ...]

    def run(self, words: Sequence[str]) -> int:
        """Parse the words after the command's name and run it.

        Raises UsageError for a word that it does not take.
        """
        parser = build(self)
        try:
            values, rest = parser.parse_known_intermixed_args(list(words))
        except _HelpAsked:
            print(parser.format_help(), end="")
            return 0
        if rest:
            raise UsageError(f"{self.name}: {_unknown(rest[0], self)}")
        module, _, function = self.target.partition(":")
        code: int = getattr(import_module(module), function)(**vars(values))
        return code


class _HelpAsked(Exception):
    """The words ask for the help page: parsing ends before a required word can be missed."""


class _Help(argparse.Action):
    """An option without a value that ends the parsing."""

    def __call__(self, *_: object) -> NoReturn:
        """Raise _HelpAsked."""
        raise _HelpAsked


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of printing the usage and exiting."""
        raise UsageError(f"{self.prog.partition(' ')[2]}: {message}; --help lists what it takes")


def build(command: Command) -> argparse.ArgumentParser:
    """Return the parser of a command."""
    parser = _Parser(
        prog=f"compatlint {command.name}",
        description=f"{command.summary}\n\n{command.description}".rstrip(),
        formatter_class=layout,
        usage=usage(command),
        add_help=False,
        allow_abbrev=False,
    )
    parser._positionals.title = "arguments"
    groups = {"options": parser.add_argument_group("options")}
    for each in command.arguments:
        if each.flags and each.group not in groups:
            groups[each.group] = parser.add_argument_group(each.group)
    for each in command.arguments:
        _add(groups[each.group] if each.flags else parser, each)
    groups["options"].add_argument(
        "-h", "--help", nargs=0, action=_Help, default=argparse.SUPPRESS, help="Show this page."
    )
    return parser


def usage(command: Command) -> str:
    """Return one line: the command and its arguments, the options as one word."""
    words = []
    for each in command.arguments:
        if not each.flags:
            text = f"[{each.metavar}]" if each.many else each.metavar
            words.append(f"{text}..." if each.many == "*" else text)
    return " ".join(["compatlint", command.name, "[OPTIONS]", *words])


def layout(prog: str) -> argparse.HelpFormatter:
    """Return a formatter for the width of the terminal, 100 columns at most."""
    width = min(shutil.get_terminal_size().columns, 100)
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=30, width=width)


def _add(group: argparse._ActionsContainer, argument: CommandArgument) -> None:
    help_text = argument.help.replace("%", "%%")
    if argument.kind is bool:
        group.add_argument(*argument.flags, dest=argument.name, action="store_true", help=help_text)
        return
    metavar = argument.metavar or "WORD"
    if argument.choices:
        help_text = f"{help_text} One of: {', '.join(argument.choices)}."
    convert = _converter(argument)
    if not argument.flags:
        more = {"nargs": argument.many, "default": argument.default} if argument.many else {}
        group.add_argument(argument.name, metavar=metavar, type=convert, help=help_text, **more)  # type: ignore[arg-type]  # a number of arguments, and any default
        return
    action = "extend" if argument.kind is list else "store"
    default = [] if argument.kind is list else argument.default
    group.add_argument(
        *argument.flags,
        dest=argument.name,
        action=action,
        metavar=metavar,
        type=convert,
        default=default,
        help=help_text,
    )


def _converter(argument: CommandArgument) -> Callable[[str], object]:
    def convert(text: str) -> object:
        words = [each.strip() for each in text.split(",")] if argument.kind is list else [text]
        for each in words:
            if argument.choices and each not in argument.choices:
                known = ", ".join(argument.choices)
                raise argparse.ArgumentTypeError(
                    f"{each!r} is not one of {known}{suggest(each, argument.choices)}"
                )
        if argument.kind is list:
            return words
        if argument.kind is float:
            return _seconds(text)
        return Path(text) if argument.kind is Path else text

    return convert


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return number


def _unknown(word: str, command: Command) -> str:
    if not word.startswith("-"):
        return f"one argument too many: {word!r}"
    flags = [flag for each in command.arguments for flag in each.flags]
    name = word.partition("=")[0]
    return f"no option is called {name!r}{suggest(name, flags) or '; --help lists them'}"
