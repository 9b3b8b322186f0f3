"""The watch: every event that something happened to is replayed in event time; alerts, states and mails follow.

One transaction per event, so a crash costs one event's work and the next run does it again with the same result.
Left to others: what holds when (replay), the words (message), sending (minyin.mailing.deliver).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field
from sqlalchemy import Connection, Engine, func, or_, select

from alerts import notices
from alerts.digest import queue_digest
from alerts.features import DAY, WEEK, History, Series, official, platforms
from alerts.message import level_words
from alerts.notices import Desk
from alerts.replay import Case, Standing, Step, Watched, replay
from minyin import timeline
from minyin.accounting import Tally
from minyin.clock import Clock, local_day
from minyin.county import County
from minyin.database import load, load_one, next_number, save, tables
from minyin.handlers import lead_units
from minyin.identity import dated_id
from minyin.model import (
    Alert,
    AlertKind,
    AlertState,
    Document,
    Event,
    EventState,
    RunReport,
    ServiceRequest,
    Value,
)
from minyin.settings import Settings

Ask = Callable[
    [Sequence[Document]], Mapping[str, Sequence[str]]
]  # rule → ids that answer its query

# which outcome an event with several alerts in one run is counted under
WEIGHT = ("raised", "upgraded", "lifted", "follow_up")
OUTCOMES = {
    AlertKind.FIRST: "raised",
    AlertKind.UPGRADE: "upgraded",
    AlertKind.LIFT: "lifted",
    AlertKind.FOLLOW_UP: "follow_up",
}


# states that an alert sends back to 待研判
REOPENED = (EventState.NEW, EventState.WATCHING, EventState.CLOSED, EventState.FALSE_ALARM)


class WatchState(Value):
    """How far one event has been watched (event time), and what cannot be read from its alerts."""

    event_id: str
    watched_to: AwareDatetime
    articles: int = Field(
        description="rows of the event seen, so that a late or moved article is noticed"
    )
    documents: int = Field(description="those of them that count, up to watched_to")
    peak_24h: int = 0
    held_at: AwareDatetime | None = None


def nobody(_: Sequence[Document]) -> Mapping[str, Sequence[str]]:
    """The answers where no rule has a query."""
    return {}


def watch(
    engine: Engine, *, county: County, settings: Settings, clock: Clock, ask: Ask = nobody
) -> RunReport:
    """Raise, raise higher, follow up and lift; queue the mails. Each event looked at has one outcome.

    `ask`: which of these documents answer which rule's query.
    """
    started, desk, tally = clock(), Desk(county, settings, clock), Tally()
    with engine.begin() as connection:
        waiting = _to_watch(connection)
    for event_id in waiting:
        tally.take()
        with engine.begin() as connection:
            tally.give(_watch_one(connection, event_id, desk, ask))
    with engine.begin() as connection:
        queue_digest(connection, desk)
    return tally.report(
        id=f"watch-{started:%Y%m%dT%H%M%S%f}",
        flow="watch",
        started_at=started,
        finished_at=clock(),
    )


def _to_watch(connection: Connection) -> list[str]:
    """Events with articles not watched yet, and events whose level may be lifted; oldest first."""
    a, e, w = tables.articles, tables.events, tables.watch_state
    seen = (
        select(a.c.event_id, func.count().label("n"), func.max(a.c.published_at).label("last"))
        .where(a.c.event_id.is_not(None))
        .group_by(a.c.event_id)
        .subquery()
    )
    statement = (
        select(e.c.id)
        .join(seen, seen.c.event_id == e.c.id)
        .outerjoin(w, w.c.event_id == e.c.id)
        .where(
            or_(
                w.c.event_id.is_(None),
                w.c.articles != seen.c.n,
                w.c.watched_to < seen.c.last,
                e.c.current_level.is_not(None),
            )
        )
    )
    return list(connection.execute(statement.order_by(e.c.first_at, e.c.id)).scalars())


def _watch_one(connection: Connection, event_id: str, desk: Desk, ask: Ask) -> str:
    event = load_one(connection, Event, tables.events, event_id)
    now = desk.clock()
    documents = _documents(connection, event_id)
    known = [d for d in documents if d.published_at <= now]
    if event.state is EventState.MERGED or not known:
        return "gated/merged" if event.state is EventState.MERGED else "unchanged"
    history = History(documents)
    tickets, alerts = _tickets(connection, event_id), _alerts(connection, event_id)
    state = _state(connection, event_id)
    watched = Watched(state.watched_to, state.documents) if state else None
    case = Case(
        history=history,
        tickets=tickets,
        rules=desk.county.rules,
        policy=desk.county.profile.alerts,
        silenced=event.state is EventState.FALSE_ALARM,
        answers=_answers(history, watched, ask),
    )
    start, outcomes = _standing(event, alerts, state), []
    standing = start
    for standing, step in replay(case, start, watched=watched, now=now):  # noqa: B007
        if step:
            event = _take(connection, event, step, case, desk)
            outcomes.append(OUTCOMES[step.kind])
    last = max(d.published_at for d in known)
    save(
        connection,
        tables.watch_state,
        [
            WatchState(
                event_id=event_id,
                watched_to=last,
                articles=len(documents),
                documents=history.seen(last),
                peak_24h=standing.peak,
                held_at=standing.held_at,
            )
        ],
    )
    return _outcome(outcomes, history, now, event)


def _answers(history: History, watched: Watched | None, ask: Ask) -> dict[str, Series]:
    """Who answers the rules' queries; of what was watched before, only who still counts. An authority's reply never does."""
    said = [d for d in history.documents if not official(d)]
    if watched and not watched.missed(history):
        said = [d for d in said if d.published_at > watched.to - DAY]
    by_id = {d.id: d for d in said}
    return {rule: Series(by_id[id] for id in ids) for rule, ids in ask(said).items()}


def _outcome(outcomes: Sequence[str], history: History, now: datetime, event: Event) -> str:
    for outcome in WEIGHT:
        if outcome in outcomes:
            return outcome
    gate = history.gate(now)
    if gate:
        return f"gated/{gate.value}"
    return "gated/false_alarm" if event.state is EventState.FALSE_ALARM else "unchanged"


def _documents(connection: Connection, event_id: str) -> list[Document]:
    a = tables.articles
    statement = select(a).where(a.c.event_id == event_id)
    return load(connection, Document, statement.order_by(a.c.published_at, a.c.id))


def _tickets(connection: Connection, event_id: str) -> list[ServiceRequest]:
    t, link = tables.tickets, tables.event_ticket
    linked = select(link.c.ticket_id).where(link.c.event_id == event_id)
    return load(connection, ServiceRequest, select(t).where(t.c.id.in_(linked)).order_by(t.c.id))


def _alerts(connection: Connection, event_id: str) -> list[Alert]:
    a = tables.alerts
    statement = select(a).where(a.c.event_id == event_id)
    return load(connection, Alert, statement.order_by(a.c.raised_at, a.c.id))


def _state(connection: Connection, event_id: str) -> WatchState | None:
    w = tables.watch_state
    found = load(connection, WatchState, select(w).where(w.c.event_id == event_id))
    return found[0] if found else None


def _standing(event: Event, alerts: Sequence[Alert], state: WatchState | None) -> Standing:
    """Alerts raised or lifted by hand count as well: the rows say where the event stands."""
    last = alerts[-1] if alerts else None
    held = max(
        (at for at in (state.held_at if state else None, last.raised_at if last else None) if at),
        default=None,
    )
    episode = [a for a in alerts if a.kind is not AlertKind.LIFT]
    return Standing(
        level=event.current_level,
        top=event.level,
        peak=state.peak_24h if state else 0,
        held_at=held if event.current_level else None,
        alerted_at=last.raised_at if last else None,
        told_items=episode[-1].counts.get("total", 0) if episode else 0,
        told_rules=frozenset(r.rule_id for a in episode for r in a.reasons),
    )


def _take(connection: Connection, event: Event, step: Step, case: Case, desk: Desk) -> Event:
    """A step becomes an alert row, the event's new state, a line of its story, and a mail."""
    changes: dict[str, Any] = {"current_level": None}
    if step.kind is not AlertKind.LIFT:
        top = max((x for x in (event.level, step.level) if x), key=lambda level: level.rank)
        changes = {"level": top, "current_level": step.level}
        changes["rebound"] = event.rebound or _is_rebound(connection, event, step, case)
        changes["state"] = EventState.TRIAGE if event.state in REOPENED else event.state
    changed = timeline.amend_event(connection, event, **changes)
    alert = _alert(connection, changed, step, case, desk)
    save(connection, tables.alerts, [alert])
    if step.kind is AlertKind.LIFT:
        settle(connection, event.id, alert.raised_at)
    reason = alert.reasons[0].text if alert.reasons else ""
    text = f"{level_words(alert.level)} {alert.kind.label}：{reason}"
    timeline.note(
        connection, event.id, f"alert:{alert.id}", at=alert.raised_at, text=text, object_id=alert.id
    )
    notices.announce(connection, alert, changed, desk)
    return changed


def _is_rebound(connection: Connection, event: Event, step: Step, case: Case) -> bool:
    """A first alert again, within the watching time after the last 解除 or the last ticket's end."""
    if step.kind is not AlertKind.FIRST:
        return False
    lifts = [a.raised_at for a in _alerts(connection, event.id) if a.kind is AlertKind.LIFT]
    ends = lifts + [t.closed_at for t in case.tickets if t.closed_at]
    before = [end for end in ends if end <= step.at]
    # counted in days, from the first new complaint: the alert itself may take another day to become true
    new = case.history.against.window(step.at, DAY)
    began = local_day(new[0].published_at if new else step.at)
    watched = lifts or event.state in (EventState.WATCHING, EventState.CLOSED)
    return bool(watched) and any(
        (began - local_day(end)).days <= case.policy.rebound_days for end in before
    )


def settle(connection: Connection, event_id: str, at: datetime) -> None:
    """Every alert of the event raised until then that still stands is lifted."""
    standing = (AlertState.OPEN, AlertState.ACKNOWLEDGED)
    earlier = [
        a.but(state=AlertState.LIFTED)
        for a in _alerts(connection, event_id)
        if a.raised_at <= at and a.state in standing
    ]
    save(connection, tables.alerts, earlier)


def _alert(connection: Connection, event: Event, step: Step, case: Case, desk: Desk) -> Alert:
    day = local_day(step.at)
    f = step.features
    return Alert(
        id=dated_id("YQ", day, next_number(connection, f"alert:{day:%Y%m%d}")),
        event_id=event.id,
        level=step.level,
        previous_level=step.previous,
        kind=step.kind,
        state=AlertState.LIFTED if step.kind is AlertKind.LIFT else AlertState.OPEN,
        reasons=step.reasons,
        raised_at=step.at,
        generated_at=desk.clock(),
        articles=tuple(d.id for d in _caused(step, case)),
        counts={k: int(f[f"items_{k}"]) for k in ("1h", "6h", "24h", "total")},
        platforms=platforms(case.history, step.at),
        negative_share=f["negative_share_24h"],
        suggested_unit=_unit(event, step, case, desk),
    )


def _caused(step: Step, case: Case) -> list[Document]:
    """The articles that an alert is about, oldest first."""
    caused = case.history.against.window(step.at, DAY)
    if any("repeat_7d" in reason.values for reason in step.reasons):
        caused += case.history.appeals.window(step.at, WEEK)
    for reason in step.reasons:
        if reason.rule_id in case.answers:
            caused += case.answers[reason.rule_id].window(step.at, DAY)
    return Series({d.id: d for d in caused}.values()).documents


def _unit(event: Event, step: Step, case: Case, desk: Desk) -> str | None:
    """Whom the rule names, or who leads the topic."""
    told = {reason.rule_id for reason in step.reasons}
    named = [rule.unit for rule in case.rules if rule.unit and rule.id in told]
    return next(iter([*named, *lead_units(desk.county, event.topic, event.street)]), None)
