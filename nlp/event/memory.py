"""Events kept in memory alone: what clustering a file needs of a store, without a database."""

from collections.abc import Iterable
from datetime import datetime

from minyin.model import Document
from nlp.event.profile import Profile


class MemoryStore:
    """Events numbered from 1 in the order of their opening; `event_of` is what came out."""

    def __init__(self, prefix: str = "E") -> None:
        self.event_of: dict[str, str] = {}
        self._profiles: dict[str, Profile] = {}
        self._prefix = prefix

    def profiles(self, since: datetime) -> list[Profile]:
        return [profile for profile in self._profiles.values() if profile.last_at >= since]

    # nothing waits here from an earlier run
    def unassigned(self, since: datetime, until: datetime) -> list[Document]:  # noqa: ARG002
        return []

    def events_of(self, ids: Iterable[str]) -> dict[str, str]:
        return {id: self.event_of[id] for id in ids if id in self.event_of}

    def profile(self, event_id: str) -> Profile | None:
        return self._profiles.get(event_id)

    # a file's events are numbered through, not by day
    def new_id(self, at: datetime) -> str:  # noqa: ARG002
        return f"{self._prefix}{len(self._profiles) + 1:06d}"

    def open(self, profile: Profile) -> None:
        self._profiles[profile.id] = profile

    def update(self, profile: Profile) -> None:
        self._profiles[profile.id] = profile

    def tie(self, article_ids: Iterable[str], event_id: str) -> None:
        for id in article_ids:
            self.event_of.setdefault(id, event_id)
