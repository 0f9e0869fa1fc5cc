"""Defines the commands of ``weir-analysis`` and their options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Optional

from analysis.exports import FORMATS
from weir.command import Program, command_of

_action = partial(command_of, "analysis.commands")


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run the command that the arguments name.

    Returns:
        The exit code of the command.
    """
    program = Program("weir-analysis", "Counts fish in footage that is dropped to it.")
    run = program.command(
        "run", _action("run"), "take what is dropped into the inbox, for ever"
    )
    run.add_argument(
        "--once", action="store_true", help="work what is there, then exit"
    )
    program.command(
        "status", _action("status"), "say how the work goes, and what waits"
    )
    _add_export(program)
    _add_report(program)
    _add_reanalyse(program)
    _add_compare(program)
    check = program.command(
        "check", _action("check"), "try the models, and say how they are used"
    )
    check.add_argument("--image", type=Path, metavar="FILE", help="a picture to try")
    check.add_argument(
        "--footage",
        type=Path,
        metavar="CLIP",
        help="footage to try them on, whose rate to tell",
    )
    program.command(
        "keys",
        _action("keys"),
        "make the key that signs receipts, and print its public half",
    )
    _add_times(program)
    _add_labels(program)
    _add_score(program)
    _add_review(program)
    return program.run(argv)


def _add_labels(program: Program) -> None:
    verbs = program.verbs(
        "labels",
        _action("labels"),
        "take and give what people said about footage",
        {
            "import": "take a table of labels; what is known is not taken twice",
            "export": "write a table of all labels that stand",
            "status": "say how labels fit the results, and where to look again",
            "undo": "take back the decision that was added last",
        },
    )
    verbs["import"].add_argument("file", type=Path, metavar="FILE", help="- for a pipe")
    verbs["export"].add_argument(
        "--output", required=True, type=Path, metavar="FILE", help="- for a pipe"
    )
    verbs["undo"].add_argument("--person", metavar="NAME", help="only one of NAME")


def _add_score(program: Program) -> None:
    score = program.command(
        "score", _action("score"), "say how right the counts are, by people or by truth"
    )
    by = score.add_mutually_exclusive_group(required=True)
    by.add_argument("--labels", action="store_true", help="by what people said")
    by.add_argument(
        "--truth", type=Path, metavar="DIR", help="by the truth of simulated clips"
    )
    score.add_argument("--json", action="store_true", help="one JSON object")
    _add_run(score)


def _add_review(program: Program) -> None:
    review = program.command(
        "review", _action("review"), "open a page on which people say what is there"
    )
    review.add_argument(
        "--port", type=_port, metavar="N", default=8471, help="default: 8471"
    )
    review.add_argument(
        "--lan",
        action="store_true",
        help="let other machines ask, with the token in the address",
    )


def _add_times(program: Program) -> None:
    times = program.command(
        "times", _action("times"), "say when clips start that have no sidecar"
    )
    times.add_argument(
        "--csv",
        required=True,
        type=Path,
        metavar="FILE",
        help="columns clip and start; an empty start takes back what was told",
    )


def _add_export(program: Program) -> None:
    export = program.command(
        "export", _action("export"), "write the results for other tools"
    )
    export.add_argument("--format", required=True, choices=tuple(FORMATS))
    export.add_argument("--output", required=True, type=Path, metavar="DIR")
    export.add_argument(
        "--with-media",
        action="store_true",
        help="put the footage into DIR/media, as MP4 with true times, not encoded anew",
    )
    export.add_argument(
        "--all-frames",
        action="store_true",
        help="coco: list frames without anything, too",
    )
    _add_run(export)


def _add_report(program: Program) -> None:
    report = program.command(
        "report", _action("report"), "write one page that a person reads"
    )
    report.add_argument("--output", type=Path, metavar="DIR", default=Path())
    report.add_argument(
        "--threshold",
        type=_score,
        metavar="T",
        help="count with this threshold, from what the record keeps, without a model",
    )
    _add_run(report)


def _add_reanalyse(program: Program) -> None:
    again = program.command(
        "reanalyse",
        _action("reanalyse"),
        "look again at the footage in done/, with the present config",
    )
    for name, field, what in (
        ("--from", "first", "from this local date on"),
        ("--to", "last", "up to and with this local date"),
    ):
        again.add_argument(name, dest=field, type=_day, metavar="DATE", help=what)
    again.add_argument("--camera", metavar="C", help="footage of this camera only")


def _add_compare(program: Program) -> None:
    compare = program.command(
        "compare", _action("compare"), "say what another run sees otherwise"
    )
    compare.add_argument("run", nargs=2, type=int, metavar="RUN", help="see runs.csv")
    compare.add_argument(
        "--labels", action="store_true", help="say which agrees better with people"
    )
    compare.add_argument(
        "--output", type=Path, metavar="DIR", help="write a page with pictures there"
    )


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r}: expected 0 to 65535; 0 is any")
    return int(text)


def _score(text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:  # "nan" is not either
        raise argparse.ArgumentTypeError(f"{text!r}: expected 0 to 1, like 0.7")
    return score


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(
            f"{text!r}: expected a date like 2026-05-01"
        ) from exc


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--run", type=int, metavar="ID", help="default: the newest run of each clip"
    )


if __name__ == "__main__":
    sys.exit(main())
