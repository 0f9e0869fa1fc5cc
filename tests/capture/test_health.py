"""How the machine is, from the kernel's files, into sidecar and ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture import health
from tests.capture.river_bank import Field, field
from weir.clock import UTC, SimulatedClock
from weir.sidecar import Sidecar

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
PI_4 = {
    "sys/class/thermal/thermal_zone0/temp": "61342\n",
    "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
    "proc/meminfo": "MemTotal: 948000 kB\nMemAvailable:  500000 kB\n",
    "proc/uptime": "86401.37 300000.00\n",
}
PI_5_FLAGS = "sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled"


def machine(folder: Path, files: dict[str, str]) -> Path:
    """A root with these of the kernel's files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_pi_tells_of_heat_power_memory_and_uptime(tmp_path: Path) -> None:
    """In units and words."""
    assert health.read(machine(tmp_path, PI_4)) == {
        "temperature_c": 61.3,
        "flags": [
            "under-voltage now",
            "throttled now",
            "under-voltage since boot",
            "throttled since boot",
        ],
        "free_memory_mb": 512,
        "uptime_s": 86401,
    }


@pytest.mark.parametrize(
    ("file", "text", "flags"),
    [
        (PI_5_FLAGS, "0", []),
        (PI_5_FLAGS, "80008", ["hot now", "hot since boot"]),
        ("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1", ["under-voltage now"]),
    ],
)
def test_flags_are_where_each_pi_has_them(
    tmp_path: Path, file: str, text: str, flags: list[str]
) -> None:
    """A good supply is an empty list, not silence."""
    assert health.read(machine(tmp_path, {file: text})) == {"flags": flags}


@pytest.mark.parametrize("text", ["", "hot", "0x", "\0"])
def test_what_cannot_be_read_is_left_out(tmp_path: Path, text: str) -> None:
    """Nothing keeps the camera from filming, and nothing is made up."""
    assert health.read(machine(tmp_path, dict.fromkeys(PI_4, text))) == {}
    assert health.read(tmp_path / "nowhere") == {}


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin on a Pi 4."""
    with field(in_memory, SimulatedClock(SEVEN - timedelta(minutes=1))) as made:
        made.machine = machine(in_memory / "machine", PI_4)
        yield made


def test_a_clip_and_its_slot_tell_it(creek: Field) -> None:
    """As it was at the end."""
    creek.daemon().run(clips=1)

    (sidecar,), (line,) = creek.sidecars, creek.ledger
    assert sidecar.health["temperature_c"] == 61.3
    assert line.health == sidecar.health


def test_a_power_cut_leaves_the_last_word(creek: Field) -> None:
    """Under-voltage a moment before the cut is the reason for it."""

    def on_wait() -> None:
        if creek.clock.now() >= SEVEN + timedelta(minutes=5):
            raise KeyboardInterrupt

    creek.camera.on_wait = on_wait
    with pytest.raises(KeyboardInterrupt):
        creek.daemon().run()
    creek.camera.on_wait = lambda: None
    creek.clock.advance(3600)
    machine(creek.machine, {"proc/uptime": "10 10"})
    creek.daemon().run(clips=1)

    assert "under-voltage now" in creek.sidecars[0].health["flags"]
    assert creek.ledger[0].health["uptime_s"] == 86401


def test_a_slot_of_a_machine_that_was_off_tells_nothing(creek: Field) -> None:
    """How it is now is not how it was then."""
    creek.daemon().run(clips=1)
    creek.clock.advance(3 * 3600)
    creek.daemon().run(clips=1)

    filmed, *missed, _ = creek.ledger
    assert filmed.health
    assert len(missed) == 3
    assert not any(line.health for line in missed)


def test_a_sidecar_of_before_has_no_health(tmp_path: Path, creek: Field) -> None:
    """And one without has not an empty one."""
    creek.machine = tmp_path / "nowhere"
    creek.daemon().run(clips=1)

    (sidecar,) = creek.sidecars
    assert "health" not in sidecar.to_json()
    assert Sidecar.from_json(sidecar.to_json(), "again").health == {}
