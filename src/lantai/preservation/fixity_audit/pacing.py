"""Pacing 限速: reading no faster than allowed, so that an audit never stands in a reader's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LONGEST_SLEEP = 5.0  # seconds: a stop asked for is heard soon


class Pacer:
    """Call it with every count of bytes read; it sleeps when they come too fast. 0 is unpaced."""

    def __init__(
        self,
        bytes_per_second: int,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rate, self.now, self.sleep = bytes_per_second, now, sleep
        self.began, self.read = now(), 0
        self._lock = threading.Lock()

    def __call__(self, count: int) -> None:
        if not self.rate:
            return
        with self._lock:
            self.read += count
            early = self.began + self.read / self.rate - self.now()
        while early > 0:
            self.sleep(min(early, LONGEST_SLEEP))
            early -= LONGEST_SLEEP
