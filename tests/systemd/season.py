"""A season in a minute: a clip is filmed, packed, carried to the host and analysed."""

from __future__ import annotations

from typing import Any

from tests.systemd.guest import Guest
from tests.systemd.setting import in_a_hurry
from tests.systemd.stick import Stick


class Season:
    """One guest that is the Pi and the host.

    Attributes:
        clip: the name of the one that was filmed whole.
        archive: the name of the one that was carried.
    """

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self.stick = Stick(guest, f"{self.uid('weir')}:{self.gid('weir')}")
        self.clip = self.archive = ""

    def uid(self, user: str) -> int:
        """A user's number in the guest."""
        return int(self.guest.run("id", "-u", user))

    def gid(self, user: str) -> int:
        """The number of a user's group in the guest."""
        return int(self.guest.run("id", "-g", user))

    def film(self) -> None:
        """Plug the drive in, enable the daemon, wait for a clip; it films no more."""
        config = self.guest.path("/etc/weir/config.toml")
        config.write_text(in_a_hurry(config.read_text()))
        self.stick.plug()
        self.guest.run("systemctl", "enable", "--now", "weir-capture")
        sealed = self.guest.until_event("weir-capture", "clip_sealed")
        self.clip = sealed["WEIR_CLIP"]
        self.guest.run("systemctl", "stop", "weir-capture")

    def carry(self) -> None:
        """Make the keys, pack; a member drops the archive into the inbox."""
        self.guest.run("weir-capture", "pack")
        path = self.guest.shell("ls /mnt/usb/*.zip").strip()
        self.archive = path.rsplit("/", 1)[1]
        keys = "runuser -u weir -- weir-analysis keys"
        self.guest.shell(f"{keys} | weir-capture trust -")
        self.guest.run("systemctl", "enable", "--now", "weir-analysis")
        self.guest.shell(f"cp {path} /home/alice; cp {path} {INBOX}", user="alice")
        self.guest.until_event("weir-analysis", "archive_analysed")

    def told(self, unit: str) -> list[dict[str, Any]]:
        """What a daemon itself has put into the journal."""
        return [each for each in self.guest.journal(unit) if each["_PID"] != "1"]

    def export(self, user: str, name: str) -> str:
        """The table of clips, as a user exports it."""
        folder = f"/home/{user}/{name}"
        command = ["weir-analysis", "export", "--format", "csv", "--output", folder]
        self.guest.run(*command, user=user)
        return self.guest.run("cat", f"{folder}/clips.csv")


INBOX = "/var/lib/weir/inbox"
