"""How many bytes may be on their way to a cluster."""

from __future__ import annotations

import asyncio

from analysis.work.cluster.budget import Budget


def test_who_would_be_more_waits() -> None:
    """Until others have arrived; however they ended."""
    most = now = 0

    async def send(budget: Budget, count: int) -> None:
        nonlocal most, now
        async with budget.spending(count):
            now += count
            most = max(most, now)
            await asyncio.sleep(0)
            now -= count
            if count == 3:
                raise OSError

    async def scene() -> None:
        budget = Budget(10)
        sends = [send(budget, count) for count in (3, 6, 4, 10, 1, 9, 3)]
        await asyncio.wait_for(asyncio.gather(*sends, return_exceptions=True), 10)

    asyncio.run(scene())

    assert most == 10
    assert now == 0
