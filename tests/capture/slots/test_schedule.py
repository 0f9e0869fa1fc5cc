"""When to film: windows, slots, clocks that change, the sun."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from typing import Optional
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.config import ScheduleConfig
from capture.slots.schedule import Plan, Slot, make_plan
from capture.slots.sun import AstralSun
from capture.slots.window import Window, local_moment
from weir import ConfigError
from weir.clock import UTC
from weir.deployment import DeploymentConfig

BERLIN = ZoneInfo("Europe/Berlin")
TROMSO = ZoneInfo("Europe/Oslo")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def changing_zones() -> list[str]:
    """Every zone whose offset changes within a few years."""
    moments = [datetime(2024, 1, 15, tzinfo=UTC) + n * 15 * DAY for n in range(75)]
    return sorted(
        name
        for name in available_timezones()
        if len({moment.astimezone(ZoneInfo(name)).utcoffset() for moment in moments})
        > 1
    )


CHANGING = changing_zones()
EXAMPLES = 100 if os.environ.get("WEIR_SOAK") else 20


def plan(
    *windows: str,
    every: int = 60,
    record: int = 15,
    zone: ZoneInfo = BERLIN,
    sun: Optional[AstralSun] = None,
) -> Plan:
    """A plan of these windows."""
    parsed = tuple(Window.parse(text) for text in windows)
    minutes = timedelta(minutes=every), timedelta(minutes=record)
    return Plan(parsed, *minutes, zone, sun)


def of_day(the_plan: Plan, day: date) -> list[Slot]:
    """The slots that start on a local day."""
    begin = local_moment(day, 0, the_plan.zone)
    until = local_moment(day, 24 * 60, the_plan.zone)
    return [s for s in the_plan.slots(begin, until) if s.start >= begin]


def local_times(slots: list[Slot], zone: ZoneInfo = BERLIN) -> list[str]:
    """Their local starts."""
    return [f"{slot.start.astimezone(zone):%H:%M}" for slot in slots]


def test_the_shipped_default_is_eleven_clips_a_day() -> None:
    """07:00 to 17:30, 15 minutes of every hour: the last from 17:00 to 17:15."""
    slots = of_day(
        make_plan(ScheduleConfig(), DeploymentConfig(timezone="Europe/Berlin")),
        date(2026, 5, 1),
    )

    assert [f"{hour:02d}:00" for hour in range(7, 18)] == local_times(slots)
    assert f"{slots[-1].end.astimezone(BERLIN):%H:%M}" == "17:15"


@pytest.mark.parametrize(
    ("windows", "starts"),
    [
        (("07:00-09:30", "09:30-11:00"), ["07:00", "08:00", "09:00", "09:30", "10:30"]),
        (("07:00-09:31", "09:30-11:00"), ["07:00", "08:00", "09:00", "10:00"]),
        (("09:30-11:00", "07:00-09:30"), ["07:00", "08:00", "09:00", "09:30", "10:30"]),
    ],
    ids=["touch", "overlap", "touch, later first"],
)
def test_windows_that_touch_stay_two(
    windows: tuple[str, ...], starts: list[str]
) -> None:
    """Who writes 09:30 wants a clip at 09:30; windows that overlap are one."""
    assert local_times(of_day(plan(*windows), date(2026, 5, 1))) == starts


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        (("00:00-24:00",), 24 * 60),
        (("22:00-04:00",), 6 * 60),
        (("07:00-12:00", "14:00-17:30"), 8 * 60 + 30),
        (("07:00-12:00", "11:00-17:30"), 10 * 60 + 30),
        (("07:00-12:00", "12:00-17:30"), 10 * 60 + 30),
        (("20:00-09:00", "07:00-17:00"), 21 * 60),
        (("07:00 to 08:00", "9:00 - 10:00"), 2 * 60),
        (("00:00-13:00", "12:00-01:00"), 24 * 60),
    ],
)
def test_continuous_filming_takes_all_of_the_windows(
    windows: tuple[str, ...], expected: int
) -> None:
    """Minutes filmed in a day are those of the windows, each once."""
    begin = datetime(2026, 5, 10, tzinfo=UTC)
    slots = plan(*windows, every=15).slots(begin, begin + 4 * DAY)
    inside = sum(
        (min(s.end, begin + 3 * DAY) - max(s.start, begin + DAY)).total_seconds()
        for s in slots
        if s.start < begin + 3 * DAY and s.end > begin + DAY
    )

    assert inside / 60 == 2 * expected


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2028, 2, 29), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Asia/Kathmandu", date(2026, 1, 1), 24),
    ],
)
def test_a_whole_day_is_as_long_as_it_is(zone: str, day: date, hours: float) -> None:
    """Days of 23, 25 and 24.5 hours, and one that never was."""
    slots = of_day(plan("00:00-24:00", every=30, record=30, zone=ZoneInfo(zone)), day)

    assert sum(slot.seconds for slot in slots) == hours * 3600


def test_a_window_in_the_skipped_hour_does_not_happen() -> None:
    """02:00 to 02:30 does not exist on the day clocks are put forward."""
    assert of_day(plan("02:00-02:30"), date(2026, 3, 29)) == []
    assert len(of_day(plan("02:00-02:30"), date(2026, 3, 30))) == 1


def test_an_edge_in_the_skipped_hour_is_the_moment_of_the_change() -> None:
    """From 02:30 on: local clocks show 03:00 when that moment comes."""
    (slot,) = of_day(plan("02:30-03:10", record=60), date(2026, 3, 29))

    assert slot.start == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert slot.seconds == 600


windows = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(
        lambda edges: edges[0] != edges[1]
    ),
    min_size=1,
    max_size=4,
)


def written(start: int, end: int) -> str:
    """A window as the config writes it."""
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


@settings(max_examples=10 * EXAMPLES, deadline=None)
@given(
    zone=st.sampled_from(CHANGING),
    spans=windows,
    every=st.integers(1, 240),
    share=st.integers(1, 240),
    day=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
)
def test_minutes_filmed_are_those_planned(
    zone: str, spans: list[tuple[int, int]], every: int, share: int, day: date
) -> None:
    """In every zone, for windows of every shape: no slot twice, none lost."""
    place = ZoneInfo(zone)
    record = min(every, share)
    texts = [written(*span) for span in spans]
    the_plan = plan(*texts, every=every, record=record, zone=place)
    begin = local_moment(day, 0, place)
    slots = list(the_plan.slots(begin, begin + 3 * DAY))
    whole = plan(*texts, every=1, record=1, zone=place)
    minutes = {s.start for s in whole.slots(begin - DAY, begin + 4 * DAY)}

    for before, after in zip(slots, slots[1:]):
        assert before.end <= after.start
    for slot in slots:
        assert 0 < slot.seconds <= record * 60
        assert slot.start < begin + 3 * DAY
        assert slot.end > begin
    # Continuous filming covers every minute of the windows, and nothing else does.
    for slot in slots:
        minute = slot.start
        while minute + timedelta(minutes=1) <= slot.end:
            assert minute in minutes
            minute += timedelta(minutes=1)


@settings(max_examples=10 * EXAMPLES, deadline=None)
@given(
    zone=st.sampled_from(CHANGING),
    spans=windows,
    every=st.integers(1, 240),
    day=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    cut=st.integers(0, 3 * 86400),
)
def test_the_plan_does_not_depend_on_when_it_is_asked(
    zone: str, spans: list[tuple[int, int]], every: int, day: date, cut: int
) -> None:
    """Asked again later, the slots are the same: none moves, none is lost."""
    place = ZoneInfo(zone)
    the_plan = plan(
        *(written(*span) for span in spans), every=every, record=1, zone=place
    )
    begin = local_moment(day, 0, place)
    later = begin + timedelta(seconds=cut)
    slots = list(the_plan.slots(begin, begin + 4 * DAY))

    expected = [slot for slot in slots if slot.end > later]
    assert expected == list(the_plan.slots(later, begin + 4 * DAY))
    assert not expected or the_plan.next_slot(later) == expected[0]


def test_local_days_of_a_year_have_all_their_slots() -> None:
    """Berlin, 2028 with its leap day: eleven slots on each of 366 days."""
    begin = local_moment(date(2028, 1, 1), 0, BERLIN)
    until = local_moment(date(2029, 1, 1), 0, BERLIN)

    assert len(list(plan("07:00-17:30").slots(begin, until))) == 366 * 11


def test_no_polar_year_loses_or_doubles_a_minute() -> None:
    """A year of daylight windows in Tromso: slots in order, none overlapping."""
    sun = AstralSun(69.65, 18.96, TROMSO)
    the_plan = plan("sunrise-sunset", every=30, zone=TROMSO, sun=sun)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    slots = list(the_plan.slots(begin, begin + 365 * DAY))

    assert all(a.end <= b.start for a, b in zip(slots, slots[1:]))
    assert the_plan.next_slot(datetime(2026, 12, 1, tzinfo=UTC)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "7-17",
        "07:00",
        "25:00-26:00",
        "07:60-08:00",
        "07:00-07:00",
        "noon-17:00",
        "sunrise-13:00-sunset",
        "",
        "07:00-17:30-18:00",
    ],
)
def test_what_is_no_window_is_refused(text: str) -> None:
    """With the text, and what was expected."""
    deployment = DeploymentConfig(latitude=0, longitude=0)

    with pytest.raises(ConfigError, match=r"capture\.schedule\.windows"):
        make_plan(ScheduleConfig(windows=(text,)), deployment)


def test_a_slot_is_not_longer_than_the_time_to_the_next() -> None:
    """And names both keys."""
    with pytest.raises(ConfigError, match=r"record_minutes = 20.*every_minutes = 10"):
        make_plan(
            ScheduleConfig(every_minutes=10, record_minutes=20), DeploymentConfig()
        )
