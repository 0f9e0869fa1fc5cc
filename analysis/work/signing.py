"""Signs receipts if the host has a key; the work never waits for a key."""

from __future__ import annotations

import logging
from pathlib import Path

from analysis import events
from weir import SignatureError
from weir.journal import tell
from weir.receipt import Receipt
from weir.signature import sign

logger = logging.getLogger(__name__)


class Signer:
    """Signs receipts with a key; a receipt without a signature can still be used.

    Args:
        key: the private key. It may be made, or mended, while the daemon runs.
    """

    def __init__(self, key: Path) -> None:
        self._key = key
        self._told = ""

    def sign(self, receipt: Receipt) -> str:
        """Sign a receipt. Returns the signature, or "" if none can be made."""
        return self._sign(receipt.message)

    def check(self) -> None:
        """Log now, before the first receipt, why none will be signed."""
        self._sign(b"")

    def _sign(self, message: bytes) -> str:
        reason = problem(self._key)
        if not reason:
            try:
                signature = sign(message, self._key)
            except SignatureError as exc:
                reason = str(exc)
            else:
                self._told = ""
                return signature
        if reason != self._told:
            self._told = reason
            tell(logger, events.RECEIPTS_UNSIGNED, reason=reason)
        return ""


def problem(key: Path) -> str:
    """Say why a key's file cannot be used; "" if it can be read."""
    try:
        key.open("rb").close()
    except FileNotFoundError:
        return (
            f"{key}: no key yet; weir-analysis keys makes one (where it was installed: "
            "sudo -u weir weir-analysis keys)"
        )
    except OSError as exc:
        return f"{key}: cannot be read ({exc.strerror})"
    return ""
