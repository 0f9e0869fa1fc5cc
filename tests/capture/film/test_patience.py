"""How long a failure is waited for, and how many in a row are enough."""

from __future__ import annotations

import pytest

from capture.cameras import CameraError
from capture.film.patience import RETRY_S, Patience


def test_the_wait_doubles_with_each_failure_of_the_camera() -> None:
    """The sixth in a row ends the daemon."""
    patience = Patience()

    assert [patience.pause_s("camera") for _ in range(5)] == [10, 20, 40, 80, 160]
    with pytest.raises(CameraError, match="failed 6 times in a row"):
        patience.pause_s("camera")


@pytest.mark.parametrize(("other", "pause"), [("", 0), ("drive full", RETRY_S)])
def test_failures_count_in_a_row(other: str, pause: float) -> None:
    """A clip, or another reason, and the camera has all its tries again."""
    patience = Patience()
    for _ in range(3):
        assert [patience.pause_s("camera") for _ in range(5)][-1] == 160
        assert patience.pause_s(other) == pause
