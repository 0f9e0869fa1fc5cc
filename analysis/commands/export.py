"""``export``: write the results for other tools."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from analysis.commands.media import MEDIA, Media, write_media
from analysis.commands.output import output_folder, results_of
from analysis.config import ExportSettings
from analysis.exports import exporter
from analysis.exports.request import Request
from analysis.exports.staging import staged
from analysis.intake.folders import Folders
from analysis.record.file.recordfile import FILE_NAME
from weir import WeirError, config
from weir.clock import SystemClock
from weir.command import DONE, aside, config_file

_OWN = {"csv": "clips.csv", "camtrap-dp": "datapackage.json"}
"""The formats that both have a ``deployments.csv``, and by what each is known."""


def export(arguments: argparse.Namespace) -> int:
    """Write the results in the format that was asked for, and print each file's path.

    Returns:
        The exit code, 0.

    Raises:
        WeirError: the results or the config do not have what the format demands, or the
            folder cannot be written to.
    """
    file = config_file(arguments)
    settings = config.load(ExportSettings, file)
    folders = Folders(settings.analysis.folder)
    folder = output_folder(arguments.output)
    _require_own(folder, arguments.format)
    write = exporter(arguments.format)
    with ExitStack() as stack:
        record = folders.results / FILE_NAME
        results = stack.enter_context(results_of(record, arguments.run))
        inside = stack.enter_context(staged(folder))
        media = Media({}, ())
        if arguments.with_media:
            media = write_media(results, folders, inside)
        for fault in media.faults:
            aside(fault)
        request = Request(
            *(results, settings, file, SystemClock().now()),
            all_frames=arguments.all_frames,
            media=media.paths,
        )
        files = write(request, inside)
        written = [path.relative_to(inside) for path in files]
    for path in [*written, *map(Path, media.paths.values())]:
        print(folder / path)
    return DONE


def _require_own(folder: Path, name: str) -> None:
    """Make sure that no table of another format would be replaced, and no link obeyed.

    Raises:
        WeirError: there is one in the folder.
    """
    if (folder / MEDIA).is_symlink():
        raise WeirError(f"{folder / MEDIA}: is a link to elsewhere; take it away")
    for other in set(_OWN) - {name}:
        if name in _OWN and (folder / _OWN[other]).exists():
            raise WeirError(
                f"{folder}: holds an export as {other}, whose deployments.csv is"
                f" another than that of {name}; give each format a folder of its own"
            )
