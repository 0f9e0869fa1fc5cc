"""What picamera2 hands over, and when: whole units, with their times, until the end."""

from __future__ import annotations

from typing import Any, Optional

from capture.cameras.unitoutput import output_class


class Taken:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.units: list[tuple[bytes, Optional[int]]] = []

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
        """Take a unit."""
        self.units.append((data, time_ms))


def output(sink: Any) -> Any:
    """An output to this sink, over a base that does nothing."""
    return output_class(object)(sink)


def test_a_frame_comes_with_its_milliseconds() -> None:
    """In whichever way a version of picamera2 tells its microseconds, or does not."""
    sink = Taken()
    made = output(sink)
    made.outputframe(b"a", True, 1_000_400)
    made.outputframe(b"b", False, timestamp=2_000_600, packet=None)
    made.outputframe(b"c")

    assert sink.units == [(b"a", 1000), (b"b", 2001), (b"c", None)]


def test_what_comes_after_the_end_is_dropped() -> None:
    """The encoder's thread may be late; the clip has its sum by then."""
    sink = Taken()
    made = output(sink)
    made.outputframe(b"a", True, 0)
    made.finish()
    made.outputframe(b"b", False, 1000)

    assert sink.units == [(b"a", 0)]


def test_an_error_of_the_sink_is_kept() -> None:
    """It must not end the encoder's thread in silence."""
    made = output(object())
    made.outputframe(b"a", True, 0)

    assert made.failed.is_set()
    assert isinstance(made.error, AttributeError)
