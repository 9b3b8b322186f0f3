"""The charts of the Kibana dashboard, and what Lens keeps of one."""

from typing import Any, Literal

from index.ast import All, Exists, Node, Term
from index.elastic_schema import TIMESTAMP
from index.kibana_kql import kibana_kql
from index.mapping import BY_NAME
from minyin.model import Value

Shape = Literal["metric", "bars_by_day", "top"]


class Panel(Value):
    """One chart: how many there are, how many a day (split by `field`), or the most frequent values of `field`."""

    key: str
    title: str
    shape: Shape
    field: str = ""
    node: Node = All()
    layer: str = "l1"


PANELS: tuple[Panel, ...] = (
    Panel(key="volume", title="信息量", shape="metric"),
    Panel(key="negative", title="负面信息量", shape="metric", node=Term("polarity", "negative")),
    Panel(key="days", title="每日信息量，按情感", shape="bars_by_day", field="polarity"),
    Panel(key="channels", title="渠道", shape="top", field="channel"),
    Panel(key="streets", title="镇街", shape="top", field="street"),
    Panel(key="topics", title="主题", shape="top", field="topic"),
    Panel(key="sources", title="来源", shape="top", field="source_name"),
    Panel(
        key="events", title="信息最多的事件", shape="top", field="event_id", node=Exists("event_id")
    ),
)


def lens(panel: Panel) -> dict[str, Any]:
    """The attributes of a `lens` object."""
    query = "" if panel.node == All() else kibana_kql(panel.node)
    columns = _columns(panel)
    layer = {
        "columns": columns,
        "columnOrder": list(columns),
        "incompleteColumns": {},
        "sampling": 1,
    }
    return {
        "title": panel.title,
        "description": "",
        "visualizationType": "lnsMetric" if panel.shape == "metric" else "lnsXY",
        "state": {
            "datasourceStates": {"formBased": {"layers": {panel.layer: layer}}},
            "visualization": _visualization(panel),
            "query": {"query": query, "language": "kuery"},
            "filters": [],
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


_COUNT: dict[str, Any] = {
    "label": "条数",
    "customLabel": True,
    "dataType": "number",
    "operationType": "count",
    "sourceField": "___records___",
    "isBucketed": False,
    "scale": "ratio",
    "params": {"emptyAsNull": False},
}


def _columns(panel: Panel) -> dict[str, dict[str, Any]]:
    """Buckets first: Lens wants them in this order."""
    columns: dict[str, dict[str, Any]] = {}
    if panel.shape == "bars_by_day":
        columns["day"] = {
            "label": "发布时间",
            "dataType": "date",
            "operationType": "date_histogram",
            "sourceField": TIMESTAMP,
            "isBucketed": True,
            "scale": "interval",
            "params": {"interval": "1d", "includeEmptyRows": True, "dropPartials": False},
        }
    if panel.field:
        columns["value"] = {
            "label": BY_NAME[panel.field].label,
            "dataType": "string",
            "operationType": "terms",
            "sourceField": panel.field,
            "isBucketed": True,
            "scale": "ordinal",
            "params": {
                "size": 10,
                "orderBy": {"type": "column", "columnId": "count"},
                "orderDirection": "desc",
                "otherBucket": False,
                "missingBucket": False,
                "parentFormat": {"id": "terms"},
            },
        }
    columns["count"] = _COUNT
    return columns


def _visualization(panel: Panel) -> dict[str, Any]:
    if panel.shape == "metric":
        return {"layerId": panel.layer, "layerType": "data", "metricAccessor": "count"}
    days = panel.shape == "bars_by_day"
    series = "bar_stacked" if days else "bar_horizontal"
    layer = {
        "layerId": panel.layer,
        "layerType": "data",
        "seriesType": series,
        "accessors": ["count"],
        "xAccessor": "day" if days else "value",
    }
    if days:
        layer["splitAccessor"] = "value"
    return {
        "preferredSeriesType": series,
        "legend": {"isVisible": days, "position": "right"},
        "valueLabels": "show" if panel.shape == "top" else "hide",
        "layers": [layer],
    }
