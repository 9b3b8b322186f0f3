"""What is still to be asked for, site by site: lists first, a few requests at once, pauses, and the end of patience.

A site that stalls holds only its own lane: Scrapy is never given more of it than `window` requests, so no other site
waits behind them. Knows nothing of Scrapy and nothing of files; time is monotonic seconds given by the caller.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from crawlers.engine.errand import Errand

# Sites open at once; the next is opened when one is done
OPEN_SITES = 32
# So many failures of a site in a row, each after its retries, and it is left alone until the next crawl
PATIENCE = 10
# With so many articles waiting their lists wait too, or a large site's whole register would lie in memory
MANY = 1000
# Pages of a site that wait to be read, for each that may be on its way
READ_AHEAD = 2
FAILING = ("failed/timeout", "failed/unreachable", "failed/429", "failed/5", "failed/cut_body")


@dataclass
class Lane:
    """One site's queue."""

    site: str
    window: int
    lists: deque[Errand] = field(default_factory=deque)
    items: deque[Errand] = field(default_factory=deque)
    flying: int = 0
    reading: int = 0
    resume_at: float = 0.0
    failures: int = 0
    open: bool = False
    waiting_since: float | None = None
    shut: str | None = None

    @property
    def empty(self) -> bool:
        return not (self.lists or self.items)

    @property
    def busy(self) -> bool:
        return self.flying > 0 or self.reading > 0

    @property
    def has_place(self) -> bool:
        """Whether one more may be asked for; pages that are not yet read must not pile up either."""
        return self.flying < self.window and self.reading < READ_AHEAD * self.window

    def pop(self) -> Errand:
        first = self.lists if len(self.items) < MANY else self.items
        return (first or self.items).popleft()

    def push(self, errand: Errand, *, first: bool = False) -> None:
        queue = self.lists if errand.role == "list" else self.items
        if first:
            queue.appendleft(errand)
        else:
            queue.append(errand)


Drop = Callable[[Errand, str], None]


class Frontier:
    """`drop` is told of every errand that will not be asked for, with its outcome."""

    def __init__(self, windows: dict[str, int], drop: Drop) -> None:
        self.windows, self.drop = windows, drop
        self.lanes: dict[str, Lane] = {}

    def add(self, errand: Errand) -> None:
        lane = self.lane(errand.site)
        if lane.shut:
            self.drop(errand, lane.shut)
        else:
            lane.push(errand)

    def lane(self, site: str) -> Lane:
        if site not in self.lanes:
            self.lanes[site] = Lane(site, self.windows.get(site, 2))
        return self.lanes[site]

    def ready(self, now: float, *sites: str) -> Iterator[Errand]:
        """Errands that may be asked for now, of the sites named or of all."""
        lanes = [self.lanes[s] for s in sites if s in self.lanes] or list(self.lanes.values())
        for lane in lanes:
            while lane.open and not lane.empty and lane.has_place and now >= lane.resume_at:
                lane.flying += 1
                yield lane.pop()

    def landed(self, errand: Errand, *, to_read: bool = False) -> None:
        """The errand is no longer with Scrapy, whatever came of it; its page may have to be read."""
        lane = self.lane(errand.site)
        lane.flying -= 1
        lane.reading += to_read

    def read(self, errand: Errand) -> None:
        """The errand's page has been read."""
        self.lane(errand.site).reading -= 1

    def again(self, errand: Errand) -> None:
        """Put an errand back, before what else waits."""
        lane = self.lane(errand.site)
        if lane.shut:
            self.drop(errand, lane.shut)
        else:
            lane.push(errand, first=True)

    def pause(self, site: str, until: float) -> None:
        lane = self.lane(site)
        lane.resume_at = max(lane.resume_at, until)

    def judge(self, errand: Errand, outcome: str) -> bool:
        """Count failures in a row; whether the site only fails, and is shut for this crawl."""
        lane = self.lane(errand.site)
        lane.failures = lane.failures + 1 if outcome.startswith(FAILING) else 0
        if lane.failures >= PATIENCE:
            self.shut(lane.site, "skipped/site_down")
        return lane.shut is not None

    def shut(self, site: str, outcome: str) -> None:
        """Nothing more of this site in this crawl."""
        lane = self.lane(site)
        lane.shut = outcome
        self.clear(outcome, sites=[site])

    def clear(
        self,
        outcome: str,
        *,
        sites: Iterable[str] | None = None,
        which: Callable[[Errand], bool] = lambda _: True,
    ) -> None:
        """Drop what waits."""
        for site in list(self.lanes) if sites is None else sites:
            lane = self.lane(site)
            for queue in (lane.lists, lane.items):
                kept = [errand for errand in queue if not which(errand)]
                dropped = [errand for errand in queue if which(errand)]
                queue.clear()
                queue.extend(kept)
                for errand in dropped:
                    self.drop(errand, outcome)

    def closed(self) -> Iterator[Lane]:
        """Lanes with work that are not open, as far as there is room for them."""
        room = OPEN_SITES - sum(lane.open for lane in self.lanes.values())
        for lane in list(self.lanes.values()):
            if not lane.open and not lane.empty and room > 0:
                room -= 1
                yield lane

    def idle(self) -> Iterator[Lane]:
        """Open lanes that have come to their end."""
        for lane in self.lanes.values():
            if lane.open and lane.empty and not lane.busy:
                yield lane

    @property
    def finished(self) -> bool:
        return all(lane.empty and not lane.busy for lane in self.lanes.values())
