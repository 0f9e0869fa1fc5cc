"""The host's daemon in trouble: it is killed, it hangs, its config is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.systemd.guest import Guest
from tests.systemd.setting import MODEL

ANALYSIS = "weir-analysis"
INBOX = "/var/lib/weir/inbox"


@pytest.fixture
def working(guest: Guest, river: Path) -> Guest:
    """A guest whose daemon has just begun with an archive."""
    guest.run("systemctl", "enable", "--now", ANALYSIS)
    guest.path("/home/alice/river.zip").write_bytes(river.read_bytes())
    guest.shell(f"cp ~/river.zip {INBOX}", user="alice")
    guest.until_event(ANALYSIS, "archive_accepted")
    return guest


def assert_done(guest: Guest) -> None:
    """The archive ends in done/, with each of its clips counted once."""
    entry = guest.until_event(ANALYSIS, "archive_analysed")
    assert entry["WEIR_FAILED"] == "0"
    assert guest.path("/var/lib/weir/done/river.zip").exists()
    guest.run("weir-analysis", "export", "--format", "csv", "--output", "/tmp/tables")
    assert len(guest.run("cat", "/tmp/tables/clips.csv").splitlines()) == 1 + 3


@pytest.mark.timeout(600)
def test_a_stop_during_an_analysis_loses_nothing(working: Guest) -> None:
    """It ends at once; what was in work is done after the next start."""
    working.run("systemctl", "stop", ANALYSIS)

    assert working.property(ANALYSIS, "Result") == "success"
    assert not working.journal(ANALYSIS, "clip_failed")
    working.run("systemctl", "start", ANALYSIS)
    assert_done(working)


def test_a_killed_daemon_does_the_work_again(working: Guest) -> None:
    """And no clip twice."""
    working.run("systemctl", "kill", "-s", "KILL", ANALYSIS)

    assert_done(working)
    assert working.property(ANALYSIS, "NRestarts") == "1"


def test_a_halted_daemon_is_killed_by_the_watchdog(guest: Guest) -> None:
    """With its workers."""
    guest.drop_in(ANALYSIS, "WatchdogSec=5s")
    guest.run("systemctl", "start", ANALYSIS)

    guest.run("systemctl", "kill", "-s", "STOP", "--kill-whom=main", ANALYSIS)

    guest.until_event(ANALYSIS, "analysis_started", 2)
    told = [entry["MESSAGE"] for entry in guest.journal(ANALYSIS)]
    assert any("Watchdog timeout" in message for message in told)


def test_a_reboot_during_an_analysis_loses_nothing(working: Guest) -> None:
    """It is enabled, and goes on by itself."""
    working.shut_down()
    working.boot()

    assert_done(working)


def test_a_wrong_config_ends_it_with_the_reason(guest: Guest) -> None:
    """In ``systemctl status``, and without a second try."""
    config = guest.path("/etc/weir/config.toml")
    config.write_text(config.read_text().replace(f"models/{MODEL}", ""))

    guest.run("systemctl", "start", ANALYSIS, check=False)

    guest.until_property(ANALYSIS, "ActiveState", "failed")
    status = guest.run("systemctl", "status", ANALYSIS, check=False)
    assert "analysis.detector.model: missing" in status
    assert guest.property(ANALYSIS, "NRestarts") == "0"


def test_a_model_that_is_none_ends_it_with_the_reason(guest: Guest) -> None:
    """What the file really is, and without a second try."""
    model = guest.path(f"/etc/weir/models/{MODEL}")
    model.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")

    guest.run("systemctl", "start", ANALYSIS, check=False)

    guest.until_property(ANALYSIS, "ActiveState", "failed")
    status = guest.run("systemctl", "status", ANALYSIS, check=False)
    assert "a pointer of Git LFS and not the file itself" in status
    assert guest.property(ANALYSIS, "ExecMainStatus") == "2"
    assert guest.property(ANALYSIS, "NRestarts") == "0"


def test_a_file_that_only_its_owner_reads_is_reported(guest: Guest) -> None:
    """As a person on a phone would want it; nothing is lost."""
    guest.run("systemctl", "start", ANALYSIS)
    guest.shell(f"echo x >{INBOX}/mine.zip; chmod 600 {INBOX}/mine.zip", user="alice")

    entry = guest.until_event(ANALYSIS, "upload_incomplete")

    assert "Permission denied" in entry["WEIR_REASON"]
    assert entry["PRIORITY"] == "4"
