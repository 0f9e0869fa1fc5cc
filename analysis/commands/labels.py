"""``labels``: take what people said about footage, give it on, and say how it fits.

Labels belong to the owner of the analysis folder, the service's user where Weir was
installed. Root goes on as that user; everybody else may export them and ask for the
status.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Callable

from analysis import LabelsError, StoreError
from analysis.config import AnalysisSettings
from analysis.intake.folders import Folders
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.labels.fitting import Clips, Fit, fit_of
from analysis.record.labels.labelbook import LabelBook, to_export
from analysis.record.labels.labelreader import read_labels
from analysis.record.labels.labelscore import Tally
from analysis.record.labels.labelstore import Added, LabelStore
from analysis.record.labels.labeltable import (
    MOST_BYTES,
    Fault,
    Line,
    read_table,
    write_table,
)
from analysis.record.results import Results
from analysis.values.label import VERDICTS, WITHDRAWN, Label
from weir import atomic, config, owner
from weir.clock import Clock, SystemClock, format_utc
from weir.command import DONE, aside, config_file
from weir.printable import many, printable

_WIDTH = 12
_MOST_NAMED = 1000
_MOST_SHOWN = 20  # of each list of the status
_PIPE = Path("-")


def labels(arguments: argparse.Namespace) -> int:
    """Do what the second word says: import, export, status or undo.

    Returns:
        The exit code, 0.
    """
    settings = config.load(AnalysisSettings, config_file(arguments))
    act: Callable[[Folders, argparse.Namespace], None] = _ACTS[arguments.verb]
    act(Folders(settings.analysis.folder), arguments)
    return DONE


def _import(folders: Folders, arguments: argparse.Namespace) -> None:
    data = _read(arguments.file)  # which the service may not be able to
    owner.become(folders.root)
    owner.require_own(folders.root, "weir-analysis labels import - < FILE")
    import_labels(folders, data, str(arguments.file), SystemClock())


def _export(folders: Folders, arguments: argparse.Namespace) -> None:
    text = write_table(to_export(read_labels(folders.labels)))
    if arguments.output == _PIPE:
        sys.stdout.write(text)
        return
    atomic.write_text(arguments.output, text)
    print(arguments.output)


def _status(folders: Folders, _: argparse.Namespace) -> None:
    owner.become(folders.root)
    for line in status_lines(folders):
        print(printable(line))


def _undo(folders: Folders, arguments: argparse.Namespace) -> None:
    owner.become(folders.root)
    owner.require_own(folders.root, "weir-analysis labels undo")
    now = SystemClock().now()
    label = LabelStore(folders.labels).undo(now, person=arguments.person)
    if label is None:
        raise LabelsError(f"{folders.labels}: has no decision to be taken back")
    print(printable(f"taken back: {words(label)}"))


_ACTS = {"import": _import, "export": _export, "status": _status, "undo": _undo}


def import_labels(folders: Folders, data: bytes, source: str, clock: Clock) -> None:
    """Take every line of a table that fits, and name the others.

    Args:
        folders: the analysis folder.
        data: the table.
        source: its name, for errors.
        clock: dates the lines that have no time of their own.

    Raises:
        LabelsError: it is no table, and nothing was taken; or some lines were not.
    """
    now = clock.now()
    try:
        lines, faults = read_table(data, now)
    except LabelsError as exc:
        raise LabelsError(f"{source}: {exc}; nothing was taken") from exc
    with reading(folders.results / FILE_NAME) as db:
        fitting, strange = Clips(db, Results(db)).fit(lines)
    added = LabelStore(folders.labels).add(
        [line.label for line in fitting],
        now,
        undated={line.label for line in fitting if not line.is_dated},
    )
    faults = sorted([*faults, *strange, *_refused(fitting, added)], key=_number)
    for fault in faults[:_MOST_NAMED]:
        aside(f"{source}:{fault.number}: {fault.words}")
    if len(faults) > _MOST_NAMED:
        aside(f"{source}: and {many(len(faults) - _MOST_NAMED, 'more line')}")
    print(f"{many(len(added.new), 'new label')}, {len(added.known)} known before")
    unnamed = sum(not label.person for label in added.new)
    if unnamed:
        aside(f"new labels without a person: {unnamed}; nobody knows whose word it is")
    if faults:
        raise LabelsError(
            f"{source}: {many(len(faults), 'line')} not taken, all others were; mend"
            " that, and import the file again: what is known is not taken twice"
        )


def status_lines(folders: Folders) -> Iterator[str]:
    """Yield what people said, how it fits the newest runs, and what is to be done.

    Raises:
        StoreError: the labels cannot be read.
    """
    every = read_labels(folders.labels)
    book = LabelBook(every)
    yield _row("labels", _kinds(book))
    yield _row("withdrawn", str(sum(label.verdict == WITHDRAWN for label in every)))
    people = Counter(label.person or "nobody named" for label in book)
    yield _row("people", ", ".join(f"{n} {who}" for who, n in sorted(people.items())))
    try:
        with reading(folders.results / FILE_NAME) as db:
            results = Results(db, book=book)
            fit, tally = fit_of(book, results), Tally.of(results.counted())
    except StoreError as exc:  # somebody deleted the results, perhaps
        yield _row("results", str(exc))
    else:
        yield from _of_fit(fit)
        yield _row("counted", tally.in_words)
    yield from _of_contradictions(book)


def words(label: Label) -> str:
    """Return what a label says, on one line."""
    said = " ".join(word for word in (label.species or label.label, label.note) if word)
    who = label.person or "nobody named"
    return (
        f"{label.clip} frames {label.first_frame} to {label.last_frame}:"
        f" {label.verdict}{f' ({said})' if said else ''}, {who} {format_utc(label.at)}"
    )


def _of_fit(fit: Fit) -> Iterator[str]:
    lower = f", {len(fit.below)} of them below its threshold" if fit.below else ""
    attached = f"{len(fit.attached)} to an encounter of the newest run{lower}"
    yield _row("attached", attached)
    yield _row("apart", f"{len(fit.apart)} where no encounter was found, or watched")
    if fit.away:
        clips = len({label.sha256 for label in fit.away})
        yield _row("away", f"{len(fit.away)}, of {many(clips, 'clip')} not in results")
    again = f"{many(len(fit.again), 'label')} without the encounter of before"
    yield _row("look again", again)
    ordered = sorted(fit.again, key=lambda label: (label.clip, label.key))
    for label in ordered[:_MOST_SHOWN]:
        word = label.machine
        had = f"; run {word.run} had {word.status} {word.label}" if word else ""
        yield _row("", words(label) + had)
    yield from _unshown(len(ordered))


def _of_contradictions(book: LabelBook) -> Iterator[str]:
    contradictions = book.contradictions()
    yield _row("disputed", many(len(contradictions), "contradiction"))
    for one, other in contradictions[:_MOST_SHOWN]:
        yield _row("", f"{words(one)}; but {words(other)}")
    yield from _unshown(len(contradictions))


def _unshown(there: int) -> Iterator[str]:
    if there > _MOST_SHOWN:
        yield _row("", f"and {there - _MOST_SHOWN} more; labels export has them all")


def _read(file: Path) -> bytes:
    if file == _PIPE:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as exc:
        raise LabelsError(
            f"{file}: cannot be read ({exc.strerror}); expected a table, or - for what"
            " comes through a pipe"
        ) from exc


def _refused(fitting: Iterable[Line], added: Added) -> Iterator[Fault]:
    numbers = {line.label: line.number for line in fitting}
    for label in added.refused:
        yield Fault(
            numbers[label],
            f"{label.person or 'nobody named'} said something else about these frames"
            f" at {format_utc(label.at)}: give the newer word its own time",
        )


def _number(fault: Fault) -> int:
    return fault.number


def _kinds(book: LabelBook) -> str:
    kinds = Counter(label.verdict for label in book)
    clips = len({label.sha256 for label in book})
    shown = ", ".join(f"{kinds[verdict]} {verdict}" for verdict in VERDICTS)
    return f"{sum(kinds.values())} in {many(clips, 'clip')}: {shown}"


def _row(name: str, text: str) -> str:
    return f"{name:<{_WIDTH}}{text}"
