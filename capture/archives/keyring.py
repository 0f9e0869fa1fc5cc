"""Whose word is taken for what may be deleted: the keys that a person gave.

They lie in ``trusted-keys`` beside the config, a key a line; taking a line out ends the
trust. A file that somebody else could have written is believed in nothing.
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
        """The keys, in the order in which they were given.

        Raises:
            CaptureError: the file cannot be read, or others could have changed it.
        """
        return trusted_keys(self._text())

    def add(self, text: str, source: str) -> list[str]:
        """Trust the public keys in a text.

        Returns:
            Those that were not trusted before.

        Raises:
            CaptureError: the file of trusted keys cannot be read or written.
            SignatureError: the text holds something else than public keys.
        """
        known = self.trusted()
        new = [key for key in public_keys(text, source) if key not in known]
        try:
            with atomic.writing(self.file) as file:
                # The service reads it, whatever the umask of whoever gave the key.
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
        """Find out which trusted key has signed a message. Returns: its fingerprint.

        Raises:
            CaptureError: the file of trusted keys cannot be used.
            SignatureError: none has, or it cannot be found out.
        """
        return signer(message, signature, trusting(self.trusted()))

    def _text(self) -> str:
        if not os.path.lexists(self.file):
            return ""
        return read_guarded(str(self.file), {ROOT, os.geteuid()}).decode(
            "utf-8-sig", "replace"
        )
