"""The `completion` command: a script that makes a shell complete commands, options and their words."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from compatlint.cli.arguments import Command


def completion(*, shell: str) -> int:
    """Print the script for a shell."""
    from compatlint.cli.commands import COMMANDS

    print({"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](COMMANDS))
    return 0


def _words(command: Command) -> str:
    """Return what may follow a command: its options, and the words that options and arguments choose from."""
    flags = [flag for each in command.arguments for flag in each.flags if flag.startswith("--")]
    choices = [choice for each in command.arguments if not each.flags for choice in each.choices]
    return " ".join([*flags, "--help", *choices])


def _bash(commands: Sequence[Command]) -> str:
    names = " ".join(each.name for each in commands)
    cases = "\n".join(f"    {each.name}) words={shlex.quote(_words(each))} ;;" for each in commands)
    chosen: dict[str, dict[str, None]] = {}
    for argument in (each for one in commands for each in one.arguments if each.flags and each.choices):
        chosen.setdefault("|".join(argument.flags), {}).update(dict.fromkeys(argument.choices))
    choices = "\n".join(
        f'    {flags}) COMPREPLY=($(compgen -W {shlex.quote(" ".join(words))} -- "$now")); return ;;'
        for flags, words in chosen.items()
    )
    return f"""_compatlint() {{
  local now="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" words
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "{names} --help --version" -- "$now")); return; fi
  case "$before" in
{choices}
  esac
  case "${{COMP_WORDS[1]}}" in
{cases}
  esac
  case "$now" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$now")) ;;
    *) local known="$(git for-each-ref --format='%(refname:short)' refs/tags refs/heads 2>/dev/null)"
       COMPREPLY=($(compgen -W "$words $known" -- "$now") $(compgen -f -- "$now")) ;;
  esac
}}
complete -F _compatlint compatlint"""


def _zsh(commands: Sequence[Command]) -> str:
    return f"autoload -U +X bashcompinit && bashcompinit\n{_bash(commands)}"


def _fish(commands: Sequence[Command]) -> str:
    lines = ["complete -c compatlint -f"]
    for each in commands:
        lines.append(
            f"complete -c compatlint -n __fish_use_subcommand -a {each.name} -d {shlex.quote(each.summary)}"
        )
        for argument in each.arguments:
            long = next((flag[2:] for flag in argument.flags if flag.startswith("--")), "")
            if long:
                chosen = f" -xa {shlex.quote(' '.join(argument.choices))}" if argument.choices else ""
                lines.append(
                    f"complete -c compatlint -n '__fish_seen_subcommand_from {each.name}' -l {long}{chosen}"
                )
    return "\n".join(lines)
