"""``weir-capture``: run, plan, check, clock, pack, prune, trust."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from typing import Optional

from weir.command import Program, command_of

_action = partial(command_of, "capture.commands")


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    program = Program("weir-capture", "Film slots of the day to a drive, for weeks.")
    run = program.command("run", _action("run"), "film until told to stop")
    run.add_argument(
        "--clips", type=_count, default=0, metavar="N", help="end after N clips"
    )
    plan = program.command("plan", _action("plan"), "print the coming slots")
    plan.add_argument(
        "--days", type=_count, default=14, metavar="N", help="default: 14"
    )
    check = program.command(
        "check", _action("check"), "test everything before you walk away"
    )
    check.add_argument(
        "--focus",
        action="store_true",
        help="step the lens through its positions; writes focus.html to the drive",
    )
    clock = program.command(
        "clock", _action("clock"), "compare the daemon's clock with the system's"
    )
    clock.add_argument(
        "--trust",
        action="store_true",
        help="say that the system's is right: the daemon forgets what it knew better",
    )
    clock.add_argument(
        "--wait",
        type=float,
        metavar="SECONDS",
        help="wait so long at most until the clock is set, or a slot begins",
    )
    pack = program.command(
        "pack", _action("pack"), "put finished clips into an archive"
    )
    pack.add_argument(
        "--output",
        metavar="FILE",
        help="a file, or - for standard output; default: a dated zip on the drive",
    )
    pack.add_argument("--all", action="store_true", help="also what was packed before")
    prune = program.command(
        "prune", _action("prune"), "delete the clips that a receipt names as kept"
    )
    prune.add_argument(
        "--receipt",
        required=True,
        metavar="FILE",
        help="a receipt of the host's; - for standard input",
    )
    prune.add_argument(
        "--analysed-is-enough",
        action="store_true",
        help="also those that were analysed and not kept",
    )
    prune.add_argument(
        "--unsigned",
        action="store_true",
        help="also on the word of a receipt that no trusted key has signed",
    )
    trust = program.command(
        "trust", _action("trust"), "take the word of a host's key for what is kept"
    )
    trust.add_argument(
        "keyfile",
        metavar="KEYFILE",
        help="the public key that weir-analysis keys prints; - for standard input",
    )
    return program.run(argv)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected a whole number, 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
