"""Recent events in memory, found by the terms they share with an article; no scan of all events."""

from collections import defaultdict

from nlp.eventprofile import Profile

ASKED = 60  # heaviest terms of the article
CROWDED = 300  # a term of more events than this tells nothing
BEST = 12  # events compared in full


class EventIndex:
    def __init__(self) -> None:
        self._profiles: dict[str, Profile] = {}
        self._events: defaultdict[str, set[str]] = defaultdict(set)

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._profiles

    def get(self, event_id: str) -> Profile | None:
        return self._profiles.get(event_id)

    def put(self, profile: Profile, new_terms: dict[str, float] | None = None) -> None:
        """Add or refresh an event; with `new_terms` only those are added. Terms it lost since may linger, harmlessly."""
        self._profiles[profile.id] = profile
        for term in profile.terms if new_terms is None else new_terms:
            self._events[term].add(profile.id)

    def candidates(self, vector: dict[str, float]) -> list[Profile]:
        """The events with most weight in common, best first; ties by id."""
        votes: defaultdict[str, float] = defaultdict(float)
        heaviest = sorted(vector.items(), key=lambda item: (-item[1], item[0]))[:ASKED]
        for term, weight in heaviest:
            events = self._events.get(term, ())
            if len(events) <= CROWDED:
                for event_id in events:
                    votes[event_id] += weight * self._profiles[event_id].terms.get(term, 0.0)
        for event_id in votes:
            profile = self._profiles[event_id]
            votes[event_id] /= max(profile.length, 1e-9)
        ranked = sorted(votes, key=lambda event_id: (-votes[event_id], event_id))
        return [self._profiles[event_id] for event_id in ranked[:BEST]]
