"""A USB stick for a guest: a loop device that is plugged in, dies, and is pulled."""

from __future__ import annotations

import subprocess
from pathlib import PurePath

from tests.systemd.guest import Guest

# ioctl EXT4_IOC_SHUTDOWN without flushing: from then on all I/O is EIO, as on a stick
# that has lost its contact.
_DIE = """
import fcntl, os, struct
fcntl.ioctl(os.open("/mnt/usb", os.O_RDONLY), 0x8004587D, struct.pack("I", 2))
"""


class Stick:
    """A stick with the label WEIR, formatted as the README says.

    Args:
        guest: what it is plugged into.
        owner: of its root folder, ``uid:gid``.
        name: of the file that it is; another stick needs another one.
    """

    def __init__(self, guest: Guest, owner: str, name: str = "stick") -> None:
        self._guest = guest
        self.owner = owner
        self._image = guest.disk / f"{name}.img"
        self._loop = ""
        if not self._image.exists():
            _call("truncate", "-s", "256M", str(self._image))
            options = ["-q", "-m", "0", "-L", "WEIR", "-E", f"root_owner={owner}"]
            _call("mkfs.ext4", *options, str(self._image))

    @property
    def node(self) -> str:
        """The device that it was plugged in as."""
        return self._loop

    def relabel(self, label: str) -> None:
        """Give it another label, before it is plugged in."""
        _call("e2label", self._image, label)

    def plug(self) -> None:
        """Plug it in; whatever mounts it, it is not us."""
        self._loop = _call("losetup", "-f", "--show", str(self._image))

    def die(self) -> None:
        """Let its file system fail under those who use it."""
        self._guest.run("python3", "-c", _DIE)

    def pull(self) -> None:
        """Pull it out, under those who use it."""
        self.die()
        self.leave()
        loop = PurePath(self._loop).name
        self._guest.run("udevadm", "trigger", "--action=remove", f"/sys/block/{loop}")

    def leave(self) -> None:
        """Give the loop device back, as soon as nobody holds it open."""
        for loop in _call("losetup", "-n", "-O", "NAME", "-j", self._image).split():
            subprocess.run(["losetup", "-d", loop], check=False, capture_output=True)


def _call(*command: object) -> str:
    done = subprocess.run(
        [str(part) for part in command], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
