"""Recent events in memory, found by the terms and names they share with an article; no scan of all events."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from nlp.event.profile import Profile
from nlp.event.words import heaviest

ASKED = 30  # heaviest terms of the article
CROWDED = 150  # a term of more events than this tells nothing
FAMILIAR = 30  # nor does a rare pair of characters of more than this
NAME = 0.1  # weight of a pair of characters that both name, rare as it is
BEST = 6  # events compared in full


class EventIndex:
    def __init__(self) -> None:
        self._profiles: dict[str, Profile] = {}
        self._events: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._named: defaultdict[str, set[str]] = defaultdict(set)

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._profiles

    def get(self, event_id: str) -> Profile | None:
        return self._profiles.get(event_id)

    def put(
        self, profile: Profile, terms: Mapping[str, float] | None = None, names: Iterable[str] = ()
    ) -> None:
        """Add or refresh an event under an article's terms and the rare pairs of its headline."""
        self._profiles[profile.id] = profile
        for term, weight in (terms or {}).items():
            postings = self._events[term]
            if weight > postings.get(profile.id, 0.0):
                postings[profile.id] = weight
        for gram in names:
            self._named[gram].add(profile.id)

    def forget(self, before: datetime) -> None:
        """Drop events silent since then."""
        gone = {p.id for p in self._profiles.values() if p.last_at < before}
        if not gone:
            return
        for term in list(self._events):
            kept = {id: weight for id, weight in self._events[term].items() if id not in gone}
            self._events[term] = kept
            if not kept:
                del self._events[term]
        for gram in list(self._named):
            self._named[gram] -= gone
            if not self._named[gram]:
                del self._named[gram]
        for event_id in gone:
            del self._profiles[event_id]

    def candidates(self, vector: Mapping[str, float], names: Iterable[str] = ()) -> list[Profile]:
        """The events with most in common, best first; ties by id."""
        votes: defaultdict[str, float] = defaultdict(float)
        for term, weight in heaviest(vector, ASKED):
            postings = self._events.get(term)
            if postings and len(postings) <= CROWDED:
                for event_id, other in postings.items():
                    votes[event_id] += weight * other
        for gram in names:
            named = self._named.get(gram)
            if named and len(named) <= FAMILIAR:
                for event_id in named:
                    votes[event_id] += NAME
        return [self._profiles[event_id] for event_id, _ in heaviest(votes, BEST)]
