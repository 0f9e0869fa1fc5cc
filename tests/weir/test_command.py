"""The edge of both programs: three exit codes, and errors in words."""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest

from weir import ConfigError, ServiceError, __version__
from weir.command import Program, config_file


def program(action: Callable[[argparse.Namespace], int]) -> Program:
    """A program of one command."""
    made = Program("weir-test", "A program for tests.")
    made.command("go", action, "do it")
    return made


def failing(exc: Exception) -> Callable[[argparse.Namespace], int]:
    """A command that fails."""

    def act(_: argparse.Namespace) -> int:
        raise exc

    return act


@pytest.mark.parametrize(
    ("exc", "code"),
    [
        (ConfigError("config.toml: no good"), 2),
        (ServiceError("process 3 works here"), 1),
        (PermissionError(13, "Permission denied", "/var/lib/weir"), 1),
    ],
)
def test_an_error_is_a_line_and_a_code(
    exc: Exception,
    code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Never a traceback."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    assert program(failing(exc)).run(["go"]) == code
    assert capsys.readouterr().err == f"{exc}\n"


def test_ctrl_c_is_a_failure() -> None:
    """Without a word."""
    assert program(failing(KeyboardInterrupt())).run(["go"]) == 1  # type: ignore[arg-type]


def test_the_commands_own_code_is_the_exit_code() -> None:
    """0 done, 1 failed."""
    assert program(lambda _: 1).run(["go"]) == 1


@pytest.mark.parametrize("argv", [["fly"], [], ["go", "--nope"]])
def test_wrong_usage_is_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And says what there is."""
    with pytest.raises(SystemExit) as caught:
        program(lambda _: 0).run(argv)

    assert caught.value.code == 2
    assert "usage: weir-test" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["--version"], ["go", "--version"]])
def test_the_version_is_told(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """By the program and by each command."""
    with pytest.raises(SystemExit):
        program(lambda _: 0).run(argv)

    assert capsys.readouterr().out == f"weir-test {__version__}\n"


@pytest.mark.parametrize(
    "argv", [["--config", "a.toml", "go"], ["go", "--config", "a.toml"]]
)
def test_the_config_is_named_before_or_behind(
    argv: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And must be there."""
    monkeypatch.chdir(tmp_path)
    found = []

    def go(arguments: argparse.Namespace) -> int:
        found.append(config_file(arguments))
        return 0

    made = program(go)
    assert made.run(argv) == 2

    (tmp_path / "a.toml").touch()
    assert made.run(argv) == 0
    assert [str(path) for path in found] == ["a.toml"]


def test_the_file_that_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error, with its whole path."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.toml").touch()

    program(lambda it: int(not config_file(it))).run(["go", "--config", "a.toml"])

    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"config: {tmp_path}/a.toml\n")


def test_without_standard_error_nothing_goes_to_standard_output(tmp_path: Path) -> None:
    """As in ``pack --output - 2>&-``: an archive is on its way there."""
    (tmp_path / "config.toml").touch()
    text = (
        "import sys\n"
        "from weir.command import Program, config_file\n"
        "assert sys.stderr is None\n"
        "made = Program('a', 'b')\n"
        "made.command('go', lambda it: config_file(it) and 0, 'c')\n"
        f"raise SystemExit(made.run(['go', '--config', '{tmp_path}/config.toml']))\n"
    )
    ended = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, b"")


def test_a_reader_that_leaves_is_no_traceback() -> None:
    """Like ``plan | head``."""
    text = (
        "from weir.command import Program\n"
        "made = Program('a', 'b')\n"
        "made.command('go', lambda _: print('x' * 10**7) or 0, 'c')\n"
        "raise SystemExit(made.run(['go']))\n"
    )
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [sys.executable, "-c", text], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)

    assert (ended.returncode, ended.stderr) == (1, b"")
