"""A second camera on the same Pi, set up as systemd/README.md says, line by line."""

from __future__ import annotations

import re
from functools import partial

import pytest

from tests.systemd.conftest import ROOT
from tests.systemd.guest import Guest
from tests.systemd.stick import Stick

FIRST, SECOND = "weir-capture", "weir-capture-cam2"
FOLDERS = ("/mnt/usb", "/mnt/usb/cam2")
SECTION = (
    r"^### A second camera$.*?^```toml$(.*?)^```$.*?^```sh$(.*?)^```$.*?^(?=###? |\Z)"
)


def recipe() -> tuple[list[str], list[str]]:
    """The keys that differ, without comments, and what one types."""
    text = (ROOT / "systemd" / "README.md").read_text("utf-8")
    found = re.search(SECTION, text, re.DOTALL | re.MULTILINE)
    assert found
    keys = [line.split("  #")[0].strip() for line in found[1].strip().split("\n")]
    typed = found[2].replace("|\n", "| ").strip().split("\n")
    return keys, [line.replace("sudo ", "") for line in typed]


def second_config(guest: Guest, keys: list[str]) -> str:
    """A copy of the first one's config in which the keys differ."""
    text = guest.path("/etc/weir/config.toml").read_text()
    for key in keys:
        if key.startswith("["):
            table = key
        else:
            name = key.split(" ")[0]
            text = re.sub(rf"^{name} = .*\n", "", text, flags=re.MULTILINE)
            text = text.replace(table, f"{table}\n{key}", 1)
    return text


def is_filmed_to(guest: Guest, folder: str) -> bool:
    """Whether some seconds of a clip lie in a folder."""
    parts = guest.path(folder).glob("*.h264.part")
    return sum(part.stat().st_size for part in parts) > 20_000


@pytest.mark.timeout(600)
def test_two_daemons_film_with_two_sensors_to_one_drive(
    guest: Guest, stick: Stick
) -> None:
    """Each in a unit as it is shipped, with a folder and a state of its own."""
    keys, (copy, reload, check, enable, pack) = recipe()
    guest.path("/etc/weir/cam2.toml").write_text(second_config(guest, keys))
    stick.plug()
    guest.run("systemctl", "enable", "--now", FIRST)

    for line in (copy, reload):
        guest.shell(line)
    said = guest.shell(check, check=False)  # the stick has no room for three days
    assert "PASS  drive: /mnt/usb/cam2 can be written" in said
    assert "PASS  test clip: " in said
    guest.shell(enable)
    for folder in FOLDERS:
        guest.until(partial(is_filmed_to, guest, folder), f"footage in {folder}")
    guest.run("systemctl", "stop", FIRST, SECOND)
    guest.shell(pack)

    for folder in FOLDERS:
        assert len(list(guest.path(folder).glob("clip00001_*.h264"))) == 1
    (archive,) = guest.path("/mnt/usb/cam2").glob("*.zip")
    assert archive.name.startswith("recordings_creek-2026_cam2_")
    assert guest.path("/var/lib/weir-capture/cam2/effort-book.json").exists()
