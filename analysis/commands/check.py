"""``check``: try the models, and say how they would be used."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

import numpy as np

from analysis.config import DETECTOR_MODEL, AnalysisConfig, AnalysisSettings
from analysis.frames.footageformat import require_format
from analysis.frames.frames import FrameReader
from analysis.intake.contents.videocontents import sidecar_beside
from analysis.intake.folders import Folders
from analysis.models.probing import judge
from analysis.models.trial import Report, probe_on, try_on
from analysis.values.facts import ModelFacts
from analysis.values.rate import choose
from analysis.work.signing import problem
from weir import SignatureError, config
from weir.command import DONE, config_file
from weir.printable import printable_lines
from weir.signature import fingerprint, public_of

_MOST_LABELS, _MOST_SEEN = 8, 3


def check(arguments: argparse.Namespace) -> int:
    """Try the models of the config, and print how they would be used.

    Returns:
        The exit code, 0.
    """
    settings = config.load(AnalysisSettings, config_file(arguments), (DETECTOR_MODEL,))
    print_check(settings, arguments.image)
    if arguments.footage is not None:
        lines = footage_lines(settings.analysis, arguments.footage)
        print(printable_lines("\n".join(lines)))
        print_probe(settings.analysis, arguments.footage)
    return DONE


def print_check(settings: AnalysisSettings, image: Optional[Path]) -> None:
    """Try the models, and print what was decided about them.

    Args:
        settings: the config that names the models.
        image: a picture to show them; None for no picture.

    Raises:
        ModelError: a model cannot be used; the text says why and what to do.
        DecodeError: the picture cannot be read.
    """
    report = try_on(settings.analysis, image)
    lines = [*_lines(report, image), *_of_receipts(Folders(settings.analysis.folder))]
    print(printable_lines("\n".join(lines)))


def print_probe(config: AnalysisConfig, clip: Path) -> None:
    """Print what the model says of a clip, for each plausible way from pixels to input.

    Raises:
        ModelError: the model cannot be used.
    """
    choices = probe_on(config, clip)
    wide = max(len(each.normalise) for each in choices)
    lines = [
        "  scores      of frames spread through it: lowest, 10 %, 50 %, 90 %, highest"
    ]
    for each in choices:
        parts = np.quantile(each.scores, (0, 0.1, 0.5, 0.9, 1))
        numbers = " ".join(f"{score:.3f}" for score in parts)
        mark = "  as configured" if each.is_chosen else ""
        lines.append(f"  {each.normalise:<{wide}} {each.colour} {numbers}{mark}")
    found = judge(choices)
    if found:
        lines.append(f"  look        {found}")
    print(printable_lines("\n".join(lines)))


def footage_lines(config: AnalysisConfig, clip: Path) -> Iterator[str]:
    """Yield what a file of footage says of its rate, and whether the config agrees.

    Raises:
        DecodeError: it is no footage.
        OSError: it cannot be read.
    """
    with FrameReader(clip) as reader:
        stream, container = reader.stream_rate, reader.framerate
        measured, unbelieved = reader.measured, reader.unbelieved
    sidecar, _ = sidecar_beside(clip)
    rate = choose(
        sidecar.rate if sidecar else None,
        container,
        stream,
        config.assumed_framerate,
        measured,
    )
    yield f"{clip}"
    yield f"  format      {require_format(clip).name}"
    yield f"  rate        {rate.fps:.6g} frames a second ({rate.source or 'assumed'})"
    if unbelieved:
        yield (
            f"  warning     {clip.name}: states {unbelieved:.4g} frames a second, as no"
            " camera films, so that this is not used"
        )
    if rate.is_doubtful:
        yield (
            f"  warning     {clip.name}: analysis.assumed_framerate is {rate.fps:g},"
            f" its stream says {stream:.4g}; if the stream is right, set it to 0"
        )


def _lines(report: Report, image: Optional[Path]) -> Iterator[str]:
    yield from _of_model("detector", report.detector)
    targets = _shortened(report.detector.targets, "targets")
    yield f"  targets     {targets}; threshold {report.detector.threshold:g}"
    yield from _of_field(report)
    if report.classifier is not None:
        yield from _of_model("classifier", report.classifier)
    if report.verifier is not None:
        yield from _of_model("verifier", report.verifier)
        yield f"  targets     {_shortened(report.verifier.targets, 'targets')}"
        yield f"  threshold   {report.verifier.threshold:g}"
    if image is not None:
        yield from _of_picture(report, image)


def _of_model(role: str, facts: ModelFacts) -> Iterator[str]:
    yield f"{role}"
    yield f"  file        {facts.file}, {facts.bytes} bytes, sha256 {facts.sha256}"
    yield f"  engine      {facts.engine} {facts.engine_version}"
    yield f"  kind        {facts.kind}: {facts.why}"
    for name, tensors in (("input", facts.inputs), ("output", facts.outputs)):
        yield f"  {name:<11} {'; '.join(tensors)}"
    yield f"  labels      {_shortened(facts.labels, 'labels')} ({facts.labels_source})"
    yield f"  frame       resize {facts.resize}, fit {facts.fit}, {facts.colour}"
    yield f"  normalise   {_formula(facts)} ({facts.normalise_source})"


def _of_field(report: Report) -> Iterator[str]:
    """Say how much of a frame the detector sees, and warn where it need not be less."""
    fit, shares = report.detector.fit, report.sees
    shown = ", ".join(
        f"{share:.0%} of {width}x{height}" for width, height, share in shares
    )
    yield f"  sees        {shown} (fit {fit})"
    if fit == "crop" and not report.detector.is_whole_frame and shares[0][2] < 1:
        yield (
            f'  warning     fit = "crop" cuts {1 - shares[0][2]:.0%} of each frame off '
            'with its fish; set analysis.detector.fit = "auto"'
        )


def _shortened(labels: tuple[str, ...], what: str) -> str:
    if len(labels) <= _MOST_LABELS:
        return ", ".join(labels)
    return f"{len(labels)} {what}, the first are {', '.join(labels[:_MOST_LABELS])}"


def _formula(facts: ModelFacts) -> str:
    pairs = zip(facts.scale, facts.offset)
    return "; ".join(
        f"pixel * {scale:.8g} {_signed(offset)}" for scale, offset in pairs
    )


def _signed(offset: float) -> str:
    return f"{'-' if offset < 0 else '+'} {abs(offset):.8g}"


def _of_picture(report: Report, image: Path) -> Iterator[str]:
    yield f"{image}"
    yield f"  score       {report.seen.score:.4f}"
    for each in report.seen.detections[:_MOST_SEEN]:
        where = "whole frame"
        if each.box is not None:
            box = each.box
            where = f"x {box.x:.3f} y {box.y:.3f} w {box.width:.3f} h {box.height:.3f}"
        yield f"  {each.label:<11} {each.score:.4f}  {where}"
    if len(report.seen.detections) > _MOST_SEEN:
        yield f"  and         {len(report.seen.detections) - _MOST_SEEN} more"
    if report.species:
        named = ", ".join(f"{label} {score:.4f}" for label, score in report.species)
        yield f"  species     {named}"


def _of_receipts(folders: Folders) -> Iterator[str]:
    yield "receipts"
    try:
        public = public_of(folders.key).read_text("utf-8")
        yield f"  signed by   {fingerprint(public.strip())}"
    except (OSError, SignatureError) as exc:
        # A member of the group cannot read the private key, and need not.
        yield f"  not signed  {problem(public_of(folders.key)) or exc}"
