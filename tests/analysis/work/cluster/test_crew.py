"""The workers of a cluster: who is free, who rests, who has gone."""

from __future__ import annotations

import asyncio

from analysis.work.cluster.crew import Crew, Member


class Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now_s


def crew_of(watch: Watch, **threads: int) -> Crew:
    """A crew of fit members."""
    crew = Crew(watch)
    for member in crew.update(threads)[0]:
        member.is_fit = True
    return crew


async def _taken(crew: Crew, times: int) -> list[str]:
    return [(await crew.take()).address for _ in range(times)]


def test_each_gets_as_many_as_it_has_threads() -> None:
    """And who has least of what it may have is first."""

    async def scene() -> list[str]:
        return await _taken(crew_of(Watch(), a=1, b=3), 4)

    assert sorted(asyncio.run(scene())) == ["a", "b", "b", "b"]


def test_who_is_not_known_yet_gets_nothing() -> None:
    """Until it has said what runs there."""

    async def scene() -> bool:
        crew = Crew(Watch())
        crew.update({"a": 1})
        waiting = asyncio.ensure_future(crew.take())
        done, _ = await asyncio.wait({waiting}, timeout=0.05)
        crew.members["a"].is_fit = True
        await crew.notify()
        return not done and (await waiting).address == "a"

    assert asyncio.run(scene())


def test_where_something_failed_nothing_is_tried_for_a_while() -> None:
    """Or a worker with a full disk would have every clip."""

    async def scene() -> tuple[list[str], list[str]]:
        watch = Watch()
        crew = crew_of(watch, a=9, b=9)
        broken = crew.members["a"]
        broken.busy += 1
        await crew.leave(broken, failed=True)
        before = await _taken(crew, 3)
        watch.now_s = 31
        return before, await _taken(crew, 3)

    before, after = asyncio.run(scene())
    assert before == ["b", "b", "b"]
    assert "a" in after


def test_who_has_gone_is_told_so() -> None:
    """Whoever waits for its answer waits no longer."""

    async def scene() -> tuple[Member, list[Member]]:
        crew = crew_of(Watch(), a=1, b=1)
        member = crew.members["a"]
        await crew.refuse(member, "it is old")
        return member, crew.update({"b": 1})[1]

    member, left = asyncio.run(scene())
    assert left == [member]
    assert member.gone.is_set()
