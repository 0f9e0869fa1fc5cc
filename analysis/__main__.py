"""The commands of ``weir-analysis``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from analysis.config import DETECTOR_MODEL, AnalysisSettings
from weir import WeirError, atomic, config, journal, owner, service
from weir.clock import SystemClock
from weir.command import DONE, FAILED, Program, config_file


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run a command; the exit code."""
    program = Program("weir-analysis", "Counts fish in footage that is dropped to it.")
    run = program.command("run", _run, "take what is dropped into the inbox, for ever")
    run.add_argument(
        "--once", action="store_true", help="work what is there, then exit"
    )
    program.command("status", _status, "say how the work goes, and what waits")
    export = program.command("export", _export, "write the results for other tools")
    export.add_argument("--format", required=True, choices=_formats())
    export.add_argument("--output", required=True, type=Path, metavar="DIR")
    _add_run(export)
    report = program.command("report", _report, "write one page that a person reads")
    report.add_argument("--output", type=Path, metavar="DIR", default=Path())
    report.add_argument(
        "--threshold",
        type=float,
        metavar="T",
        default=0.0,
        help="show and count only encounters that score above it",
    )
    _add_run(report)
    check = program.command(
        "check", _check, "try the models, and say how they are used"
    )
    check.add_argument("--image", type=Path, metavar="FILE", help="a picture to try")
    program.command(
        "keys", _keys, "make the key that signs receipts, and print its public half"
    )
    score = program.command(
        "score", _score, "compare with the truth of simulated clips"
    )
    score.add_argument("--truth", required=True, type=Path, metavar="DIR")
    score.add_argument("--json", action="store_true", help="one JSON object")
    return program.run(argv)


def _run(arguments: argparse.Namespace) -> int:
    from analysis.startup import working

    settings = config.load(
        AnalysisSettings,
        config_file(arguments),
        ("deployment.id", "deployment.camera", DETECTOR_MODEL),
    )
    owner.become(settings.analysis.folder)
    journal.set_up("weir-analysis")
    with (
        service.running() as life,
        working(settings, clock=SystemClock(), service=life) as daemon,
    ):
        if arguments.once:
            return DONE if daemon.run_once() else FAILED
        daemon.run()
    return DONE


def _status(arguments: argparse.Namespace) -> int:
    from analysis.commands import status

    settings = config.load(AnalysisSettings, config_file(arguments))
    zone = settings.deployment.zone
    return status.run(settings.analysis.folder, SystemClock().now().astimezone(zone))


def _export(arguments: argparse.Namespace) -> int:
    from analysis.exports import FORMATS
    from analysis.record.file.reader import reading
    from analysis.record.results import Results

    folder = _output(arguments.output)
    record = _record(arguments)
    with reading(record) as db:
        files = FORMATS[arguments.format](Results(db, arguments.run), folder)
    for file in files:
        print(file)
    _tell_age(record)
    return DONE


def _report(arguments: argparse.Namespace) -> int:
    from analysis.record.file.reader import reading
    from analysis.record.results import Results
    from analysis.report.page import write_report

    folder = _output(arguments.output)
    record = _record(arguments)
    with reading(record) as db:
        results = Results(db, arguments.run, threshold=arguments.threshold)
        print(write_report(results, record.parent, folder))
    _tell_age(record)
    return DONE


def _check(arguments: argparse.Namespace) -> int:
    from analysis.commands import check

    settings = config.load(AnalysisSettings, config_file(arguments), (DETECTOR_MODEL,))
    return check.run(settings, arguments.image)


def _keys(arguments: argparse.Namespace) -> int:
    from analysis.commands import keys

    settings = config.load(AnalysisSettings, config_file(arguments))
    return keys.run(settings.analysis.folder)


def _score(arguments: argparse.Namespace) -> int:
    from analysis.commands import score

    settings = config.load(AnalysisSettings, config_file(arguments))
    return score.run(settings, arguments.truth, arguments.json)


def _formats() -> Sequence[str]:
    return ("csv",)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--run", type=int, metavar="ID", help="default: the newest run of each clip"
    )


def _record(arguments: argparse.Namespace) -> Path:
    from analysis.intake.folders import Folders
    from analysis.record.file.recordfile import FILE_NAME

    settings = config.load(AnalysisSettings, config_file(arguments))
    return Folders(settings.analysis.folder).results / FILE_NAME


def _tell_age(record: Path) -> None:
    from analysis.record.file.reader import age_note

    if note := age_note(record, SystemClock().now()):
        sys.stderr.write(f"results {note}\n")


def _output(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic.sweep(folder)
    except OSError as exc:
        raise WeirError(f"{folder}: cannot be written to ({exc.strerror})") from exc
    return folder


if __name__ == "__main__":
    sys.exit(main())
