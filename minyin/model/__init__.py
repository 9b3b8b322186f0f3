"""The domain model: frozen values, no I/O, no save().

Read it in the order of an article's way: Article → Analysis → Document (`articles`), Event → Alert (`matters`),
ServiceRequest (`tickets`), Brief (`records`). Codes are English and stable (they are stored and searched); `label` is
what people read. Left to others: the county profile (`minyin.county`) and how values are stored (`minyin.database`).
"""

from minyin.model.articles import (
    Analysis,
    Article,
    ArticleKind,
    Channel,
    Context,
    Document,
    Evidence,
    Interactions,
    Opinion,
    PlaceMatch,
    Polarity,
    Span,
)
from minyin.model.base import Labelled, Value
from minyin.model.matters import Alert, AlertKind, AlertState, Event, EventState, Level, LevelReason
from minyin.model.records import Brief, BriefState, Mail, RunReport
from minyin.model.tickets import (
    AppealType,
    Satisfaction,
    ServiceRequest,
    TicketEvent,
    TicketState,
    Urgency,
)

__all__ = [
    "Alert",
    "AlertKind",
    "AlertState",
    "Analysis",
    "AppealType",
    "Article",
    "ArticleKind",
    "Brief",
    "BriefState",
    "Channel",
    "Context",
    "Document",
    "Event",
    "EventState",
    "Evidence",
    "Interactions",
    "Labelled",
    "Level",
    "LevelReason",
    "Mail",
    "Opinion",
    "PlaceMatch",
    "Polarity",
    "RunReport",
    "Satisfaction",
    "ServiceRequest",
    "Span",
    "TicketEvent",
    "TicketState",
    "Urgency",
    "Value",
]
