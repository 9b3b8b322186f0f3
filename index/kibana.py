"""Kibana's saved objects as NDJSON: a data view with Chinese field names, saved searches, a dashboard.

Shapes are those of Kibana 8.9's own exports (core 8.8.0); later 8.x and 9.x bring older objects up to date when they
are imported. Ids come from the index's name, so a second import replaces the first. Left to others: which searches
(console) and how a question is written in Kibana's KQL (`index.kibana_kql`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from index.ast import Node
from index.elastic_schema import TIMESTAMP
from index.kibana_kql import kibana_kql
from index.kibana_panels import PANELS, Panel, lens
from index.mapping import SEARCHED
from index.names import Names
from minyin.model import Value

CORE = "8.8.0"
VERSIONS = {
    "index-pattern": "8.0.0",
    "search": "8.0.0",
    "lens": "8.9.0",
    "visualization": "8.5.0",
    "dashboard": "8.7.0",
}
COLUMNS = ("title", "source_name", "street", "topic", "polarity", "event_id")
WIDTH = 48  # of a dashboard, in Kibana's grid

SavedObject = dict[str, Any]


class SavedSearch(Value):
    """A search to be saved in Kibana. `since` is Kibana's date math, empty for all time; `key` makes the id."""

    key: str
    name: str
    note: str = ""
    node: Node
    since: str = ""


def saved_objects(
    index: str, names: Names, searches: Sequence[SavedSearch], links: Mapping[str, str]
) -> list[SavedObject]:
    """Everything to import, what is referred to before what refers to it. `links`: name → address of Minyin's pages."""
    view = data_view(index, names)
    made = [search(index, one) for one in searches]
    charts = [lens_object(index, panel) for panel in PANELS]
    shown = [*charts, *made[:1], links_panel(index, links)]
    return [view, *made, *charts, shown[-1], dashboard(index, shown)]


def ndjson(objects: Iterable[SavedObject]) -> str:
    """One object a line, and the line of counts that Kibana's exports end with."""
    lines = [json.dumps(one, ensure_ascii=False, sort_keys=True) for one in objects]
    summary = {"exportedCount": len(lines), "missingRefCount": 0, "missingReferences": []}
    return "\n".join(
        [*lines, json.dumps(summary | {"excludedObjects": [], "excludedObjectsCount": 0}), ""]
    )


def object_id(index: str, kind: str, key: str = "") -> str:
    return str(uuid5(NAMESPACE_URL, f"minyin:{index}:{kind}:{key}"))


def data_view(index: str, names: Names) -> SavedObject:
    """Fields are shown by their Chinese names, codes by the words for them."""
    labels = {field.name: {"customLabel": field.label} for field in SEARCHED}
    formats: dict[str, Any] = {
        field: {"id": "static_lookup", "params": {"lookupEntries": _entries(table)}}
        for field, table in names.tables.items()
    }
    formats["url"] = {"id": "url", "params": {"labelTemplate": "{{value}}"}}
    attributes = {
        "title": index,
        "name": f"民音 {index}",
        "timeFieldName": TIMESTAMP,
        "fieldAttrs": _json(labels | {TIMESTAMP: {"customLabel": "发布时间"}}),
        "fieldFormatMap": _json(formats),
        "fields": "[]",
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
        "typeMeta": "{}",
    }
    return _object("index-pattern", object_id(index, "index-pattern"), attributes, [])


def _entries(table: Mapping[str, tuple[str, ...]]) -> list[dict[str, str]]:
    """Code → its first name."""
    words: dict[str, str] = {}
    for label, codes in table.items():
        if len(codes) == 1:
            words.setdefault(codes[0], label)
    return [{"key": code, "value": word} for code, word in words.items()]


def search(index: str, one: SavedSearch) -> SavedObject:
    source = {
        "query": {"query": kibana_kql(one.node), "language": "kuery"},
        "filter": [],
        "indexRefName": "kibanaSavedObjectMeta.searchSourceJSON.index",
    }
    attributes: dict[str, Any] = {
        "title": one.name,
        "description": one.note,
        "columns": list(COLUMNS),
        "sort": [[TIMESTAMP, "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": bool(one.since),
        "kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)},
    }
    if one.since:
        attributes["timeRange"] = {"from": one.since, "to": "now"}
        attributes["refreshInterval"] = {"pause": True, "value": 60000}
    reference = _view("kibanaSavedObjectMeta.searchSourceJSON.index", index)
    return _object("search", object_id(index, "search", one.key), attributes, [reference])


def lens_object(index: str, panel: Panel) -> SavedObject:
    reference = _view(f"indexpattern-datasource-layer-{panel.layer}", index)
    return _object("lens", object_id(index, "lens", panel.key), lens(panel), [reference])


def links_panel(index: str, links: Mapping[str, str]) -> SavedObject:
    """What only Minyin's database can answer, as links to the pages that do."""
    lines = "\n".join(f"- [{name}]({url})" for name, url in links.items())
    text = f"以下查询要用事件、预警和工单的记录，请在民音控制台查看：\n\n{lines}"
    state = {
        "title": "民音控制台",
        "type": "markdown",
        "aggs": [],
        "params": {"fontSize": 12, "openLinksInNewTab": True, "markdown": text},
    }
    attributes = {
        "title": "民音控制台",
        "description": "",
        "visState": _json(state),
        "uiStateJSON": "{}",
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": _json({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    return _object("visualization", object_id(index, "visualization", "links"), attributes, [])


def dashboard(index: str, shown: Sequence[SavedObject]) -> SavedObject:
    """The charts two in a row, numbers small and first; lists over the whole width."""
    panels, references = [], []
    places = _places([one["type"] for one in shown])
    for number, (one, place) in enumerate(zip(shown, places, strict=True), 1):
        name = f"panel_{number}"
        panels.append(
            {
                "version": "8.8.0",
                "type": one["type"],
                "gridData": {**place, "i": str(number)},
                "panelIndex": str(number),
                "embeddableConfig": {"enhancements": {}},
                "panelRefName": name,
            }
        )
        references.append({"name": f"{number}:{name}", "type": one["type"], "id": one["id"]})
    attributes = {
        "title": "民音：舆情总览",
        "description": "近 7 天的信息量、负面、镇街、主题、渠道和事件",
        "panelsJSON": _json(panels),
        "optionsJSON": _json({"useMargins": True, "hidePanelTitles": False}),
        "timeRestore": True,
        "timeFrom": "now-7d/d",
        "timeTo": "now",
        "refreshInterval": {"pause": True, "value": 60000},
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": _json({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    return _object("dashboard", object_id(index, "dashboard"), attributes, references)


def _places(kinds: Sequence[str]) -> list[dict[str, int]]:
    """Cells in reading order: two columns for charts, a whole row for everything else."""
    places, x, y = [], 0, 0
    for kind in kinds:
        width = WIDTH // 2 if kind == "lens" else WIDTH
        if x + width > WIDTH:
            x, y = 0, y + 12
        places.append({"x": x, "y": y, "w": width, "h": 12})
        x += width
    return places


def _view(name: str, index: str) -> dict[str, str]:
    return {"name": name, "type": "index-pattern", "id": object_id(index, "index-pattern")}


def _object(kind: str, id: str, attributes: dict[str, Any], references: list[Any]) -> SavedObject:
    return {
        "type": kind,
        "id": id,
        "attributes": attributes,
        "references": references,
        "managed": False,
        "coreMigrationVersion": CORE,
        "typeMigrationVersion": VERSIONS[kind],
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
