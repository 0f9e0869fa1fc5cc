"""A hostile or broken drive: whatever has a file's name, filming goes on."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from capture.clock.assurance import WORD_NAME
from capture.drive.drivewatch import TRIAL_NAME
from capture.drive.numbering import COUNTER_NAME, PACKED_NAME
from capture.drivelog import WAITING_NAME as WAITING_LOG
from capture.effort.book import BOOK_NAME, WAITING_NAME
from tests.capture.camera_site import Site
from tests.capture.river_bank import stream
from tests.capture.strange_things import FILES, NO_FILES, SECRET
from weir.archive import Archive
from weir.clip import sidecar_name
from weir.clock import parse_utc
from weir.effort import LEDGER_NAME
from weir.log import LOG_NAME
from weir.sidecar import Sidecar

KINDS = {**NO_FILES, **FILES}
STRAY = "clip00007_2026-04-30_07-00-00.h264"
OTHER = "clip00005_2026-04-30_05-00-00.h264"
CLIP = "clip00006_2026-04-30_06-00-00.h264"
ON_DRIVE = (
    COUNTER_NAME,
    LEDGER_NAME,
    PACKED_NAME,
    LOG_NAME,
    TRIAL_NAME,
    ".weir-check",
    "recordings_creek-2026_cam-1_2026-05-01_07-00-00.zip.part",
    sidecar_name(STRAY),
    STRAY + ".part",
    STRAY + ".json.part",
    OTHER + ".json.part",
    CLIP,
    CLIP + ".json",
    "clip00008_2026-04-30_08-00-00.h264.truth.json",
)
IN_STATE = (
    BOOK_NAME,
    WAITING_NAME,
    "effort-waiting-2.jsonl",
    COUNTER_NAME,
    WORD_NAME,
    WAITING_LOG,
)


def filmed(site: Site) -> list[Sidecar]:
    """The sidecars of the clips that were filmed by the schedule."""
    clips = [clip for clip in site.clips if "_2026-05-01_" in clip]
    return [Sidecar.read(site.drive / sidecar_name(clip)) for clip in clips]


@pytest.fixture
def secret(site: Site) -> Iterator[None]:
    """A file beside the drive, which nobody reads or writes."""
    file = site.folder / "secret"
    file.write_bytes(stream(50))
    yield
    assert file.read_bytes() == stream(50)
    assert not (site.folder / "nothing").exists()


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_lies_on_the_drive_filming_goes_on(site: Site, kind: str) -> None:
    """So do the commands; what is no file stays where it is."""
    for name in ON_DRIVE:
        KINDS[kind](site.drive / name)
    code, said = site.run("run", "--clips", "2")
    assert (code, len(filmed(site))) == (0, 2), said
    assert all(clip.frames == 90 for clip in filmed(site))

    receipt = site.receipt([clip.clip for clip in filmed(site)])
    commands = [["pack"], ["prune", "--receipt", str(receipt)], ["plan"], ["check"]]
    for command in commands if kind in (*NO_FILES, "terabyte") else commands[:1]:
        code, said = site.run(*command)
        assert code == 0 or command == ["check"], said
        assert not any("crashed" in line for line in said), said
    for name in (STRAY + ".part", CLIP, CLIP + ".json"):
        assert kind in FILES or os.path.lexists(site.drive / name)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_lies_in_the_state_filming_goes_on(site: Site, kind: str) -> None:
    """It is told of, and a new one is begun."""
    state = site.folder / "weir-state"
    state.mkdir()
    for name in IN_STATE:
        KINDS[kind](state / name)
    code, said = site.run("run", "--clips", "2")

    assert (code, len(filmed(site))) == (0, 2), said
    assert any("state not" in line for line in said), said


@pytest.mark.parametrize("kind", NO_FILES)
def test_a_lock_that_is_no_file_costs_the_state(site: Site, kind: str) -> None:
    """Another state directory is used, in memory, and that is told."""
    elsewhere = Path(f"/dev/shm/weir-capture-{os.getuid()}")
    shutil.rmtree(elsewhere, ignore_errors=True)
    (site.folder / "weir-state").mkdir()
    NO_FILES[kind](site.folder / "weir-state/capture.lock")
    code, said = site.run("run", "--clips", "1")
    shutil.rmtree(elsewhere)

    assert (code, len(filmed(site))) == (0, 1), said
    assert any("state not kept reason" in line for line in said), said


@pytest.mark.parametrize(
    "left",
    [
        "clip00001_0001-01-01_00-00-00.h264.part",
        "clip00001_9999-12-31_23-59-59.h264.part",
        "clip00001_1969-12-31_23-59-59.h264.part",
        "clip00001_2201-06-01_00-00-00.h264.part",
    ],
)
def test_a_date_that_no_clock_had_costs_one_leftover(site: Site, left: str) -> None:
    """It stays as it is, it is said once, and the others are closed off."""
    (site.drive / left).write_bytes(stream(20))
    (site.drive / (STRAY + ".part")).write_bytes(stream(20))
    code, said = site.run("run", "--clips", "3")

    assert (code, len(filmed(site))) == (0, 3), said
    assert sum("clip left unfinished" in line for line in said) == 1
    assert (site.drive / left).read_bytes() == stream(20)
    assert (site.drive / STRAY).read_bytes() == stream(20)


@pytest.mark.parametrize("stray", ["clip999999999_x", "clip999999998_x", "clip9" * 40])
def test_a_stray_number_does_not_take_all_others(site: Site, stray: str) -> None:
    """Each clip has a number of its own, and one that the next start knows."""
    (site.drive / stray).touch()
    site.film(2)
    (site.drive / COUNTER_NAME).unlink()
    site.film(2)

    numbers = [int(sidecar.clip[4:].split("_")[0]) for sidecar in filmed(site)]
    assert len(set(numbers)) == 4
    assert max(numbers) <= 999_999_999


@pytest.mark.usefixtures("secret")
def test_a_link_is_not_packed(site: Site) -> None:
    """What it leads to is nobody's footage; the others are, and it is told."""
    site.film(1)
    (site.drive / "link.h264").symlink_to(SECRET)
    (site.drive / sidecar_name(site.clips[0])).unlink()
    (site.drive / sidecar_name(site.clips[0])).symlink_to(SECRET)
    code, said = site.run("pack")

    (archive,) = site.archives
    with Archive(archive) as opened:
        assert opened.clip_names == (site.clips[0],)
        assert {m.filename for m in opened._members} == {
            site.clips[0], LEDGER_NAME, "manifest.json"
        }  # fmt: skip
    assert code == 0
    assert any("link.h264 reason=it is a link" in line for line in said)


def test_what_may_not_be_read_costs_itself(site: Site) -> None:
    """A clip, the ledger and the record of packed clips, of somebody else."""
    site.film(2)
    for name in (site.clips[0], LEDGER_NAME, PACKED_NAME):
        (site.drive / name).touch()
        (site.drive / name).chmod(0)
    if os.access(site.drive / LEDGER_NAME, os.R_OK):
        pytest.skip("root reads everything")
    (site.drive / COUNTER_NAME).unlink()
    site.film(1)
    code, said = site.run("pack")

    assert code == 0, said
    with Archive(site.archives[0]) as opened:
        assert len(opened.clip_names) == 2


def filmed_elsewhere(clip: str = STRAY, bytes: int = 9) -> Sidecar:  # noqa: A002
    """The sidecar of a clip that somebody made up."""
    moment = parse_utc("2026-04-30T05:00:00Z")
    return Sidecar(
        clip=clip,
        deployment="creek",
        camera="cam1",
        start=moment,
        end=moment + timedelta(minutes=15),
        utc_offset="+02:00",
        clock_synchronised=False,
        framerate=0.1,
        resolution=(720, 480),
        rotation=0,
        frames=90,
        bytes=bytes,
        sha256="0" * 64,
        backend="simulated",
        software="weir",
        boot_id="made up",
        uptime_s=2.0**52,
    )


def test_a_start_note_that_is_no_utf_8_is_made_up(site: Site) -> None:
    """UTF-16 with half of a pair can be parsed, and then not be written."""
    (site.drive / (STRAY + ".part")).write_bytes(stream(20))
    text = Sidecar.to_json(filmed_elsewhere()).replace("creek", "cr\\ud800k")
    note = site.drive / (STRAY + ".json.part")
    note.write_bytes(text.encode("utf-16"))
    site.film(1)

    assert Sidecar.read(site.drive / sidecar_name(STRAY)).deployment == "creek 2026"


def test_a_hostile_sidecar_does_not_fill_the_drive(site: Site) -> None:
    """What clips weigh is measured on clips, not on what is said of them."""
    for number in range(20):
        clip = f"clip9{number:04d}_2026-04-30_05-00-00.h264"
        sidecar = filmed_elsewhere(clip=clip, bytes=2**52)
        sidecar.write(site.drive / sidecar_name(clip))
    site.film(1)

    assert len(filmed(site)) == 1


def test_a_device_is_not_read(site: Site) -> None:
    """This one would go on for ever."""
    try:
        os.mknod(site.drive / (STRAY + ".part"), stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("needs the right to make devices")
    site.film(1)

    assert len(filmed(site)) == 1
