"""A member of the upload group who means harm: a program that plays one at random.

    python -m tests.faults.member FOLDER SECRETS SEED ROUNDS

It runs as a user of its own and does in each round what such a user can: it drops
broken archives and documents, exchanges folders for links, cuts files that it still
has open, makes pipes, holes and floods, and locks what it may read. It says on standard
output what it could do that it should not.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import sys
from functools import partial
from pathlib import Path
from typing import Callable

from tests.footage import clip_bytes, sidecar_of, zip_bytes

ARCHIVES, DOCUMENTS = 40, 10
_PLACES = ("results", "labels", "receipts", "done", "rejected", "working")


class Member:
    """Whoever acts.

    Args:
        host: the analysis folder.
        secrets: a folder whose files it may not read.
        seed: of what it does.
    """

    def __init__(self, host: Path, secrets: Path, seed: int) -> None:
        self._desk, self._inbox, self._secrets = host, host / "inbox", secrets
        self._random, self._number = random.Random(seed), 0
        self._open: list[int] = []
        clips = {f"evil{n}_2026-04-01.h264": clip_bytes(9000 + n) for n in range(2)}
        name, data = next(iter(clips.items()))
        self._sidecar = sidecar_of(data, name).to_json().encode()
        self._archive = zip_bytes({**clips, name + ".json": self._sidecar})
        self._acts: tuple[Callable[[], None], ...] = (
            *(self.swap, self.swap, self.link, self.cut, self.pipe, self.holes),
            *(self.flood, self.lock, self.reach_out, self.deep, self.second_name),
        )

    def round(self) -> None:
        """Drop a share of what is broken, and do a few other things."""
        for _ in range(ARCHIVES):
            self._put(".zip", self._mutant(self._archive))
        for _ in range(DOCUMENTS):
            kind = self._random.choice((".h264.json", "/effort.jsonl", ".mp4.json"))
            self._put(kind, self._document())
        for act in self._random.sample(self._acts, 4):
            with contextlib.suppress(OSError):
                act()

    def swap(self) -> None:
        """Exchange a folder with files in it for a link, and back, and again."""
        folder = self._inbox / f"cam{self._name()}"
        folder.mkdir()
        for name in ("weir.sqlite", "weir.sqlite-wal", "a.zip.receipt.json", "x.h264"):
            (folder / name).write_bytes(b"decoy")
        hidden, link = folder.with_name(".was"), folder.with_name(".link")
        for _ in range(300):
            link.symlink_to(f"../{self._random.choice(_PLACES)}")
            folder.rename(hidden)
            link.rename(folder)
            folder.unlink()
            hidden.rename(folder)

    def link(self) -> None:
        """Lead to what it may not read, under the names of footage."""
        for target in (*self._secrets.iterdir(), Path("/etc/passwd"), self._secrets):
            (self._inbox / f"link{self._name()}.h264").symlink_to(target)

    def cut(self) -> None:
        """Keep a file open that was dropped, and cut it short later."""
        path = self._put(".h264", clip_bytes(self._random.randrange(8000, 8050)))
        self._open.append(os.open(path, os.O_RDWR))
        if len(self._open) > 20:
            descriptor = self._open.pop(self._random.randrange(20))
            os.truncate(descriptor, self._random.randrange(2000))
            os.close(descriptor)

    def pipe(self) -> None:
        """Pipes in the places of clips, sidecars and archives."""
        for ending in (".h264", ".h264.json", ".zip"):
            os.mkfifo(self._inbox / f"pipe{self._name()}{ending}")

    def holes(self) -> None:
        """Files that are far larger than what is stored of them."""
        for ending in (".h264", ".zip", ".h264.json"):
            with (self._inbox / f"hole{self._name()}{ending}").open("wb") as file:
                file.write(b"PK\3\4")
                file.truncate(self._random.choice((1 << 24, 1 << 33, 1 << 40)))

    def flood(self) -> None:
        """Many small files that are nothing."""
        for number in range(100):
            (self._inbox / f"flood{self._name()}-{number}.txt").write_bytes(b"x")

    def lock(self) -> None:
        """Lock all that it may open."""
        for path in (self._desk / "lock", *self._desk.glob("results/*")):
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.close(descriptor)

    def reach_out(self) -> None:
        """Write, rename and remove where it must not."""
        for place in _PLACES:
            folder = self._desk / place
            for path in (folder, *folder.glob("*")):
                self._must_fail("rename", partial(path.rename, self._inbox / "mine"))
                self._must_fail("write", partial(_open_to_write, path))
            self._must_fail("make", (folder / "planted").touch)
        for path in self._inbox.glob("honest*"):
            self._must_fail("remove", path.unlink)

    def deep(self) -> None:
        """Folders in folders."""
        path = self._inbox / f"deep{self._name()}" / "/".join("a" * 40)
        path.mkdir(parents=True)
        (path / "x.h264").write_bytes(b"x")

    def second_name(self) -> None:
        """A second name for a file of its own, and for those of others."""
        path = self._put(".h264", clip_bytes(self._random.randrange(8000, 8050)))
        os.link(path, path.with_name(".second" + path.name))
        for other in self._desk.glob("done/*.h264"):
            with contextlib.suppress(OSError):
                os.link(other, self._inbox / f"other{self._name()}.h264")

    def _must_fail(self, what: str, act: Callable[[], object]) -> None:
        with contextlib.suppress(OSError):
            act()
            sys.stdout.write(f"could {what}\n")

    def _name(self) -> str:
        self._number += 1
        return f"{os.getpid()}-{self._number:06d}"

    def _put(self, ending: str, data: bytes) -> Path:
        path = self._inbox / f"evil{self._name()}{ending}"
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(data)
        part.rename(path)
        return path

    def _mutant(self, good: bytes) -> bytes:
        data, pick = bytearray(good), self._random
        for _ in range(pick.randrange(1, 6)):
            at = pick.randrange(len(data)) if data else 0
            how = pick.randrange(4)
            if how == 0 and data:
                data[at] ^= 1 << pick.randrange(8)
            elif how == 1:
                data[at:at] = pick.randbytes(pick.randrange(1, 40))
            elif how == 2:
                del data[at : at + pick.randrange(1, 400)]
            else:  # the directory and its end are where readers are led astray
                tail = max(0, len(data) - pick.randrange(1, 300))
                data[tail : tail + 4] = pick.randbytes(4)
        return bytes(data)

    def _document(self) -> bytes:
        coding = self._random.choice(("utf-8", "utf-16", "utf-32", "utf-8"))
        text = self._sidecar.decode()
        if self._random.random() < 0.3:
            text = text.replace("creek", "\ud800")
        return self._mutant(text.encode(coding, "surrogatepass"))


def _open_to_write(path: Path) -> None:
    path.open("r+b").close()


def main() -> None:
    """Act."""
    host, secrets, seed, rounds = sys.argv[1:]
    os.umask(0o007)
    member = Member(Path(host), Path(secrets), int(seed))
    for _ in range(int(rounds)):
        member.round()


if __name__ == "__main__":
    main()
