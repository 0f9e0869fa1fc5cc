"""The README's commands, as they stand there, through a real ssh and a real sudo.

The Pi's sudo asks for a password, as today's Raspberry Pi OS does. The laptop, the Pi
and the host are three users of one guest.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.systemd.conftest import ROOT
from tests.systemd.guest import Guest
from tests.systemd.season import Season

PASSWORD = "river-7-stones"
HERE = "/home/laptop"
NEEDED = ("/usr/sbin/sshd", "ssh", "scp", "sudo")
MISSING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")

SSHD = """Port 22
ListenAddress 127.0.0.1
HostKey /root/host-key
AuthorizedKeysFile /root/laptop.pub
StrictModes no
UsePAM no
PidFile none
Subsystem sftp internal-sftp
"""
SSH = """Host pi host
  HostName 127.0.0.1
  IdentityFile ~/key
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
Host pi
  User pi
Host host
  User alice
"""
# Waits for each prompt and types the answer to it, as a person at a terminal does.
TYPIST = """
import os, pty, sys
left = [word.encode() for word in sys.argv[2:]]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("sh", ["sh", "-c", sys.argv[1]])
said = b""
while True:
    try:
        new = os.read(terminal, 4096)
    except OSError:
        break
    os.write(1, new)
    said += new
    if left and left[0] in said:
        os.write(terminal, left[1])
        said, left = b"", left[2:]
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
COPY = "scp 'pi:/mnt/usb/"
SUDO = ("password for", f"{PASSWORD}\n")


@pytest.fixture(scope="module")
def season(
    installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Season]:
    """A clip was filmed; a laptop may log in to the Pi and to the host."""
    with Guest(tmp_path_factory.mktemp("fetch"), installed) as guest:
        guest.boot()
        season = Season(guest)
        try:
            season.film()
            open_the_line(guest)
            yield season
        finally:
            guest.kill()
            season.stick.leave()


def open_the_line(guest: Guest) -> None:
    """Users, keys and a server; whoever uses sudo is asked for a password."""
    for user in ("laptop", "pi"):
        guest.run("useradd", "--create-home", "--shell", "/bin/sh", user)
    for user in ("alice", "pi"):
        guest.run("usermod", "--append", "--groups", "sudo", user)
        guest.shell(f"echo {user}:{PASSWORD} | chpasswd")
    for name in ("/root/host-key", f"{HERE}/key"):
        guest.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name)
    guest.shell(f"cp {HERE}/key.pub /root/laptop.pub; chmod 711 /root")
    guest.path("/root/sshd_config").write_text(SSHD)
    guest.path(f"{HERE}/.ssh").mkdir()
    guest.path(f"{HERE}/.ssh/config").write_text(SSH)
    guest.path(f"{HERE}/typist.py").write_text(TYPIST)
    guest.shell(f"chown -R laptop: {HERE}; mkdir -p /run/sshd")
    serve = ["/usr/sbin/sshd", "-D", "-e", "-f", "/root/sshd_config"]
    guest.run("systemd-run", "--unit=line", *serve)
    knock = f"cd {HERE}; ssh pi true && ssh host true && echo in"
    guest.until(lambda: "in" in guest.shell(f"{knock} || true", user="laptop"), "sshd")


def lines(start: str) -> list[str]:
    """The README's commands that begin like this, without their comments."""
    text = (ROOT / "README.md").read_text("utf-8")
    return [
        line.split("  #")[0] for line in text.splitlines() if line.startswith(start)
    ]


def line(start: str) -> str:
    """The README's one command that begins like this."""
    (found,) = lines(start)
    return found


def at_the_laptop(guest: Guest, command: str, *typed: str, check: bool = True) -> str:
    """Run a command in a terminal there, and type what it asks for."""
    python = shlex.join(["python3", f"{HERE}/typist.py", command, *typed])
    script = f"export HOME={HERE}; cd {HERE}; {python}"
    return guest.shell(script, user="laptop", timeout=90, check=check)


@pytest.fixture(scope="module")
def fetched(season: Season) -> Season:
    """The footage was fetched and delivered as the README says, and analysed."""
    guest = season.guest
    guest.run("systemctl", "enable", "--now", "weir-analysis")
    at_the_laptop(guest, line("ssh -t host sudo -u weir weir-analysis keys"), *SUDO)
    at_the_laptop(guest, line("ssh pi weir-capture pack"))
    at_the_laptop(guest, line("scp recordings.zip host:"))
    guest.until_event("weir-analysis", "archive_analysed")
    return season


@pytest.mark.timeout(600)
def test_a_sudo_that_asks_gets_no_answer_through_a_pipe(season: Season) -> None:
    """What the README said once wrote an empty zip; that is why it says so no more."""
    before = "ssh pi sudo -u weir weir-capture pack --output - > before.zip"

    said = at_the_laptop(season.guest, before, check=False)

    assert "terminal is required" in said
    assert season.guest.path(f"{HERE}/before.zip").stat().st_size == 0


def test_footage_is_fetched_without_a_password(fetched: Season) -> None:
    """In one line; the host takes it."""
    entry = fetched.guest.journal("weir-analysis", "archive_analysed")[0]
    listed = fetched.guest.run(
        "python3", "-m", "zipfile", "-l", f"{HERE}/recordings.zip"
    )

    assert fetched.clip in listed
    assert entry["WEIR_ARCHIVE"] == "recordings.zip"
    assert entry["WEIR_FAILED"] == "0"


def test_a_line_that_breaks_leaves_no_archive(season: Season) -> None:
    """Neither an empty one nor half of one, under the name that is carried on."""
    command = line("ssh pi weir-capture pack").replace("ssh pi", "ssh nowhere.invalid")

    at_the_laptop(season.guest, command.replace("recordings", "broken"), check=False)

    assert not season.guest.path(f"{HERE}/broken.zip").exists()


def test_what_is_new_is_packed_on_the_drive(season: Season) -> None:
    """With the password of the Pi; then it is there to be copied, once."""
    guest = season.guest
    pack = line("ssh -t pi sudo -u weir weir-capture pack")

    at_the_laptop(guest, f"{pack} && mkdir fetched", *SUDO)
    at_the_laptop(guest, f"cd fetched && {line(COPY)}")
    said = at_the_laptop(guest, pack, *SUDO, check=False)

    (archive,) = guest.path(f"{HERE}/fetched").iterdir()
    assert archive.name.startswith("recordings_creek-2026_cam1_")
    assert "no finished clip that was not packed already" in said


def test_the_receipt_frees_the_drive(fetched: Season) -> None:
    """Once the host's key is trusted, which is carried as a line of text."""
    guest = fetched.guest
    key = guest.run("cat", "/var/lib/weir/keys/receipts.pub")
    trust = line("ssh -t pi sudo weir-capture trust -")
    prune = line("ssh -t pi 'sudo -u weir weir-capture prune")

    said = at_the_laptop(guest, trust, *SUDO, "config: ", f"{key}\n\x04")
    assert "trusted from now on" in said
    at_the_laptop(guest, line("scp -3 host:/var/lib/weir/receipts/"))
    said = at_the_laptop(guest, prune, *SUDO)

    assert " deleted, " in said
    assert not guest.path(f"/mnt/usb/{fetched.clip}").exists()


def test_check_and_plan_run_as_they_stand_there(season: Season) -> None:
    """Typed on the Pi."""
    guest = season.guest
    check, plan = line("sudo weir-capture check"), "weir-capture plan --days 14"
    assert plan in (ROOT / "README.md").read_text("utf-8")

    said = at_the_laptop(guest, f"ssh -t pi {check}", *SUDO, check=False)
    assert "PASS  eyes: the daemon's" in said
    assert "PASS  drive: /mnt/usb can be written" in said
    assert " clips in 14 days, " in at_the_laptop(guest, f"ssh pi {plan}")
