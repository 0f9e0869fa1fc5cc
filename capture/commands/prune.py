"""``prune``: delete the clips that a receipt names as kept."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from capture.archives.guarded import callers
from capture.archives.keyring import Keyring
from capture.archives.prune import NOT_KEPT, Pruned
from capture.archives.prune import prune as pruned
from capture.archives.receipts import Believed, read_receipt, require_signed
from capture.config import REQUIRED, CaptureSettings
from capture.drive.storage import MB, Drive
from capture.events import CLIP_PRUNED, RECEIPT_UNSIGNED
from weir import config, effort, journal
from weir.clock import SystemClock
from weir.command import DONE, FAILED, config_file
from weir.deployment import DeploymentConfig
from weir.effort import LEDGER_NAME, PruneLine
from weir.journal import tell
from weir.printable import many, printable

logger = logging.getLogger(__name__)


def prune(arguments: argparse.Namespace) -> int:
    """Delete the clips whose bytes a receipt names, and say what that freed."""
    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    drive = Drive.of(settings.capture)
    with drive.open() as folder, drive.errors():
        # The owner of the clips could delete them anyway, so their file is accepted.
        owners = callers() | {folder.path.stat().st_uid}
        found = read_receipt(arguments.receipt, owners, Keyring(file))
        if not arguments.unsigned:
            require_signed(arguments.receipt, found)
        journal.set_up("weir-capture")
        if found.doubt:
            _record(folder.path, found, settings.deployment)
        enough = arguments.analysed_is_enough
        going = pruned(folder.path, found.receipt, analysed_is_enough=enough)
        clips = list(_told(going))
        copy = (folder.path / found.receipt.archive).exists()
    if copy:
        left = printable(str(drive.directory / found.receipt.archive))
        print(f"the archive is still there: {left}")
    if unkept := sum(clip.refused == NOT_KEPT for clip in clips):
        print(f"{many(unkept, 'clip')} refused; --analysed-is-enough deletes them too")
    return DONE if all(clip.deleted for clip in clips) else FAILED


def _told(clips: Iterable[Pruned]) -> Iterator[Pruned]:
    """Pass clips on, and print what became of each and what that freed."""
    deleted, freed = 0, 0
    for clip in clips:
        if clip.deleted:
            deleted, freed = deleted + 1, freed + clip.bytes
            tell(logger, CLIP_PRUNED, clip=clip.clip, bytes=clip.bytes)
        else:
            print(f"refused {printable(clip.clip)}  {clip.refused}")
        yield clip
    print(f"{many(deleted, 'clip')} deleted, {freed / MB:.1f} MB freed")


def _record(folder: Path, found: Believed, deployment: DeploymentConfig) -> None:
    """Record in the ledger that no trusted key signed the receipt.

    This is done before any clip is deleted.
    """
    receipt = found.receipt
    line = PruneLine(
        deployment=deployment.id,
        camera=deployment.camera,
        pruned=SystemClock().now().replace(microsecond=0),
        archive=receipt.archive,
        receipt_sha256=found.sha256,
        clips=len(receipt.clips),
    )
    effort.append(folder / LEDGER_NAME, line)
    tell(logger, RECEIPT_UNSIGNED, archive=receipt.archive, reason=found.doubt)
