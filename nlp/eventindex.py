"""Recent events in memory, found by the terms they share with an article; no scan of all events."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from nlp.eventprofile import Profile

ASKED = 60  # heaviest terms of the article
CROWDED = 300  # a term of more events than this tells nothing
FAMILIAR = 60  # nor does a rare pair of characters of more than this
BEST = 8  # events compared in full
NAME = 0.1  # weight of a pair of characters that both name, rare as it is


class EventIndex:
    def __init__(self) -> None:
        self._profiles: dict[str, Profile] = {}
        self._events: defaultdict[str, set[str]] = defaultdict(set)
        self._named: defaultdict[str, set[str]] = defaultdict(set)

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._profiles

    def get(self, event_id: str) -> Profile | None:
        return self._profiles.get(event_id)

    def put(self, profile: Profile, terms: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        """Add or refresh an event under these terms and rare pairs. What it lost since may linger, harmlessly."""
        self._profiles[profile.id] = profile
        for term in terms:
            self._events[term].add(profile.id)
        for gram in names:
            self._named[gram].add(profile.id)

    def forget(self, before: datetime) -> None:
        """Drop events silent since then."""
        gone = {p.id for p in self._profiles.values() if p.last_at < before}
        for table in (self._events, self._named):
            for key in list(table):
                table[key] -= gone
                if not table[key]:
                    del table[key]
        for event_id in gone:
            del self._profiles[event_id]

    def candidates(self, vector: dict[str, float], names: Iterable[str] = ()) -> list[Profile]:
        """The events with most weight in common, best first; ties by id."""
        votes: defaultdict[str, float] = defaultdict(float)
        heaviest = sorted(vector.items(), key=lambda item: (-item[1], item[0]))[:ASKED]
        for term, weight in heaviest:
            events = self._events.get(term, ())
            if len(events) <= CROWDED:
                for event_id in events:
                    profile = self._profiles[event_id]
                    votes[event_id] += weight * profile.terms.get(term, 0.0) / profile.length
        for gram in names:
            events = self._named.get(gram, ())
            if len(events) <= FAMILIAR:
                for event_id in events:
                    votes[event_id] += NAME
        ranked = sorted(votes, key=lambda event_id: (-votes[event_id], event_id))
        return [self._profiles[event_id] for event_id in ranked[:BEST]]
