"""How often somebody without log-in may ask: so many times in so long, for each address and for all together."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tornado.httputil import HTTPServerRequest

MOST_ADDRESSES = 10_000  # remembered at once; the one that was silent longest is forgotten first


@dataclass
class Limit:
    """`allow` counts one more and says whether it is still within the limits."""

    each: int
    together: int
    within: timedelta
    _asked: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    _all: deque[datetime] = field(default_factory=deque)

    def allow(self, address: str, now: datetime) -> bool:
        own = self._asked.setdefault(address, deque())
        self._asked.move_to_end(address)
        while len(self._asked) > MOST_ADDRESSES:
            self._asked.popitem(last=False)
        for asked in (own, self._all):
            while asked and asked[0] <= now - self.within:
                asked.popleft()
        if len(own) >= self.each or len(self._all) >= self.together:
            return False
        own.append(now)
        self._all.append(now)
        return True


def address_of(request: HTTPServerRequest) -> str:
    """Whom the proxy in front of us was asked by; what the asker itself claims stands before that and is not read."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or str(request.remote_ip)
