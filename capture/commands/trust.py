"""``trust``: believe receipts that a host's key has signed."""

from __future__ import annotations

import argparse

from capture.archives.guarded import callers, read_guarded
from capture.archives.keyring import Keyring
from weir.command import DONE, config_file
from weir.signature import fingerprint


def trust(arguments: argparse.Namespace) -> int:
    """Trust the public keys in a file, and say which are trusted now."""
    file = config_file(arguments)
    keyring = Keyring(file)
    source = arguments.keyfile
    text = read_guarded(source, callers()).decode("utf-8-sig", "replace")
    new = keyring.add(text, source)
    for key in keyring.trusted():
        words = "trusted from now on" if key in new else "trusted before"
        print(f"{fingerprint(key)}  {words}")
    print(f"a line each, in {keyring.file}; compare with: weir-analysis keys")
    return DONE
