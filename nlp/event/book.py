"""Events (DOMAIN §2–4): which articles speak of one matter at one place. Online, in the order of publication.

An article joins the event it fits best, or opens one if a clerk would list it, or waits: chat, praise and routine
notices open nothing, but are looked at again when an event opens. Same input, same events. Left to others: how
bad an event is (alerts), what is done (tickets), merging by hand (console).
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from minyin.model import ArticleKind, Context, Document
from nlp.event.index import EventIndex
from nlp.event.judge import REMARK, REPLIES, Judge
from nlp.event.profile import Member, Profile, Tuning, context, silence_days
from nlp.event.store import PENDING_LIMIT

PENDING_DAYS = 7
FORGET_DAYS = 7  # how often a long-lived book drops what is too old to grow
OUTSIDE = frozenset({Context.ADVERT, Context.ELSEWHERE})
STRAY = 0.15  # a long reply leaves its thread's event only for one that fits so much better


@dataclass(frozen=True)
class Assignment:
    """The article's event, and the articles that waited and joined it now."""

    event_id: str | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Seen:
    """An article ready to be compared."""

    document: Document
    member: Member
    vector: dict[str, float]


class Store(Protocol):
    """Where events are kept: the database (`nlp.event.store`, inside the caller's transaction) or memory."""

    def profiles(self, since: datetime) -> list[Profile]: ...
    def unassigned(self, since: datetime, until: datetime) -> list[Document]: ...
    def events_of(self, ids: Iterable[str]) -> dict[str, str]: ...
    def profile(self, event_id: str) -> Profile | None: ...
    def new_id(self, at: datetime) -> str: ...
    def open(self, profile: Profile) -> None: ...
    def update(self, profile: Profile) -> None: ...
    def tie(self, article_ids: Iterable[str], event_id: str) -> None: ...


class EventBook:
    """Assigns articles to events."""

    def __init__(self, store: Store, judge: Judge, tuning: Tuning | None = None) -> None:
        self._store = store
        self._judge = judge
        self._tuning = tuning or Tuning()
        self._index = EventIndex()
        self._pending: OrderedDict[str, _Seen] = OrderedDict()
        self._loaded_from: datetime | None = None

    def assign(self, document: Document) -> Assignment:
        """Join, open or wait. An article that has an event keeps it, whatever has happened since."""
        known = self._store.events_of(
            {document.id, document.parent_id or "", document.repost_of or ""}
        )
        before = document.event_id or known.get(document.id)
        if before:
            return Assignment(before)
        if OUTSIDE.intersection(document.contexts):
            return Assignment(None)
        self._load(document.published_at)
        seen = self._see(document)
        home = known.get(document.repost_of or "") or known.get(document.parent_id or "")
        target = self._choose(seen, home)
        if target is not None:
            self._join(target, seen)
            return Assignment(target.id)
        if not document.relevant:
            return Assignment(None)
        if opens(document):
            return self._open(seen)
        self._wait(seen)
        return Assignment(None)

    def _see(self, document: Document) -> _Seen:
        member = Member.of(document)
        return _Seen(document, member, self._judge.vector(document, member))

    def _load(self, at: datetime) -> None:
        """Read recent events and waiting articles, once; and again for an article from before that."""
        since = at - timedelta(days=self._tuning.long_window_days)
        if self._loaded_from is not None and self._loaded_from <= since + timedelta(days=1):
            if since - self._loaded_from > timedelta(days=FORGET_DAYS):
                self._index.forget(since)
                self._loaded_from = since
            return
        first = self._loaded_from is None
        self._loaded_from = since
        for profile in self._store.profiles(since):
            if profile.id not in self._index:
                self._remember(profile)
        if first:
            for document in self._store.unassigned(at - timedelta(days=PENDING_DAYS), at):
                self._wait(self._see(document))

    def _choose(self, seen: _Seen, home: str | None) -> Profile | None:
        """The event to join: the home (thread, question, original) unless a long reply clearly belongs elsewhere."""
        document = seen.document
        own = self._profile(home) if home else None
        if own is not None and document.kind not in REPLIES and self._fit(own, seen) < 0:
            own = None  # one template letter, sent from two places: the words repeat, the matter does not
        if own is not None and (not seen.vector or document.kind is not ArticleKind.REPLY):
            return own
        if not document.relevant:
            return own
        best, points = self._best(seen)
        if own is None:
            return best
        if best is None or best.id == own.id:
            return own
        return best if points > self._fit(own, seen) + STRAY else own

    def _best(self, seen: _Seen) -> tuple[Profile | None, float]:
        """The event that fits best, if it fits well enough."""
        best: Profile | None = None
        points = 0.0
        names = self._judge.sketch(seen.member).rare if seen.vector else ()
        for profile in self._index.candidates(seen.vector, names):
            fit = self._fit(profile, seen)
            if fit >= self._needed(profile, seen.document) and fit > points:
                best, points = profile, fit
        return best, points

    def _fit(self, profile: Profile, seen: _Seen) -> float:
        """Points of the text and of its surroundings; a veto of the latter saves looking at the former."""
        points = context(profile, seen.document, seen.vector, self._tuning)
        if points < -1 or not seen.vector or not self._tuning.pairs:
            return points
        return points + self._tuning.pairs * self._judge.log_odds(seen.member, profile)

    def _remember(self, profile: Profile) -> None:
        """An event read from the store, under what its articles say."""
        self._index.put(profile)
        for member in profile.members:
            found = self._judge.sketch(member)
            self._index.put(profile, found.words, found.title_rare)

    def _needed(self, profile: Profile, document: Document) -> float:
        silent = silence_days(profile, document)
        if silent <= self._tuning.window_days:
            return self._tuning.join
        return self._tuning.long_join if silent <= self._tuning.long_window_days else 9.0

    def _profile(self, event_id: str) -> Profile | None:
        found = self._index.get(event_id) or self._store.profile(event_id)
        if found is not None and event_id not in self._index:
            self._remember(found)
        return found

    def _join(self, profile: Profile, seen: _Seen) -> None:
        self._count_in(profile, seen)
        self._store.update(profile)
        self._store.tie([seen.document.id], profile.id)

    def _count_in(self, profile: Profile, seen: _Seen) -> None:
        profile.take(seen.document, seen.vector)
        names = self._judge.sketch(seen.member).title_rare if seen.vector else ()
        self._index.put(profile, seen.vector, names)

    def _open(self, seen: _Seen) -> Assignment:
        document = seen.document
        self._pending.pop(document.id, None)
        profile = Profile(
            id=self._store.new_id(document.published_at),
            first_at=document.published_at,
            last_at=document.published_at,
            first_article=document.id,
        )
        self._count_in(profile, seen)
        also = list(self._gather(profile, document))
        for waiting in also:
            self._pending.pop(waiting.document.id)
            self._count_in(profile, waiting)
        profile.title = profile.title or _first_words(document)
        ids = tuple(waiting.document.id for waiting in also)
        self._store.open(profile)
        self._store.tie([document.id, *ids], profile.id)
        return Assignment(profile.id, ids)

    def _gather(self, profile: Profile, opener: Document) -> Iterator[_Seen]:
        """Waiting articles that belong to the event just opened, and the replies of those that do."""
        taken = {opener.id}
        for waiting in list(self._pending.values()):
            document = waiting.document
            age = opener.published_at - document.published_at
            if abs(age) > timedelta(days=PENDING_DAYS):
                continue
            follows = document.parent_id in taken or document.repost_of in taken
            parent = document.id == opener.parent_id
            needed = self._tuning.join * (0.5 if parent else 1.0)
            if follows or (waiting.vector and self._fit(profile, waiting) >= needed):
                taken.add(document.id)
                yield waiting

    def _wait(self, seen: _Seen) -> None:
        self._pending[seen.document.id] = seen
        oldest = seen.document.published_at - timedelta(days=PENDING_DAYS)
        while self._pending:
            first = next(iter(self._pending.values()))
            if len(self._pending) <= PENDING_LIMIT and first.document.published_at >= oldest:
                return
            self._pending.popitem(last=False)


def opens(document: Document) -> bool:
    """Whether a clerk would list it: a complaint, an appeal, or a serious subject in a telling context."""
    if document.kind is ArticleKind.OFFICIAL_REPLY or not document.relevant:
        return False
    subject = document.topic is not None and document.topic != "T00"
    if document.kind is ArticleKind.REPLY:
        return subject and (document.negative or document.appeal) and len(document.text) >= REMARK
    if document.appeal or (document.negative and (subject or document.street is not None)):
        return True
    return subject and document.severity >= 2 and bool(document.contexts)


def _first_words(document: Document) -> str:
    return document.text.strip()[:29] + ("…" if len(document.text.strip()) > 29 else "")
