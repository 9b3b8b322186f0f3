"""What Kibana 8.8–8.9 takes of each kind of saved object, told again as types: names, kinds and what must be there.

After the schemas that Kibana checks objects with, in its public source: saved searches `plugins/saved_search/server/
saved_objects` (8.8.0), dashboards, visualizations, Lens and data views `…/common/content_management/v1/cm_services`; and,
for what they keep as text, the sample data's own dashboards (panels 8.8.0, Lens `formBased` layers). All of them refuse
an attribute they do not know.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Json


class Shape(BaseModel):
    """Nothing unknown, nothing of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(Shape):
    query: str
    language: Literal["kuery", "lucene"]


class SearchSource(Shape):
    query: Query
    filter: list[Any]
    indexRefName: str | None = None


class Meta(Shape):
    searchSourceJSON: Json[SearchSource]


class TimeRange(Shape):
    from_: str = Field(alias="from")
    to: str


class RefreshInterval(Shape):
    pause: bool
    value: int


class FieldLabel(Shape):
    customLabel: str


class IndexPattern(Shape):
    title: str
    name: str
    timeFieldName: str
    fields: Json[list[Any]]
    fieldAttrs: Json[dict[str, FieldLabel]]
    fieldFormatMap: Json[dict[str, dict[Literal["id", "params"], Any]]]
    sourceFilters: Json[list[Any]]
    runtimeFieldMap: Json[dict[str, Any]]
    typeMeta: Json[dict[str, Any]]


class Search(Shape):
    title: str
    description: str
    columns: list[str]
    sort: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    grid: dict[Literal["columns"], Any]
    hideChart: bool
    isTextBasedQuery: bool
    timeRestore: bool
    timeRange: TimeRange | None = None
    refreshInterval: RefreshInterval | None = None
    kibanaSavedObjectMeta: Meta


class Visualization(Shape):
    title: str
    description: str
    visState: Json[dict[Literal["title", "type", "aggs", "params"], Any]]
    uiStateJSON: Json[dict[str, Any]]
    version: int
    kibanaSavedObjectMeta: Meta


class Grid(Shape):
    x: int = Field(ge=0)
    y: int = Field(ge=0)
    w: int = Field(gt=0, le=48)
    h: int = Field(gt=0)
    i: str


class DashboardPanel(Shape):
    version: str
    type: Literal["lens", "search", "visualization"]
    gridData: Grid
    panelIndex: str
    panelRefName: str
    embeddableConfig: dict[str, Any]


class Options(Shape):
    useMargins: bool
    hidePanelTitles: bool


class Dashboard(Shape):
    title: str
    description: str
    panelsJSON: Json[list[DashboardPanel]]
    optionsJSON: Json[Options]
    timeRestore: bool
    timeFrom: str
    timeTo: str
    refreshInterval: RefreshInterval
    version: int
    kibanaSavedObjectMeta: Meta


class Column(Shape):
    label: str
    customLabel: bool = False
    dataType: Literal["number", "string", "date", "boolean"]
    operationType: Literal["count", "terms", "date_histogram"]
    sourceField: str
    isBucketed: bool
    scale: Literal["ratio", "ordinal", "interval"]
    params: dict[str, Any]


class Layer(Shape):
    columns: dict[str, Column]
    columnOrder: list[str]
    incompleteColumns: dict[str, Any]
    sampling: int


class Layers(Shape):
    layers: dict[str, Layer]


class Sources(Shape):
    formBased: Layers


class LensState(Shape):
    datasourceStates: Sources
    visualization: dict[str, Any]
    query: Query
    filters: list[Any]
    internalReferences: list[Any]
    adHocDataViews: dict[str, Any]


class Lens(Shape):
    title: str
    description: str
    visualizationType: Literal["lnsMetric", "lnsXY"]
    state: LensState


class Reference(Shape):
    name: str
    type: str
    id: str


SHAPES: dict[str, type[Shape]] = {
    "index-pattern": IndexPattern,
    "search": Search,
    "visualization": Visualization,
    "dashboard": Dashboard,
    "lens": Lens,
}
