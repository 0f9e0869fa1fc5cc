"""Keeps the public keys of hosts whose receipts are believed.

They lie in ``trusted-keys`` beside the config, one key a line. Removing a line ends the
trust. The file is not believed at all if somebody else could have written it.
"""

from __future__ import annotations

import os
from pathlib import Path

from capture import CaptureError
from capture.archives.guarded import ROOT, read_guarded
from weir import atomic
from weir.signature import public_keys, signer, trusted_keys, trusting

FILE_NAME = "trusted-keys"


class Keyring:
    """The keys that this machine trusts.

    Args:
        config: the config file; the keys lie beside it.
    """

    def __init__(self, config: Path) -> None:
        self.file = config.resolve().parent / FILE_NAME

    def trusted(self) -> list[str]:
        """Return the keys, in the order in which they were given.

        Raises:
            CaptureError: the file cannot be read, or others could have changed it.
        """
        return trusted_keys(self._text())

    def add(self, text: str, source: str) -> list[str]:
        """Trust the public keys in a text.

        Returns:
            The keys that were not trusted before.

        Raises:
            CaptureError: the file of trusted keys cannot be read or written.
            SignatureError: the text holds anything but public keys.
        """
        known = self.trusted()
        new = [key for key in public_keys(text, source) if key not in known]
        try:
            with atomic.writing(self.file) as file:
                # The service must be able to read it, whatever the caller's umask.
                os.fchmod(file.fileno(), 0o644)
                file.write((self._text() + trusting(new)).encode("utf-8"))
        except OSError as exc:
            raise CaptureError(
                f"{self.file}: cannot be written ({exc.strerror}); the keys lie beside "
                "the config, so whoever may change that may trust: sudo weir-capture "
                "trust KEYFILE"
            ) from exc
        return new

    def signer(self, message: bytes, signature: str) -> str:
        """Find out which trusted key has signed a message.

        Returns:
            The key's fingerprint.

        Raises:
            CaptureError: the file of trusted keys cannot be used.
            SignatureError: no trusted key has, or it cannot be found out.
        """
        return signer(message, signature, trusting(self.trusted()))

    def _text(self) -> str:
        if not os.path.lexists(self.file):
            return ""
        return read_guarded(str(self.file), {ROOT, os.geteuid()}).decode(
            "utf-8-sig", "replace"
        )
