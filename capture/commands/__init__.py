"""The commands, one file each, from arguments to exit code.

A file has its command's name; a function of that name in it takes the arguments. What
only one command needs is imported by that command: the daemon runs for months on a Pi
Zero without the modules that read zips or call programs.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from weir.command import Action


def action(name: str) -> Action:
    """Return the function that runs a command.

    The command's module is imported only when the command runs.
    """

    def act(arguments: argparse.Namespace) -> int:
        module = import_module(f"{__name__}.{name}")
        code: int = getattr(module, name)(arguments)
        return code

    return act
