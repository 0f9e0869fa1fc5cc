"""What the commands do, one file each, from arguments to exit code.

A file bears its command's name, and in it a function of that name takes the arguments.
A command imports only what it needs, so that ``status`` starts at once, without numpy.
"""

from __future__ import annotations

import argparse
from importlib import import_module

from weir.command import Action


def action(name: str) -> Action:
    """Return the function that runs a command.

    Its module is imported when the command is run.
    """

    def act(arguments: argparse.Namespace) -> int:
        module = import_module(f"{__name__}.{name}")
        code: int = getattr(module, name)(arguments)
        return code

    return act
