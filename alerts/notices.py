"""Who is told of an alert, and when: at once, or one step up when nobody confirms.

Left to others: the hourly digest of 蓝 (digest), the words (message), raising alerts (watch), sending (minyin.mailing).
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import Connection, Engine, select

from alerts.message import (
    AlertFacts,
    clock_words,
    footer,
    html,
    level_words,
    plain,
    sections,
    subject,
)
from alerts.timers import deadlines
from minyin import timeline
from minyin.accounting import Tally
from minyin.clock import Clock
from minyin.county import County, Duty
from minyin.database import load, load_one, tables
from minyin.mailing import OutgoingMail, message_id, queue
from minyin.model import (
    Alert,
    AlertKind,
    AlertState,
    Document,
    Event,
    Level,
    Polarity,
    RunReport,
    ServiceRequest,
)
from minyin.settings import Settings
from minyin.workdays import WorkCalendar, load_calendar
from nlp.event.title import title_of, title_rank


class Desk:
    """What composing needs beside the alert: the county, the settings and the calendar, opened once per run."""

    def __init__(self, county: County, settings: Settings, clock: Clock) -> None:
        self.county = county
        self.settings = settings
        self.clock = clock
        self.calendar: WorkCalendar = load_calendar(county.folder)

    @property
    def url(self) -> str:
        return self.settings.console.public_url.rstrip("/")

    def duties(self, level: Level) -> list[Duty]:
        return [duty for duty in self.county.profile.duties if level in duty.levels]

    def facts(self, connection: Connection, alert: Alert, event: Event) -> AlertFacts:
        """An alert with what had been said and done when it was raised."""
        articles, links = tables.articles, tables.event_ticket
        of_event = select(articles).where(articles.c.event_id == event.id)
        ordered = of_event.order_by(articles.c.published_at, articles.c.id)
        said = tuple(
            load(connection, Document, ordered.where(articles.c.published_at <= alert.raised_at))
        )
        later = load(connection, Document, ordered.where(articles.c.published_at > alert.raised_at))
        linked = select(links.c.ticket_id).where(links.c.event_id == event.id)
        tickets = select(tables.tickets).where(tables.tickets.c.id.in_(linked))
        due = deadlines(alert.level, alert.raised_at, self.county.profile.alerts, self.calendar)
        return AlertFacts(
            alert=alert,
            event=named_then(event, said, later),
            documents=said,
            tickets=tuple(load(connection, ServiceRequest, tickets.order_by(tables.tickets.c.id))),
            due=due,
            public_url=self.url,
        )


def named_then(event: Event, said: Sequence[Document], later: Iterable[Document]) -> Event:
    """The event by the name it had then: what is told late, or again, bears no headline of afterwards.

    An alert is about what is wrong, so those who say so name it before the others do.
    """
    if event.title not in map(title_of, later):
        return event
    ranked = [
        (one.polarity is Polarity.NEGATIVE, title_rank(one, 0.0, first=number == 0), -number, title)
        for number, one in enumerate(said)
        if (title := title_of(one))
    ]
    return event.model_copy(update={"title": max(ranked)[-1]}) if ranked else event


def announce(connection: Connection, alert: Alert, event: Event, desk: Desk) -> None:
    """Queue the mail of an alert; 蓝 waits for the hourly digest, and its end is read in the console."""
    if alert.level in desk.county.profile.alerts.digest:
        return
    to = contacts(desk.duties(alert.level))
    if to:
        facts = desk.facts(connection, alert, event)
        _queue(connection, facts, desk, name=alert.id, to=to, headline=subject(facts, desk.county))


def announce_check(connection: Connection, alert_id: str, desk: Desk) -> None:
    """The confirmation or correction that follows an automatic mail, once a person has looked (DOMAIN §3.3).

    Called after `acknowledge` or `mark_false_alarm`, in the same transaction; 蓝 was never mailed alone.
    """
    alert = load_one(connection, Alert, tables.alerts, alert_id)
    word = {AlertState.ACKNOWLEDGED: "已核实", AlertState.FALSE_ALARM: "更正"}.get(alert.state)
    to = contacts(desk.duties(alert.level))
    if word is None or not to or alert.level in desk.county.profile.alerts.digest:
        return
    event = load_one(connection, Event, tables.events, alert.event_id)
    facts = desk.facts(connection, alert, event)
    headline = f"{subject(facts, desk.county).rpartition('[')[0]}[{word}]"
    _queue(connection, facts, desk, name=f"{alert.id}.{alert.state}", to=to, headline=headline)


def contacts(duties: Sequence[Duty]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(contact for duty in duties for contact in duty.contacts))


def _queue(
    connection: Connection,
    facts: AlertFacts,
    desk: Desk,
    *,
    name: str,
    to: tuple[str, ...],
    headline: str,
) -> None:
    """One thread per event: the event's own id is the root that every mail refers to."""
    alert = facts.alert
    found = sections(facts, desk.county)
    verified = alert.state is AlertState.ACKNOWLEDGED
    foot = footer(desk.county, clock_words(alert.raised_at), verified=verified)
    earlier = select(tables.alerts.c.id).where(
        tables.alerts.c.event_id == alert.event_id, tables.alerts.c.raised_at < alert.raised_at
    )
    ids = connection.execute(earlier.order_by(tables.alerts.c.raised_at)).scalars()
    thread = [alert.event_id, *ids, *([alert.id] if name != alert.id else [])]
    mail = OutgoingMail(
        subject=headline,
        to=to,
        text=plain(found, foot),
        html=html(found, foot, headline=headline, level=alert.level),
        message_id=message_id(name, desk.settings),
        references=tuple(message_id(each, desk.settings) for each in thread),
        about=alert.id,
    )
    queue(connection, desk.settings.outbox, mail, settings=desk.settings, clock=desk.clock)


# --- nobody confirms --------------------------------------------------------------------------------------------


def escalate(engine: Engine, *, county: County, settings: Settings, clock: Clock) -> RunReport:
    """Tell the next duty step of alerts that nobody confirmed in time, once per step (DOMAIN §3.4).

    The clock starts when the mail could be read (generated_at): a back-fill wakes nobody for last month.
    """
    started, desk, tally = clock(), Desk(county, settings, clock), Tally()
    with engine.begin() as connection:
        a = tables.alerts
        statement = select(a).where(
            a.c.state == AlertState.OPEN.value, a.c.kind != AlertKind.FOLLOW_UP.value
        )
        waiting = load(connection, Alert, statement.order_by(a.c.raised_at, a.c.id))
        newest = {alert.event_id: alert.id for alert in waiting}
        for alert in waiting:
            tally.take()
            current = newest[alert.event_id] == alert.id
            tally.give(_escalate(connection, alert, desk) if current else "superseded")
    return tally.report(
        id=f"escalate-{started:%Y%m%dT%H%M%S%f}",
        flow="escalate",
        started_at=started,
        finished_at=clock(),
    )


def _escalate(connection: Connection, alert: Alert, desk: Desk) -> str:
    """Every step whose turn has come and that was not told yet gets a mail."""
    steps = [d for d in desk.county.profile.duties if alert.level not in d.levels]
    due = deadlines(alert.level, alert.generated_at, desk.county.profile.alerts, desk.calendar).ack
    wait = due - alert.generated_at
    late = desk.clock() - due
    turns = 0 if late < timedelta(0) else 1 + int(late / max(wait, timedelta(minutes=1)))
    if not turns:
        return "waiting"
    if not steps:
        return "at_top"
    told = 0
    event = load_one(connection, Event, tables.events, alert.event_id)
    for number, duty in enumerate(steps[:turns], start=1):
        key = f"escalation:{alert.id}:{number}"
        if _noted(connection, event.id, key):
            continue
        facts = desk.facts(connection, alert, event)
        headline = f"【超时未确认·升级至{duty.role}】{subject(facts, desk.county)}"
        name = f"{alert.id}.step{number}"
        _queue(connection, facts, desk, name=name, to=duty.contacts, headline=headline)
        text = f"{level_words(alert.level)} {alert.id} 超时未确认，已升级通知{duty.role}"
        timeline.note(connection, event.id, key, at=desk.clock(), text=text, object_id=alert.id)
        told += 1
    return "escalated" if told else "told_before"


def _noted(connection: Connection, event_id: str, key: str) -> bool:
    line = tables.timeline
    found = select(line.c.key).where(line.c.event_id == event_id, line.c.key == key)
    return connection.execute(found).first() is not None
