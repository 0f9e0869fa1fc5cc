"""``prune``: delete the clips that a receipt names as kept."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from capture import CaptureError
from capture.config import REQUIRED, CaptureSettings
from capture.events import CLIP_PRUNED
from capture.prune import prune as pruned
from capture.storage import MB, Drive
from weir import config, journal
from weir.command import DONE, FAILED, config_file
from weir.journal import tell
from weir.receipt import Receipt

logger = logging.getLogger(__name__)


def prune(arguments: argparse.Namespace) -> int:
    """Delete the clips whose bytes a receipt names, and say what that freed."""
    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    receipt = _read_receipt(arguments.receipt)
    drive, freed, deleted, refused = Drive.of(settings.capture), 0, 0, 0
    enough = arguments.analysed_is_enough
    journal.set_up("weir-capture")
    with drive.open() as folder, drive.errors():
        for clip in pruned(folder.path, receipt, analysed_is_enough=enough):
            if clip.deleted:
                freed, deleted = freed + clip.bytes, deleted + 1
                tell(logger, CLIP_PRUNED, clip=clip.clip, bytes=clip.bytes)
            else:
                refused += 1
                print(f"refused {clip.clip}  analysed, but the desk did not keep it")
        copy = (folder.path / receipt.archive).exists()
    print(f"{deleted} clips deleted, {freed / MB:.1f} MB freed")
    if copy:
        print(f"the archive is still there: {drive.directory / receipt.archive}")
    if refused:
        print(f"{refused} clips refused; --analysed-is-enough deletes them too")
    return FAILED if refused else DONE


def _read_receipt(file: Path) -> Receipt:
    try:
        return Receipt.read(file)
    except OSError as exc:
        raise CaptureError(f"{file}: cannot be read ({exc.strerror})") from exc
