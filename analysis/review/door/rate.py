"""The rate limit: so many requests at once, and then so many a second, for each client.

A person on a large grid asks for some hundred pictures at once; nobody guesses a token
of 128 bits at this rate.
"""

from __future__ import annotations

from weir.clock import Clock

BURST, A_SECOND = 600, 100
_PENALTY = 30
_MOST_CLIENTS = 10_000


class Rate:
    """Counts the requests of each client.

    Args:
        clock: measures the time between them.
        burst: how many may come at once.
        a_second: how many may come in the long run.
    """

    def __init__(
        self, clock: Clock, burst: int = BURST, a_second: float = A_SECOND
    ) -> None:
        self._clock, self._burst, self._a_second = clock, burst, a_second
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, client: str) -> bool:
        """Whether a client may ask now; it counts."""
        return self._charge(client, 1)

    def punish(self, client: str) -> None:
        """Count a request without the token as many."""
        self._charge(client, _PENALTY)

    def _charge(self, client: str, cost: int) -> bool:
        now_s = self._clock.monotonic()
        left, at_s = self._left.get(client, (float(self._burst), now_s))
        left = min(self._burst, left + (now_s - at_s) * self._a_second)
        if len(self._left) >= _MOST_CLIENTS:
            self._left.clear()
        self._left[client] = (max(left - cost, -1.0), now_s)
        return left >= 1
