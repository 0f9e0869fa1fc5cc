"""What a user does, from the river to the results and back, with what was installed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.systemd.guest import Guest
from tests.systemd.season import Season
from weir.printable import many


@pytest.fixture(scope="module")
def season(
    installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Season]:
    """Filmed, packed, carried and analysed; both daemons still run."""
    with Guest(tmp_path_factory.mktemp("season"), installed) as guest:
        guest.boot()
        season = Season(guest)
        try:
            season.film()
            season.carry()
            yield season
        finally:
            guest.kill()
            season.stick.leave()


@pytest.mark.timeout(600)
def test_a_clip_and_its_sidecar_lie_on_the_drive(season: Season) -> None:
    """Filmed under the service's own user, onto a mounted ext4 drive."""
    clip = season.guest.path(f"/mnt/usb/{season.clip}")
    sidecar = json.loads(clip.with_name(clip.name + ".json").read_text())

    assert clip.stat().st_size == sidecar["bytes"] > 0
    assert clip.stat().st_uid == season.uid("weir")


def test_an_event_is_one_entry_with_fields(season: Season) -> None:
    """To filter by: what happened, to which clip, and how many frames it has."""
    entry = season.guest.journal("weir-capture", "clip_sealed")[0]

    assert entry["WEIR_CLIP"] == season.clip
    assert int(entry["WEIR_FRAMES"]) > 0
    assert entry["PRIORITY"] == "6"
    assert entry["SYSLOG_IDENTIFIER"] == "weir-capture"
    assert entry["_SYSTEMD_UNIT"] == "weir-capture.service"
    assert len(entry["MESSAGE_ID"]) == 32


def test_the_archive_is_analysed_inside_the_sandbox(season: Season) -> None:
    """Accepted, looked at by a real model, and done; each in a line of its own."""
    told = [entry.get("WEIR_EVENT") for entry in season.told("weir-analysis")]
    clips = season.guest.journal("weir-analysis", "clip_analysed")

    assert told.index("archive_accepted") < told.index("clip_analysed")
    assert told[-1] == "archive_analysed"
    assert season.clip in [clip["WEIR_CLIP"] for clip in clips]
    assert sum(int(clip["WEIR_FISH"]) for clip in clips) > 0


def test_nothing_else_is_in_the_journal(season: Season) -> None:
    """Every line of the daemons is an event of the catalogue, in one line."""
    for unit in ("weir-capture", "weir-analysis"):
        for entry in season.told(unit):
            assert "WEIR_EVENT" in entry, entry["MESSAGE"]
            assert "\n" not in entry["MESSAGE"]


def test_a_member_reads_the_results_while_the_daemon_runs(season: Season) -> None:
    """A member of the group may not write there, and need not."""
    assert season.clip in season.export("alice", "running")


def test_a_member_reads_the_results_while_the_daemon_does_not(season: Season) -> None:
    """Then no file of SQLite's lies beside the record."""
    season.guest.run("systemctl", "stop", "weir-analysis")

    assert season.clip in season.export("alice", "stopped")
    season.guest.run("systemctl", "start", "weir-analysis")


def test_a_member_reads_the_results_after_the_daemon_was_killed(season: Season) -> None:
    """Then they do, and nobody else is there to help with them."""
    season.guest.run("systemctl", "kill", "-s", "KILL", "weir-analysis")

    assert season.clip in season.export("alice", "killed")
    season.guest.until_property("weir-analysis", "ActiveState", "active")


def test_others_see_nothing(season: Season) -> None:
    """The folder is the group's."""
    said = season.guest.run("ls", "/var/lib/weir", user="nobody", check=False)

    assert "Permission denied" in said


def test_what_a_member_makes_is_the_services_too(season: Season) -> None:
    """A sub-folder, and a file of a person with a private umask."""
    archive = f"/home/alice/{season.archive}"
    inbox = "/var/lib/weir/inbox"
    season.guest.shell(
        f"mkdir {inbox}/cam7; umask 077; cp {archive} {inbox}/cam7/again.zip",
        user="alice",
    )

    entry = season.guest.until_event("weir-analysis", "archive_analysed", 2)

    assert entry["WEIR_ARCHIVE"] == "cam7/again.zip"
    assert entry["WEIR_NEW"] == "0"


def test_nobody_else_reads_the_key(season: Season) -> None:
    """A member sees the public half, and no more."""
    keys = "/var/lib/weir/keys"
    said = season.guest.run("cat", f"{keys}/receipts", user="alice", check=False)

    assert "Permission denied" in said
    public = season.guest.run("cat", f"{keys}/receipts.pub", user="alice")
    assert public.startswith("ssh-ed25519 ")


def test_the_receipt_frees_the_drive(season: Season) -> None:
    """Exactly the clips that it names; it was signed inside the sandbox."""
    receipts = "/var/lib/weir/receipts"
    receipt = f"{receipts}/{season.archive}.receipt.json"
    named: dict[str, Any] = json.loads(season.guest.run("cat", receipt, user="alice"))

    prune = "runuser -u weir -- weir-capture prune --receipt"
    said = season.guest.shell(f"cat {receipt} | {prune} -")

    assert all(clip["kept"] for clip in named["clips"])
    assert f"{many(len(named['clips']), 'clip')} deleted" in said
    assert not season.guest.path(f"/mnt/usb/{season.clip}").exists()


def test_the_status_says_what_it_does_now(season: Season) -> None:
    """``systemctl status`` shows it."""
    assert season.guest.property("weir-analysis", "StatusText").startswith("idle")
