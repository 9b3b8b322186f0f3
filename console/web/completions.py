"""Suggestions for the query bar, with values that really occur where a field has no closed list.

The page shows them without any script (a datalist, and a list under the box for the asking); with it they follow the
cursor (static/suggest.js).
"""

from console.web.desk import Desk
from index.bounds import MAX_LENGTH
from index.mapping import Field
from index.port import SearchRequest
from index.suggest import Suggestion, place_of, suggest

FREQUENT = 30


def completions(desk: Desk, question: str, cursor: int | None = None) -> list[Suggestion]:
    """At most a dozen; none for what is no question any more."""
    at = len(question) if cursor is None else min(max(cursor, 0), len(question))
    if len(question) > MAX_LENGTH:
        return []
    owner = place_of(question, at).owner
    values = {owner.name: _occurring(desk, owner)} if owner else {}
    return suggest(question, at, values, names=desk.names)


def _occurring(desk: Desk, field: Field) -> list[str]:
    """The most frequent values of a field without names of its own."""
    if field.name == "source_id":
        return [source.id for source in desk.house.county.sources]
    if not field.facet or field.kind == "bool" or field.name in desk.names.tables:
        return []
    request = SearchRequest(limit=0, facets=(field.name,), facet_size=FREQUENT, highlight=False)
    return [bucket.key for bucket in desk.house.store.search(request).facets[field.name]]
