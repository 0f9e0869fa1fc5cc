"""``score``: compare a run with people's labels, or with simulated clips' truth."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Optional

from analysis import AnalysisError
from analysis.commands.scoring.agreement import (
    Agreement,
    compare,
    compare_kinds,
    total,
)
from analysis.commands.scoring.labelled import print_label_score
from analysis.config import AnalysisSettings
from analysis.intake.folders import Folders
from analysis.record.clip import Clip
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.final.encounters import final_of
from analysis.record.final.kinds import rows_of
from analysis.record.results import Results
from weir import config
from weir.clip import TRUTH_SUFFIX, truth_name
from weir.command import DONE, config_file
from weir.printable import many, printable_lines
from weir.truth import Truth


class ScoreError(AnalysisError, ValueError):
    """No clip of the results has a truth to be compared with."""


def score(arguments: argparse.Namespace) -> int:
    """Print how well a run agrees with labels, or with the truth.

    Returns:
        The exit code, 0.
    """
    settings = config.load(AnalysisSettings, config_file(arguments))
    if arguments.labels:
        record = Folders(settings.analysis.folder).results / FILE_NAME
        print_label_score(record, arguments.run, as_json=arguments.json)
    else:
        run, as_json = arguments.run, arguments.json
        print_score(settings, arguments.truth, run=run, as_json=as_json)
    return DONE


def print_score(
    settings: AnalysisSettings,
    truth: Path,
    *,
    run: Optional[int] = None,
    as_json: bool,
) -> None:
    """Print how well a run agrees with the truth.

    Args:
        settings: the config that names the results.
        truth: a folder with ``clip....h264.truth.json`` files, also in its sub-folders.
        run: the number of the run; None for the newest run of each clip.
        as_json: whether to print one JSON object instead of a table.

    Raises:
        ScoreError: no clip of the results has a truth there.
        ContractError: a truth cannot be read.
    """
    truths = read_truths(truth)
    record = Folders(settings.analysis.folder).results / FILE_NAME
    with reading(record) as db:
        rows = list(compare_all(Results(db, run), truths))
    if not rows:
        raise ScoreError(
            f"{truth}: holds {many(len(truths), 'file')} *{TRUTH_SUFFIX}, and none is"
            f" of a clip in {record}"
        )
    whole = total(agreement for _, agreement in rows)
    print(as_object(whole) if as_json else printable_lines(as_table(rows, whole)))


def compare_all(
    results: Results, truths: dict[str, list[Truth]]
) -> Iterable[tuple[str, Agreement]]:
    """Yield the name and the agreement of each clip that has a truth."""
    for clip in results.clips:
        truth = _of(clip, truths)
        if truth is None or not clip.is_usable:
            continue
        finals = [final_of(seen) for seen in results.encounters_in(clip)]
        kinds = [row for row in rows_of(finals) if row.counts]
        found = [row.seen.encounter for row in kinds if row.seen and not row.beside]
        met = compare(truth, found, can_count=clip.can_count)
        yield clip.clip, total([met, compare_kinds(truth, kinds)])


def as_object(whole: Agreement) -> str:
    """Return the sums as JSON. A share is 0 to 1, and null where it is of nothing."""
    fields: dict[str, Any] = {
        "truth": whole.truth,
        "found": whole.found,
        "missed": whole.missed,
        "invented": whole.invented,
        "recall": whole.recall,
        "precision": whole.precision,
        "kind_right": whole.kind_share,
        "max_n_right": whole.max_n_share,
        "clips": whole.clips,
        "faint": whole.faint,
        "kinds": whole.kinds,
        "kinds_found": whole.kinds_found,
        "kinds_invented": whole.kinds_invented,
    }
    return json.dumps(fields)


def as_table(rows: Iterable[tuple[str, Agreement]], whole: Agreement) -> str:
    """Return a table for people: a line for each clip, the sums, and the shares."""
    heads = ("encounters", "found", "missed", "invented", "kind right", "MaxN right")
    lines = ["  ".join([f"{'clip':<40}", *heads])]
    for name, one in [*rows, (many(whole.clips, "clip"), whole)]:
        kind = f"{one.kind_right}/{one.named}" if one.named else "-"
        max_n = one.max_n_right if one.max_n_asked else "-"
        cells = (one.truth, one.found, one.missed, one.invented, kind, max_n)
        shown = [f"{cell!s:>{len(head)}}" for cell, head in zip(cells, heads)]
        lines.append("  ".join([f"{name:<40}", *shown]))
    lines += [
        "",
        *_counted(whole),
        f"recall {_percent(whole.recall)} of the encounters of two frames or more",
        f"precision {_percent(whole.precision)} of what was found",
        f"kind right {_percent(whole.kind_share)} of the encounters found",
        _kinds(whole),
        f"MaxN right {_percent(whole.max_n_share)} of clips",
    ]
    if whole.max_n_asked < whole.clips:
        lines.append("a model that judges whole frames cannot count, and has no MaxN")
    return "\n".join(lines)


def read_truths(folder: Path) -> dict[str, list[Truth]]:
    """Read every truth below a folder. Returns: the truths of each file name."""
    found = defaultdict(list)
    for path in sorted(folder.rglob(f"*{TRUTH_SUFFIX}")):
        found[path.name].append(Truth.read(path))
    return dict(found)


def _of(clip: Clip, truths: dict[str, list[Truth]]) -> Optional[Truth]:
    """Find a clip's truth by its name, and where names repeat by its start."""
    named = truths.get(truth_name(clip.clip), [])
    if len(named) > 1 and clip.start is not None:
        start_s = int(clip.start.timestamp())
        named = [truth for truth in named if truth.start_s == start_s]
    return named[0] if named else None


def _kinds(whole: Agreement) -> str:
    return (
        f"kinds beside each other: {whole.kinds_found} of {whole.kinds} found,"
        f" {whole.kinds_invented} invented"
    )


def _counted(whole: Agreement) -> Iterator[str]:
    """Yield what was counted, and why the shares are not of all that is true."""
    short = whole.every - whole.truth
    yield (
        f"counted {many(whole.counted, 'encounter')}; the truth has {whole.every}, "
        f"{whole.truth} of them of two frames or more"
    )
    if short:
        yield (
            f"{many(short, 'encounter')} of the truth lasted a single frame: whether"
            " counted or not, recall does not ask for such"
        )
    if whole.joined:
        yield (
            f"{many(whole.joined, 'encounter')} of the truth came so soon after another"
            " that both were counted as one (encounter_gap_s); both are found"
        )


def _percent(share: Optional[float]) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
