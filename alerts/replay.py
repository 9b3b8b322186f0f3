"""An event's alerts worked out in event time: pure, so a back-fill raises what a live run would have raised.

The rules are asked at the time of each article; between articles only one thing can happen, 解除, and the moments at
which it can are few (something leaves a window, a ticket is answered). Left to others: rows and mails (watch).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerts.features import DAY, WEEK, History, Series, measure
from alerts.grading import Grade, grade
from minyin.county import AlertPolicy, AlertRule
from minyin.model import AlertKind, Context, Level, LevelReason, ServiceRequest

# a lifted 蓝 opens again only on a new peak: half as loud as ever and three items at least. Without this the slow burn
# of the sample (a post a week) was raised and lifted 17 times in a quarter
REOPEN_SHARE, REOPEN_ITEMS = 0.5, 3
# a 续报 needs news: another rule, or half as many items again as the last mail told
GROWTH = 1.5


@dataclass(frozen=True)
class Standing:
    """Where an event's alerts stand at a moment."""

    level: Level | None = None
    top: Level | None = None
    peak: int = 0
    held_at: datetime | None = None
    alerted_at: datetime | None = None
    told_items: int = 0
    told_rules: frozenset[str] = frozenset()

    @property
    def rank(self) -> int:
        return self.level.rank if self.level else 0


@dataclass(frozen=True)
class Watched:
    """How far the event was watched before, and how many documents that took."""

    to: datetime
    documents: int

    def missed(self, history: History) -> bool:
        return history.seen(self.to) != self.documents


@dataclass(frozen=True)
class Step:
    """One alert to be raised: what became true, when, and the numbers of that moment."""

    kind: AlertKind
    level: Level
    previous: Level | None
    at: datetime
    reasons: tuple[LevelReason, ...]
    features: dict[str, float]


@dataclass(frozen=True)
class Case:
    """What a replay needs to know of one event and of the county's rules."""

    history: History
    tickets: Sequence[ServiceRequest]
    rules: Sequence[AlertRule]
    policy: AlertPolicy
    silenced: bool = False  # marked 误报: only a level never reached before speaks again
    # by rule, the documents that answer its query, as far back as is still looked at
    answers: Mapping[str, Series] = field(default_factory=dict)

    def look(
        self, at: datetime, *, since: datetime | None = None
    ) -> tuple[dict[str, float], Grade]:
        """Numbers and level at a moment; `since` counts repeated appeals after that only."""
        overdue = sum(is_overdue(ticket, at) for ticket in self.tickets)
        features = measure(self.history, at, overdue_tickets=overdue, repeats_since=since)
        hits = {rule: series.count(at, DAY) for rule, series in self.answers.items()}
        return features, grade(features, self.rules, hits)

    def answered(self, at: datetime) -> datetime | None:
        """When the last of the event's tickets was answered; None while one is not, or there is none."""
        known = [t for t in self.tickets if t.received_at <= at]
        ends = [t.replied_at or t.closed_at for t in known]
        answers = [end for end in ends if end is not None and end <= at]
        return max(answers) if answers and len(answers) == len(known) else None

    def watched_after_answer(self, at: datetime) -> bool:
        """The observation time after a ticket's answer, in which any new alarm is a rebound (DOMAIN §4.6)."""
        answer = self.answered(at)
        return bool(answer and at - answer <= timedelta(days=self.policy.rebound_days))

    def unanswered(self, at: datetime) -> bool:
        return any(t.received_at <= at for t in self.tickets) and self.answered(at) is None


def is_overdue(ticket: ServiceRequest, at: datetime) -> bool:
    """Past due and not answered at that moment (DOMAIN §4.5)."""
    answered = ticket.replied_at or ticket.closed_at
    return bool(
        ticket.due_at and ticket.due_at < at and not (answered is not None and answered <= at)
    )


def replay(
    case: Case, standing: Standing, *, watched: Watched | None, now: datetime
) -> Iterator[tuple[Standing, Step | None]]:
    """The standing after every moment, with the alert it raised if any.

    Moments watched before are looked at again only when an article came late, and only for a level never reached.
    """
    moments = sorted({d.published_at for d in case.history.documents if d.published_at <= now})
    late = watched is not None and watched.missed(case.history)
    cursor = watched.to if watched else (moments[0] if moments else now)
    for moment in moments:
        if watched and moment <= watched.to:
            standing, step = _late(case, standing, moment) if late else (standing, None)
        else:
            lifted = _quiet(case, standing, after=cursor, before=moment)
            if lifted:
                standing = _after(standing, lifted)
                yield standing, lifted
            standing, step = _at(case, standing, moment)
            cursor = moment
        yield standing, step
    lifted = _quiet(case, standing, after=cursor, before=now + timedelta(microseconds=1))
    if lifted:
        yield _after(standing, lifted), lifted


def _late(case: Case, standing: Standing, moment: datetime) -> tuple[Standing, Step | None]:
    if case.history.gate(moment):
        return standing, None
    features, found = case.look(moment)
    if found.rank <= (standing.top.rank if standing.top else 0):
        return standing, None
    step = _raise(standing, found, features, moment)
    return _after(standing, step), step


def _at(case: Case, standing: Standing, moment: datetime) -> tuple[Standing, Step | None]:
    """What an article's moment brings: nothing, a first alert, a rise, a follow-up, or the gate's lift."""
    gate = case.history.gate(moment)
    if gate:
        step = _gated(case, standing, gate, moment)
        return (_after(standing, step), step) if step else (standing, None)
    features, found = case.look(moment)
    if standing.level is None and standing.top and found.rank <= standing.top.rank:
        # after 解除 only new appeals count as repeated: the old ones have had an alert of this level
        features, found = case.look(moment, since=standing.alerted_at)
    items = int(features["items_24h"])
    step = None
    if found.rank > standing.rank and _may_open(case, standing, found, items, moment):
        step = _raise(standing, found, features, moment)
    elif found.rank == standing.rank and _has_news(case, standing, found, features, moment):
        step = Step(
            AlertKind.FOLLOW_UP,
            found.level or Level.BLUE,
            standing.level,
            moment,
            found.reasons,
            features,
        )
    if step:
        standing = _after(standing, step)
    if standing.level and _pressing(case, moment, found).rank >= standing.rank:
        standing = replace(standing, held_at=moment)
    if standing.level:
        standing = replace(standing, peak=max(standing.peak, items))
    return standing, step


def _pressing(case: Case, moment: datetime, found: Grade) -> Grade:
    """The level without repeated appeals that a ticket has answered: they raise an alert, they do not keep it up."""
    answer = case.answered(moment)
    return case.look(moment, since=answer)[1] if answer else found


def _may_open(case: Case, standing: Standing, found: Grade, items: int, moment: datetime) -> bool:
    """A level never reached always may; after 解除 it takes a new peak, 黄, or an answer that did not hold."""
    top = standing.top.rank if standing.top else 0
    if standing.level or found.rank > top:
        return True
    if case.silenced:
        return False
    new_peak = items >= max(REOPEN_ITEMS, REOPEN_SHARE * standing.peak)
    return found.rank > Level.BLUE.rank or new_peak or case.watched_after_answer(moment)


def _has_news(
    case: Case, standing: Standing, found: Grade, features: dict[str, float], moment: datetime
) -> bool:
    """续报 of 黄 and above, past the cooldown; 蓝 is told again only when it is settled (DOMAIN §3.4)."""
    if standing.level is None or standing.level is Level.BLUE or standing.alerted_at is None:
        return False
    cooldown = timedelta(minutes=case.policy.cooldown_minutes[standing.level])
    if moment < standing.alerted_at + cooldown:
        return False
    rules = {reason.rule_id for reason in found.reasons}
    return (
        bool(rules - standing.told_rules) or features["items_total"] >= GROWTH * standing.told_items
    )


def _raise(standing: Standing, found: Grade, features: dict[str, float], moment: datetime) -> Step:
    kind = AlertKind.UPGRADE if standing.level else AlertKind.FIRST
    return Step(kind, found.level or Level.BLUE, standing.level, moment, found.reasons, features)


def _after(standing: Standing, step: Step) -> Standing:
    """The standing once a step has been taken."""
    if step.kind is AlertKind.LIFT:
        return replace(standing, level=None, held_at=None, alerted_at=step.at)
    top = max((x for x in (standing.top, step.level) if x), key=lambda level: level.rank)
    items = int(step.features["items_24h"])
    return Standing(
        level=step.level,
        top=top,
        peak=max(standing.peak, items),
        held_at=step.at,
        alerted_at=step.at,
        told_items=int(step.features["items_total"]),
        told_rules=standing.told_rules | {reason.rule_id for reason in step.reasons}
        if standing.level
        else frozenset(reason.rule_id for reason in step.reasons),
    )


# --- lifting ----------------------------------------------------------------------------------------------------


def _gated(case: Case, standing: Standing, gate: Context, moment: datetime) -> Step | None:
    """An alert whose event turns out to be a drill, old news or elsewhere is taken back at once."""
    if standing.level is None:
        return None
    reason = LevelReason(rule_id="gate", text=f"多数信息属{gate.label}，不再预警")
    features = measure(case.history, moment)
    return Step(AlertKind.LIFT, standing.level, standing.level, moment, (reason,), features)


def _quiet(case: Case, standing: Standing, *, after: datetime, before: datetime) -> Step | None:
    """The first moment in (after, before) at which the level may be lifted (DOMAIN §3.3)."""
    if standing.level is None or standing.held_at is None:
        return None
    hours = case.policy.quiet_hours_to_lift[standing.level]
    earliest = standing.held_at + timedelta(hours=hours)
    if earliest >= before:
        return None
    for moment in _turning_points(case, earliest, after):
        if not (after < moment < before and moment >= earliest):
            continue
        features, found = case.look(moment)
        calm = features["items_24h"] < case.policy.lift_share_of_peak * max(standing.peak, 1)
        pressing = _pressing(case, moment, found)
        if calm and pressing.rank < standing.rank and not case.unanswered(moment):
            return _settled(standing, features, moment, hours)
    return None


def _turning_points(case: Case, earliest: datetime, after: datetime) -> list[datetime]:
    """When something changes without an article: an item leaves a window, a ticket is answered."""
    recent = case.history.window(after, WEEK + DAY)
    points = {d.published_at + span for d in recent for span in (DAY, WEEK)}
    answered = {t for ticket in case.tickets for t in (ticket.replied_at, ticket.closed_at) if t}
    return sorted(points | answered | {earliest})


def _settled(standing: Standing, features: dict[str, float], moment: datetime, hours: int) -> Step:
    level = standing.level or Level.BLUE
    text = (
        f"24 小时信息 {features['items_24h']:.0f} 条，低于峰值 {standing.peak} 条的两成，"
        f"规则不再成立已满 {hours} 小时，关联工单均已反馈或无关联工单"
    )
    values = {"items_24h": features["items_24h"], "peak_24h": float(standing.peak)}
    reason = LevelReason(rule_id="quiet", text=text, values=values)
    return Step(AlertKind.LIFT, level, level, moment, (reason,), features)
