"""Completion scripts that shells accept, and that know every command and option."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from compatlint import cli
from compatlint.cli.commands import COMMANDS


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_and_option_is_known(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["completion", shell]) == 0
    script = capsys.readouterr().out
    for command in COMMANDS:
        assert command.name in script
        for argument in command.arguments:
            assert all(flag.lstrip("-") in script for flag in argument.flags if flag.startswith("--"))
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_bash_completes(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["completion", "bash"])
    script = capsys.readouterr().out
    ask = 'COMP_WORDS=(compatlint diff --format ju); COMP_CWORD=3; _compatlint; echo "${COMPREPLY[@]}"\n'
    done = subprocess.run(["bash"], input=script + ask, text=True, check=True, capture_output=True)
    assert done.stdout.strip() == "junit"
