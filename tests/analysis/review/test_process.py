"""The page's process: small, quick, and killed without a loss."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

from analysis.record.labels.labelstore import LabelStore
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen, sidecar
from tests.analysis.review.at_work import AtWork
from tests.analysis.review.reviewing import made

QUICK_S, SMALL_MB = 1.0, 60.0


def season(root: Path, clips: int = 1250) -> None:
    """A record of eight encounters a clip."""
    store, run = open_record(root / "results")
    with store:
        for number in range(clips):
            found = [encounter(n + 1, n * 3, n * 3 + 1) for n in range(8)]
            beside = sidecar(f"clip{number:05d}.h264", number)
            store.commit(clip(number, beside=beside), run, seen(found, frames=60), NOW)


@pytest.mark.slow
def test_it_is_quick_and_small_with_ten_thousand_encounters(tmp_path: Path) -> None:
    """The page within a second, and 60 MB when nobody asks, with all its processes."""
    season(tmp_path / "host")
    starts = []
    for _ in range(5):
        with AtWork(tmp_path / "host") as page:
            starts.append(page.page_s)
            answer = page.post("/next", person="anna", queue="all", count=1).json
            assert answer["total"] == 10_000
            small_mb = page.resident_mb()
    print(f"start {min(starts):.2f} s, {small_mb:.0f} MB idle")
    assert min(starts) <= QUICK_S
    assert small_mb <= SMALL_MB


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """With 0, and without a word of Python."""
    made(tmp_path / "host")
    with AtWork(tmp_path / "host") as page:
        assert page.get("/").status == 200
        page.process.send_signal(signal.SIGINT)
        assert page.process.wait(30) == 0


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", [2, pytest.param(100, marks=pytest.mark.slow)])
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, kills: int) -> None:
    """At any moment; and what was half-written is not there at all."""
    root = tmp_path / "host"
    made(root, clips=10)
    moments, acknowledged = random.Random(1), []
    for kill in range(kills):
        with AtWork(root) as page:
            items = [item["id"] for item in page.next("anna", queue="all")]
            items += [
                item["id"] for item in page.next("anna", queue="all", said="decided")
            ]
            assert items, page.get("/overview").json["problem"]
            timer = threading.Timer(moments.uniform(0, 0.4), page.process.kill)
            timer.start()
            for n in range(1000):
                note = f"{kill} {n}"
                try:
                    answer = page.say(items[n % len(items)], "not", note=note)
                except (OSError, HTTPException):
                    break
                assert answer.json == {"added": 1}
                acknowledged.append(note)
            timer.join()
    kept = [label.note for label in LabelStore(root / "labels").all()]
    print(f"{kills} kills, {len(acknowledged)} acknowledged, {len(kept)} kept")
    assert [note for note in kept if note in set(acknowledged)] == acknowledged
    assert len(kept) - len(acknowledged) <= kills


@contextmanager
def apart() -> Iterator[str]:
    """Another network namespace with a cable to this one; the address of this end."""
    name, here, there = "weirtest", "wtest0", "wtest1"
    run = ["ip", "netns", "exec", name]
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        for line in (
            ["ip", "link", "add", here, "type", "veth", "peer", "name", there],
            ["ip", "link", "set", there, "netns", name],
            ["ip", "addr", "add", "10.213.7.1/24", "dev", here],
            ["ip", "link", "set", here, "up"],
            [*run, "ip", "addr", "add", "10.213.7.2/24", "dev", there],
            [*run, "ip", "link", "set", there, "up"],
            [*run, "ip", "link", "set", "lo", "up"],
        ):
            subprocess.run(line, check=True)
        yield "10.213.7.1"
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)
        subprocess.run(["ip", "link", "del", here], check=False, capture_output=True)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="another network namespace needs root")
def test_another_network_namespace_cannot_reach_it(tmp_path: Path) -> None:
    """By no address; with --lan it can, and gets nothing without the token."""
    made(tmp_path / "host")
    ask = (
        "import sys, urllib.request, urllib.error\n"
        "try: print(urllib.request.urlopen(sys.argv[1], timeout=3).status)\n"
        "except urllib.error.HTTPError as e: print(e.code)\n"
        "except OSError as e: print(type(e.reason).__name__)\n"
    )

    def told(address: str) -> str:
        command = ["ip", "netns", "exec", "weirtest", "python3", "-c", ask, address]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    with apart() as here:
        with AtWork(tmp_path / "host") as page:
            for name in (here, "127.0.0.1", "localhost"):
                found = told(f"http://{name}:{page.port}/")
                assert found == "ConnectionRefusedError"
        with AtWork(tmp_path / "host", "--lan") as page:
            address = f"http://{here}:{page.port}/"
            assert told(address) == "401"
            assert told(f"{address}?token={page.token[:-1]}") == "401"
            assert told(f"{address}?token={page.token}") == "200"
