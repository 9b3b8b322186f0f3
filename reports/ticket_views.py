"""A month's tickets as sets: carried over, new, due, done, left (DOMAIN §2.4 carry-over line, §2.5).

本月应办 = 上月结转 + 本月新增 − 作废 − 合并；结转下月 = 应办 − 办结. The sets are made once here, so every rate has
the base it names.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from minyin.model import Satisfaction, ServiceRequest, TicketState
from reports.frozen import Frozen

DROPPED = (TicketState.MERGED, TicketState.VOID)


@dataclass(frozen=True)
class Flow:
    carried: tuple[ServiceRequest, ...]
    new: tuple[ServiceRequest, ...]
    merged: tuple[ServiceRequest, ...]
    void: tuple[ServiceRequest, ...]
    due: tuple[ServiceRequest, ...]
    done: tuple[ServiceRequest, ...]
    left: tuple[ServiceRequest, ...]


def log_ends(frozen: Frozen) -> dict[str, datetime]:
    """When each ticket last entered a closed state, by its log."""
    ends: dict[str, datetime] = {}
    for line in frozen.ticket_log:
        if line.to_state.closed and not (line.from_state and line.from_state.closed):
            ends[line.ticket_id] = line.at
        elif not line.to_state.closed:
            ends.pop(line.ticket_id, None)
    return ends


def ended_at(ticket: ServiceRequest, ends: dict[str, datetime]) -> datetime | None:
    return ticket.closed_at or ends.get(ticket.id)


def flow(frozen: Frozen) -> Flow:
    ends = log_ends(frozen)
    started = [t for t in frozen.tickets if t.received_at < frozen.end]
    ended = {t.id: ended_at(t, ends) for t in started}

    def open_before(ticket: ServiceRequest, at: datetime) -> bool:
        end = ended[ticket.id]
        return end is None or end >= at

    carried = [t for t in started if t.received_at < frozen.start and open_before(t, frozen.start)]
    new = [t for t in started if t.received_at >= frozen.start]
    both = carried + new
    finished = [t for t in both if frozen.has(ended[t.id])]
    dropped = {t.id for t in finished if t.state in DROPPED}
    due = [t for t in both if t.id not in dropped]
    done = [t for t in finished if t.id not in dropped]
    done_ids = {t.id for t in done}
    return Flow(
        carried=tuple(carried),
        new=tuple(new),
        merged=tuple(t for t in finished if t.state is TicketState.MERGED),
        void=tuple(t for t in finished if t.state is TicketState.VOID),
        due=tuple(due),
        done=tuple(done),
        left=tuple(t for t in due if t.id not in done_ids),
    )


def finish_of(ticket: ServiceRequest, ends: dict[str, datetime]) -> datetime | None:
    """What the deadline is compared with: the reply (late_closed := replied_at > due_at), else the closing."""
    return ticket.replied_at or ended_at(ticket, ends)


def due_in_window(frozen: Frozen) -> list[tuple[ServiceRequest, bool]]:
    """Tickets whose deadline fell into the window, and whether they were finished by it."""
    ends = log_ends(frozen)
    found = []
    until = min(frozen.end, frozen.cutoff)
    for ticket in frozen.tickets:
        if ticket.state in DROPPED or ticket.due_at is None:
            continue
        if frozen.start <= ticket.due_at < until:
            finish = finish_of(ticket, ends)
            found.append((ticket, finish is not None and finish <= ticket.due_at))
    return found


def signed_in_time(frozen: Frozen) -> list[tuple[ServiceRequest, bool]]:
    """Tickets dispatched in the window whose signing was due or done, and whether it was in time."""
    until = min(frozen.end, frozen.cutoff)
    found = []
    for ticket in frozen.tickets:
        if not frozen.has(ticket.dispatched_at) or ticket.sign_due_at is None:
            continue
        if ticket.signed_at is not None:
            found.append((ticket, ticket.signed_at <= ticket.sign_due_at))
        elif ticket.sign_due_at < until:
            found.append((ticket, False))
    return found


def overdue_at(frozen: Frozen, at: datetime, ends: dict[str, datetime]) -> list[ServiceRequest]:
    """Open, unanswered and past due at an instant."""
    found = []
    for ticket in frozen.tickets:
        if ticket.state in DROPPED or ticket.received_at >= at:
            continue
        finish = finish_of(ticket, ends)
        if ticket.due_at is not None and ticket.due_at < at and (finish is None or finish >= at):
            found.append(ticket)
    return found


def visited(frozen: Frozen) -> list[ServiceRequest]:
    """Valid visits of the window; not reached or not rated is left out (DOMAIN §2.5)."""
    return [
        t
        for t in frozen.tickets
        if frozen.has(t.visited_at) and t.satisfaction is not Satisfaction.NONE
    ]


def satisfied(ticket: ServiceRequest) -> bool:
    return ticket.satisfaction in (Satisfaction.SATISFIED, Satisfaction.FAIRLY)


def nights(frozen: Frozen) -> list[datetime]:
    """24:00 of every day of the window that had passed by the cut-off."""
    all_nights = [frozen.start + timedelta(days=n + 1) for n in range(frozen.days)]
    return [at for at in all_nights if at <= frozen.cutoff]
