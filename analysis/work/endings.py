"""Ends each delivery: writes the record, then the receipt, and moves the file last.

If the daemon is killed between these steps, they are repeated when it is back, with the
same result.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Callable

from analysis import events
from analysis.config import AnalysisSettings
from analysis.corrections import take_times
from analysis.intake.delivery import Delivery
from analysis.intake.ending import Ending, decide
from analysis.intake.folders import Folders, make_folder
from analysis.intake.kept import KeptFootage
from analysis.record.file.reader import reading
from analysis.record.runs.wanted import archives
from analysis.record.store import Store
from analysis.values.heartbeat import Heartbeat
from analysis.values.record import ArchiveRecord, UnreadMember
from analysis.work import announce
from analysis.work.signing import Signer
from weir.clip import encodable
from weir.clock import Clock, format_utc
from weir.journal import tell

logger = logging.getLogger(__name__)


class Endings:
    """Ends deliveries.

    Args:
        folders: where everything is.
        store: the record.
        signer: signs the receipts.
        clock: dates the receipts.
        settings: the config.
        publish: called when all rows are written, before the receipt.
        heartbeat: called while footage is read; it may raise to break that off.

    Attributes:
        troubles: how many deliveries were rejected, plus how many clips of other
            deliveries failed, members were not read and tables of times not used.
    """

    def __init__(
        self,
        folders: Folders,
        store: Store,
        signer: Signer,
        clock: Clock,
        *,
        settings: AnalysisSettings,
        publish: Callable[[], None],
        heartbeat: Heartbeat,
    ) -> None:
        self._folders, self._store, self._signer = folders, store, signer
        self._clock, self._settings, self._publish = clock, settings, publish
        self._heartbeat = heartbeat
        self.troubles = 0

    def end(self, delivery: Delivery) -> None:
        """End a delivery whose clips have all ended."""
        if delivery.spoilt:
            delivery.contents.close()
            self.reject(delivery.dropped, delivery.spoilt)
            return
        now = self._clock.now()
        keep_done = self._settings.analysis.keep_done
        second = delivery.is_second and not keep_done
        whole = second and self._first_copies_are_whole(delivery)
        if second and not whole:
            clips = len(delivery.known)
            tell(logger, events.SECOND_KEPT, archive=delivery.name, clips=clips)
        keep = keep_done or (second and not whole)
        take_times(self._store, delivery, self._settings, now)
        ending = decide(delivery, self._folders, now, keep_done=keep, kept_before=whole)
        self._record(delivery, ending, now)
        self._write_receipt(ending)
        delivery.contents.close()
        if ending.kept:
            self._folders.end(delivery.path, ending.final)
        else:
            self._folders.delete(delivery.path)
        self.troubles += delivery.troubles
        announce.ended(delivery, ending, self._folders)
        announce.late_times(delivery, ending)

    def _first_copies_are_whole(self, delivery: Delivery) -> bool:
        """Read and sum the first copies of a second delivery's clips again, now.

        What is deleted because it is there already must really be there.
        """
        with reading(self._store.path) as db:
            deliveries = tuple(archives(db))
        known, beat = delivery.known, self._heartbeat
        return KeptFootage(self._folders, deliveries, known, beat).all_whole()

    def reject(self, claimed: Path, reason: str) -> None:
        """Move a claimed file to rejected/, and write the reason beside it.

        Args:
            claimed: its path below working/.
            reason: a text for people, which is also logged.
        """
        self._folders.reject(self._folders.where(claimed), reason)
        self.troubles += 1
        name = encodable(str(claimed))
        tell(logger, events.REJECTED, archive=name, reason=reason)

    def _record(self, delivery: Delivery, ending: Ending, now: datetime) -> None:
        self._store.add_effort(delivery.contents.effort)
        self._store.add_log(delivery.contents.log)
        if delivery.is_footage:
            self._store.add_archive(
                ArchiveRecord(
                    name=ending.receipt.archive,
                    received=format_utc(delivery.received),
                    finished=format_utc(now),
                    clips=len(delivery.outcomes),
                    failed=delivery.troubles,
                    bytes=delivery.bytes,
                )
            )
        self._store.add_unread(
            UnreadMember(
                ending.receipt.archive,
                member.name,
                member.bytes,
                member.reason,
                format_utc(delivery.received),
            )
            for member in delivery.contents.unread
        )
        self._publish()
        self._store.check()  # a receipt promises that the rows are there

    def _write_receipt(self, ending: Ending) -> None:
        if ending.receipt.says_something and not ending.is_written:
            make_folder(ending.target.parent)
            ending.receipt.write(ending.target, self._signer.sign(ending.receipt))
