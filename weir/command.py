"""The command line of both programs: one parser, three exit codes.

0: done. 1: it failed, and the last line says why. 2: the command or the config is
wrong, and nothing was done.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Callable, Optional

from weir import ConfigError, WeirError, __version__, events, journal, tomlfile
from weir.printable import printable_lines

DONE, FAILED, WRONG_USAGE = 0, 1, 2

Action = Callable[[argparse.Namespace], int]

logger = logging.getLogger(__name__)


class Program:
    """A program of several commands, each with ``--config`` and ``--version``.

    Args:
        name: its name on the command line.
        summary: one sentence that says what it does.
    """

    def __init__(self, name: str, summary: str) -> None:
        version = f"{name} {__version__}"
        self._name = name
        self._common = argparse.ArgumentParser(add_help=False)
        self._common.add_argument(
            "--config",
            type=Path,
            metavar="FILE",
            default=argparse.SUPPRESS,
            help=f"default: {tomlfile.default()}",
        )
        self._common.add_argument("--version", action="version", version=version)
        self._parser = argparse.ArgumentParser(
            prog=name, description=summary, parents=[self._common]
        )
        self._commands = self._parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        self, name: str, action: Action, summary: str
    ) -> argparse.ArgumentParser:
        """Add a command.

        Args:
            name: what a person types.
            action: runs the command, and returns the exit code.
            summary: one sentence for ``--help``.

        Returns:
            The command's own parser, to which its options can be added.
        """
        parser = self._commands.add_parser(
            name, help=summary, description=summary, parents=[self._common]
        )
        parser.set_defaults(action=action, program=self._name)
        return parser

    def verbs(
        self, name: str, action: Action, summary: str, verbs: Mapping[str, str]
    ) -> dict[str, argparse.ArgumentParser]:
        """Add a command that has a second word, which goes to ``arguments.verb``.

        Args:
            name: the first word that a person types.
            action: runs the command, whatever the second word, and returns the code.
            summary: one sentence for ``--help``.
            verbs: each second word, with one sentence for ``--help``.

        Returns:
            The parser of each second word.
        """
        parser = self.command(name, action, summary)
        words = parser.add_subparsers(dest="verb", metavar="WHAT", required=True)
        return {
            verb: words.add_parser(
                verb, help=text, description=text, parents=[self._common]
            )
            for verb, text in verbs.items()
        }

    def run(self, argv: Optional[Sequence[str]] = None) -> int:
        """Run the command that was typed.

        Returns:
            The exit code.
        """
        arguments = self._parser.parse_args(argv)
        try:
            code: int = arguments.action(arguments)
        except ConfigError as exc:
            return self._fail(exc, events.CONFIG_REFUSED, WRONG_USAGE)
        except WeirError as exc:
            return self._fail(exc, events.COMMAND_FAILED, FAILED)
        except BrokenPipeError:
            # The program that reads our output has ended, as in `plan | head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FAILED
        except OSError as exc:
            logger.debug("where it failed", exc_info=True)
            return self._fail(exc, events.COMMAND_FAILED, FAILED)
        except KeyboardInterrupt:
            return FAILED
        except Exception as exc:
            # This is a mistake in Weir: give the journal a line to filter by.
            if journal.leads_to_journal():
                reason = f"{type(exc).__name__}: {exc}"
                self._tell(events.CRASHED, reason)
            raise
        return code

    def _fail(self, exc: Exception, event: journal.Event, code: int) -> int:
        """Say why the command ends: in the log if there is one, else on stderr."""
        if logging.getLogger().handlers or journal.leads_to_journal():
            for line in str(exc).splitlines():
                self._tell(event, line)
        else:
            aside(str(exc))
        return code

    def _tell(self, event: journal.Event, reason: str) -> None:
        if not logging.getLogger().handlers:
            journal.set_up(self._name)
        journal.tell(logger, event, reason=reason)


def command_of(package: str, name: str) -> Action:
    """Return the function that runs a command of a package of commands.

    The command's module is imported only when the command runs, so that no command pays
    for what another one needs.

    Args:
        package: the package; a module in it and a function in that are called ``name``.
        name: the command's name.
    """

    def act(arguments: argparse.Namespace) -> int:
        module = import_module(f"{package}.{name}")
        code: int = getattr(module, name)(arguments)
        return code

    return act


def config_file(arguments: argparse.Namespace) -> Path:
    """Find the config file of this call, and name it on standard error.

    Raises:
        ConfigError: there is no such file.
    """
    file = tomlfile.find(getattr(arguments, "config", None))
    shown = file.absolute()
    if journal.leads_to_journal():
        journal.set_up(arguments.program)
        journal.tell(logger, events.CONFIG_READ, file=shown)
    else:
        aside(f"config: {shown}")
    return file


def aside(text: str) -> None:
    """Write a line to standard error, or nowhere if that was closed.

    If it was closed, ``print(..., file=sys.stderr)`` would write to standard output,
    and so into the archive of ``pack --output - 2>&-``.
    """
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr is not None:
            sys.stderr.write(f"{printable_lines(text)}\n")
            sys.stderr.flush()
