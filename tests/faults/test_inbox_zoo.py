"""A zoo of archives: each is refused or salvaged as it should be, by the real daemon.

While it works, its memory and that of its workers stays small, and nothing is written
outside the folder of the analysis.
"""

from __future__ import annotations

import csv
import random
import stat
import zipfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from tests.analysis.installation import Daemon, Installation
from tests.analysis.small_host import names, tree
from tests.counts import SOAK, times
from tests.footage import clip_bytes, sidecar_of, zip_bytes
from tests.weir.archives import overlapping, packed, with_entry, zipped

MOST_MB = 300
A, B = "clip00001_2026-05-01_07-00-00.h264", "clip00002_2026-05-01_08-00-00.h264"
CLIP, OTHER = clip_bytes(1) * 4, clip_bytes(2) * 4
ZEROS = bytes(20 << 20)
DEFLATED = zipfile.ZIP_DEFLATED


def refused() -> Iterator[tuple[str, bytes, str]]:
    """Names, archives, and a part of the reason with which each ends in rejected/."""
    good = (A, CLIP)
    yield "bomb", zipped(good, (B, ZEROS), method=DEFLATED), "100 times its size"
    yield "bomb-text", zipped(good, ("a.txt", ZEROS), method=DEFLATED), "100 times"
    bombs = tuple((f"{n}.h264", ZEROS) for n in range(50))
    yield "bombs", zipped(*bombs, method=DEFLATED), "100 times its size"
    inner = zipped(*bombs[:5], method=DEFLATED)
    yield "nested", zipped(("inner.zip", inner)), "there is no video in it"
    yield "overlap", overlapping(200, ZEROS), "share bytes"
    yield "escape", zipped(good, ("../../escaped.h264", CLIP)), "leads out of"
    yield "windows", zipped(good, ("..\\escaped.h264", CLIP)), "leads out of"
    yield "absolute", zipped(("/tmp/escaped.h264", CLIP)), "absolute name"
    yield "drive", zipped(("C:\\escaped.h264", CLIP)), "absolute name"
    link = zipped(("a.h264", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777)
    yield "link", link, "is a link"
    yield "fifo", zipped((A, b""), mode=stat.S_IFIFO | 0o666), "no plain file"
    yield "encrypted", zipped(good, flags=1), "without a password"
    yield "bzip2", zipped(good, method=zipfile.ZIP_BZIP2), "only stored and deflated"
    large = (1 << 30).to_bytes(4, "little")
    yield "beyond", with_entry(zipped(good), 20, large), "shares bytes"
    yield "empty", zipped(), "there is no video in it"
    yield "zips", zipped(("a.zip", zipped(good)), ("b.zip", b"")), "no video in it"
    yield "text", b"this is no zip", "does not begin as a zip"
    members = 100_000 if SOAK else 21_000
    many = zipped(*((f"{n}.h264", b"") for n in range(members)))
    yield "many", many, f"lists {members} members"


def salvaged() -> Iterator[tuple[str, bytes, list[str]]]:
    """Archives that are worked, and the status of their clips; all clips differ."""
    pairs = iter([(clip_bytes(n), clip_bytes(n + 1)) for n in range(100, 120, 2)])
    one, two = next(pairs)
    data = bytearray(zipped((A, one), (B, two)))
    data[data.index(two) + len(two) // 2] ^= 0xFF
    yield "crc", bytes(data), ["analysed", "salvaged"]
    one, two = next(pairs)
    beside = (B + ".json", sidecar_of(two, B).to_json().encode())
    half = (B, two[: len(two) // 2])
    yield "cut", zipped((A, one), half, beside), ["analysed", "salvaged"]
    one, two = next(pairs)
    few = (len(two) // 2).to_bytes(4, "little")
    lying = with_entry(zipped((A, one), (B, two)), 24, few, number=1)
    yield "lying", lying, ["analysed", "salvaged"]
    one, _ = next(pairs)
    yield "zero", zipped((A, one), (B, b"")), ["analysed", "failed"]
    one, _ = next(pairs)
    yield "words", zipped((A, one), (B, b"hello")), ["analysed", "failed"]
    one, two = next(pairs)
    cp437 = zipped((A, one), ("clipXx.h264", two)).replace(b"clipXx", b"clip\x81x")
    yield "cp437", cp437, ["analysed", "analysed"]
    one, two = next(pairs)
    yield "newline", zipped((A, one), ("clip\n2.h264", two)), ["analysed"] * 2


class Watch:
    """The memory of a daemon and its workers, at its highest.

    Attributes:
        daemon_mb, worker_mb: the most that one process ever held.
    """

    def __init__(self) -> None:
        self.daemon_mb = self.worker_mb = 0.0

    def look(self, daemon: Daemon) -> None:
        """Ask the kernel for the highest so far."""
        self.daemon_mb = max(self.daemon_mb, _peak_mb(daemon.process.pid))
        for child in daemon.children:
            self.worker_mb = max(self.worker_mb, _peak_mb(child))


def _peak_mb(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(fields.get("VmHWM", "0").split()[0]) / 1000


def work_all(made: Installation, expected: int) -> Watch:
    """Let a daemon work what is there, under watch."""
    watch = Watch()
    with made.start() as daemon:
        # Before that it is, for a moment, a copy of this process.
        daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")

        def is_over() -> bool:
            watch.look(daemon)
            ended = sum(not n.endswith(".txt") for n in names(made.folders.rejected))
            return ended + len(names(made.folders.done)) >= expected

        daemon.wait_until(is_over, "not everything has ended")
        assert daemon.stop() == 0
        assert "Traceback" not in daemon.said
    assert watch.daemon_mb < MOST_MB
    assert watch.worker_mb < MOST_MB
    return watch


def surroundings(made: Installation) -> dict[str, set[str]]:
    """All that lies beside the analysis folder."""
    root = made.config.parent
    here = {n for n in tree(root) if not n.startswith(("host/", "log"))}
    return {"here": here, "above": {path.name for path in root.parent.iterdir()}}


def test_each_is_refused_for_what_it_is(tmp_path: Path) -> None:
    """Whole, with its reason, without a row, and with nothing left elsewhere."""
    made, zoo = Installation(tmp_path / "made"), list(refused())
    for name, data, _ in zoo:
        made.drop(name + ".zip", data)
    before = surroundings(made)
    watch = work_all(made, len(zoo))

    reasons = {
        n: (made.folders.rejected / f"{n}.zip.reason.txt").read_text()
        for n, _, _ in zoo
    }
    assert {n: why in reasons[n] for n, _, why in zoo} == {n: True for n, _, _ in zoo}
    tables = made.tables()
    out = {f"out/{table}.csv" for table in tables}
    assert tables["clips"].count("\n") == 1
    assert surroundings(made) == {**before, "here": before["here"] | out}
    assert not Path("/tmp/escaped.h264").exists()
    _tell("refused", len(zoo), watch)


def test_each_is_salvaged_as_far_as_it_goes(tmp_path: Path) -> None:
    """The good clip is worked, the bad one says what it is."""
    made, zoo = Installation(tmp_path / "made"), list(salvaged())
    for name, data, _ in zoo:
        made.drop(name + ".zip", data)
    watch = work_all(made, len(zoo))
    rows = list(csv.DictReader(StringIO(made.tables()["clips"])))

    assert {
        name: sorted(row["status"] for row in rows if row["archive"] == name + ".zip")
        for name, _, _ in zoo
    } == {name: statuses for name, _, statuses in zoo}
    assert names(made.folders.done) == sorted(name + ".zip" for name, _, _ in zoo)
    _tell("salvaged", len(zoo), watch)


def test_truncations_are_never_taken(tmp_path: Path) -> None:
    """A packed archive cut at every fiftieth of its length is left alone."""
    made = Installation(tmp_path / "made")
    data = packed(tmp_path / "drive", {A: CLIP, B: OTHER})
    for part in range(50):
        made.drop(f"{part:02d}.zip", data[: len(data) * part // 50])
    ended = made.run("run", "--once")

    assert ended.returncode == 1
    assert ended.stderr.count("upload incomplete") == 20
    assert "uploads incomplete: more=30, beginning with 20.zip" in ended.stderr
    assert len(names(made.folders.inbox)) == 50
    assert names(made.folders.done) == names(made.folders.rejected) == []


def test_a_truncated_clip_is_worked_as_far_as_it_goes(tmp_path: Path) -> None:
    """Cut at every fiftieth; a raw stream survives it.

    The whole clip is the same one four times, and a cut between two of them would leave
    a whole one.
    """
    made = Installation(tmp_path / "made")
    for part in range(50):
        made.drop(f"{part:02d}.h264", CLIP[: len(CLIP) * part // 50 + 1])
    made.run("run", "--once")
    (longest,) = made.tables()["clips"].splitlines()[1:]

    with reading(made.folders.results / FILE_NAME) as record:
        rows = record.execute(
            "SELECT frames_decoded FROM clips JOIN analyses USING (sha256)"
            " ORDER BY bytes"
        ).fetchall()
    frames = [row["frames_decoded"] for row in rows]
    assert frames == sorted(frames)
    assert len(rows) + len(names(made.folders.rejected)) // 2 == 50
    assert len(rows) >= 45
    assert longest.startswith("49.h264,")  # all others are its beginning


def test_single_flipped_bytes_are_told(tmp_path: Path) -> None:
    """Each archive is left, refused or worked; no clip is called whole that is not."""
    flips = times(500)
    made = Installation(tmp_path / "made")
    good = packed(tmp_path / "drive", {A: CLIP, B: OTHER, A + ".json": _beside()})
    moments = random.Random(flips)
    for number in range(flips):
        data = bytearray(good)
        data[moments.randrange(len(data))] ^= 1 << moments.randrange(8)
        made.drop(f"{number:03d}.zip", bytes(data))
    ended = made.run("run", "--once")
    rows = list(csv.DictReader(StringIO(made.tables()["clips"])))

    assert "Traceback" not in ended.stderr
    assert "clip tried again" not in ended.stderr
    whole = {row["sha256"] for row in rows if row["status"] == "analysed"}
    assert len(whole) == 2  # the two clips as they were; each counted once
    kept = [names(f) for f in (made.folders.done, made.folders.inbox)]
    rejected = sum(n.endswith(".zip") for n in names(made.folders.rejected))
    assert len(kept[0]) + len(kept[1]) + rejected == flips
    assert tree(made.folders.working) == {}
    print(
        f"\n{flips} flipped bytes: {len(kept[0])} archives worked, {len(kept[1])} left"
        f" alone, {rejected} refused; {len(rows)} clips"
    )


def _beside() -> bytes:
    return sidecar_of(CLIP, A, frames=48).to_json().encode()


def test_documents_of_any_size_take_little_memory(tmp_path: Path) -> None:
    """Sidecars, manifests and ledgers of megabytes, in clips by the thousand."""
    made = Installation(tmp_path / "made")
    brackets = b"[" + b"[]," * 5_000_000 + b"0]"
    made.drop("sidecar.zip", zip_bytes({A: CLIP, A + ".json": brackets}))
    made.drop("manifest.zip", zip_bytes({A: CLIP, "manifest.json": brackets}))
    made.drop("ledger.zip", zip_bytes({A: CLIP, "effort.jsonl": b"x\n" * 6_000_000}))
    made.drop(A, CLIP)
    made.drop(A + ".json", brackets)
    many = {f"clip{n}_2026-05-01.h264": b"" for n in range(200)}
    times_ms = tuple(range(0, 30_000_000, 1000))
    beside = sidecar_of(b"", "x", frame_times_ms=times_ms).to_json().encode()
    members = {**many, **{name + ".json": beside for name in many}}
    made.drop("many.zip", zip_bytes(members, DEFLATED))
    watch = work_all(made, 6)

    _tell("large documents", 6, watch)


def _tell(what: str, count: int, watch: Watch) -> None:
    print(
        f"\n{what}: {count}; at most {watch.daemon_mb:.0f} MB in the daemon,"
        f" {watch.worker_mb:.0f} MB in a worker"
    )
