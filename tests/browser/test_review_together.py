"""Two people at the review page at once, while the daemon goes on committing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from analysis.record.store import Store
from tests.analysis.made_record import NOW, SETTINGS, clip, encounter, seen, sidecar
from tests.analysis.review.footed import lay
from tests.analysis.review.reviewing import Reviewing
from tests.browser.chromium import Chromium
from tests.browser.reviewer import Reviewer

DECISIONS = 200


class Committing:
    """The daemon's part: a clip with an encounter, again and again."""

    def __init__(self, root: Path) -> None:
        self._root, self._ending = root, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.committed = 0

    def __enter__(self) -> Committing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        with Store(self._root / "results" / "weir.sqlite") as store:
            run = store.run(SETTINGS, NOW)
            while not self._ending.wait(0.05):
                number = 10_000 + self.committed
                beside = sidecar(f"clip{number}.h264", number)
                found = seen([encounter(1, 2, 5)])
                store.commit(clip(number, beside=beside), run, found, NOW)
                self.committed += 1


def work(address: str, name: str, keys: str, told: dict[str, list[str]]) -> None:
    """Decide so many times in a browser of one's own."""
    with Chromium() as chromium:
        chromium.view()
        person = Reviewer(chromium, address, name)
        for n in range(DECISIONS):
            told[name].append(person.item)
            person.decide(keys[n % len(keys)])
        person.saved()


@pytest.mark.timeout(900)
def test_two_browsers_lose_nothing_of_each_other(tmp_path: Path) -> None:
    """Each decision is there once, with its person, and none is of the same item."""
    lay(tmp_path, clips=50)
    told: dict[str, list[str]] = {"anna": [], "ben": []}
    with Reviewing(tmp_path) as page, Committing(tmp_path) as daemon:
        address = f"http://127.0.0.1:{page.port}/?queue=all"
        threads = [
            threading.Thread(target=work, args=(address, name, keys, told))
            for name, keys in (("anna", "xu"), ("ben", "fx"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    labels = page.labels
    of = {name: [x for x in labels if x.person == name] for name in told}
    assert len(labels) == 2 * DECISIONS
    assert {name: len(each) for name, each in of.items()} == dict.fromkeys(of, 200)
    for name, each in of.items():
        said = [f"e{x.sha256}-{x.first_frame}-{x.last_frame}" for x in each]
        assert said == told[name]
    assert not set(told["anna"]) & set(told["ben"])
    assert [x.verdict for x in of["anna"]] == ["not", "unsure"] * 100
    assert daemon.committed > 50
