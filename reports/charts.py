"""The brief's eight figures: one Vega-Lite specification each, drawn as SVG (HTML, PDF) and PNG (DOCX).

Sober colours, Chinese labels, legible in print. The font comes from a package, so no font of the machine is needed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import pylopdf_fonts_zh_cn
import vl_convert

from minyin.clock import local
from minyin.model import Channel
from reports.metric_events import key_events
from reports.metric_items import NOWHERE
from reports.metrics import Measures
from reports.units import standings

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
FONT = "Noto Sans SC"
BLUE, RED, GREY, TEAL = "#2b5c8a", "#a63d2f", "#8c8c8c", "#4f7f78"
WIDTH = 560  # at 96 dpi this is the text width of an A4 page with official margins
SCALE = 2


@dataclass(frozen=True)
class Picture:
    svg: str
    png: bytes


@cache
def _fonts() -> None:
    vl_convert.register_font_directory(str(FONTS))


def draw(chart: Any) -> Picture:
    """One specification, two files."""
    _fonts()
    styled = (
        chart.configure(font=FONT, background="white")
        .configure_axis(
            labelFont=FONT, titleFont=FONT, labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
            gridColor="#e4e4e4", domainColor="#666", tickColor="#666", labelLimit=220,
        )
        .configure_legend(labelFont=FONT, titleFont=FONT, labelFontSize=12, orient="top", title=None)
        .configure_text(font=FONT)
        .configure_view(stroke=None)
    )  # fmt: skip
    spec = styled.to_json()
    return Picture(
        svg=vl_convert.vegalite_to_svg(spec), png=vl_convert.vegalite_to_png(spec, scale=SCALE)
    )


def charts(measures: Measures, wanted: set[str]) -> dict[str, Picture]:
    """The pictures that a document asks for, by figure id."""
    return {name: draw(MAKERS[name](measures)) for name in sorted(wanted)}


def _data(rows: list[dict[str, Any]]) -> Any:
    return alt.Data(values=rows)


def _days(measures: Measures, series: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"day": f"{int(day[5:7])}/{int(day[8:])}", "order": day, "name": name, "value": value}
        for name, metric in series.items()
        for day, value in measures.rows(metric).items()
    ]


def _lines(measures: Measures, series: Mapping[str, str], colours: list[str], title: str) -> Any:
    rows = _days(measures, series)
    order = list(dict.fromkeys(row["day"] for row in rows))
    colour = alt.Color(
        "name:N", scale=alt.Scale(domain=list(series), range=colours), legend=alt.Legend(title=None)
    )
    dash = alt.StrokeDash(
        "name:N", scale=alt.Scale(domain=list(series), range=[[1, 0], [5, 3], [2, 2]][: len(series)]), legend=None
    )
    return (
        alt.Chart(_data(rows), width=WIDTH, height=220)
        .mark_line(point=alt.OverlayMarkDef(size=22), strokeWidth=1.8)
        .encode(
            x=alt.X("day:O", sort=order, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("value:Q", title=title, axis=alt.Axis(tickMinStep=1, format="d")),
            color=colour,
            strokeDash=dash,
        )
    )


def _daily(measures: Measures) -> Any:
    """图1: volume and negative volume, with the first alerts of key events marked by number."""
    lines = _lines(
        measures, {"信息量": "items_by_day", "负面量": "negative_by_day"}, [BLUE, RED], "条"
    )
    marks = _event_marks(measures)
    if not marks:
        return lines
    names = alt.Chart(_data(marks)).mark_text(
        fontSize=11, color="#333", dy=-9, align="center", baseline="bottom"
    )
    rules = alt.Chart(_data(marks)).mark_rule(color=GREY, strokeDash=[3, 3])
    order = list(dict.fromkeys(row["day"] for row in _days(measures, {"": "items_by_day"})))
    x = alt.X("day:O", sort=order)
    return alt.layer(
        lines,
        rules.encode(x=x, y=alt.Y("value:Q")),
        names.encode(x=x, y=alt.Y("value:Q"), text="label:N"),
    ).resolve_scale(color="shared")


def _event_marks(measures: Measures) -> list[dict[str, Any]]:
    frozen, rows = measures.frozen, measures.rows("items_by_day")
    found: dict[str, list[str]] = {}
    for number, event_id in enumerate(key_events(frozen), 1):
        firsts = [a.raised_at for a in frozen.alerts_of(event_id) if frozen.has(a.raised_at)]
        found.setdefault(local(min(firsts)).date().isoformat(), []).append(f"事件{number}")
    return [
        {"day": f"{int(day[5:7])}/{int(day[8:])}", "value": rows.get(day) or 0, "label": "、".join(names)}
        for day, names in found.items()
    ]


def _bars(rows: list[dict[str, Any]], *, unit: str, step: int = 20, colour: str = BLUE) -> Any:
    """Horizontal bars with their figure at the end, in the order given."""
    base = alt.Chart(_data(rows), width=WIDTH - 60, height=alt.Step(step)).encode(
        y=alt.Y("name:N", sort=None, title=None),
        x=alt.X("value:Q", title=unit, axis=alt.Axis(tickMinStep=1, tickCount=6)),
    )
    text = base.mark_text(align="left", dx=4, fontSize=11).encode(text="text:N")
    return base.mark_bar(color=colour, height={"band": 0.68}) + text


def _row(measures: Measures, metric: str, key: str, name: str) -> dict[str, Any]:
    return {"name": name, "value": measures.value(metric, key), "text": measures.text(metric, key)}


def _polarity(measures: Measures) -> Any:
    """图2: three shares on one bar; a bar is read more exactly than a ring."""
    names = (("positive", "正面"), ("neutral", "中性"), ("negative", "负面"))
    rows = [
        {
            "name": name,
            "order": order,
            "value": measures.value("items_by_polarity", key),
            "text": f"{name} {measures.text('items_by_polarity', key)}条 {measures.text('share_by_polarity', key)}",
        }
        for order, (key, name) in enumerate(names)
    ]
    labels = [row["text"] for row in rows]
    return (
        alt.Chart(_data(rows), width=WIDTH, height=46)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", stack="normalize", title=None, axis=alt.Axis(format="%")),
            color=alt.Color(
                "text:N", scale=alt.Scale(domain=labels, range=[TEAL, "#c9c9c9", RED]), legend=alt.Legend(title=None)
            ),
            order=alt.Order("order:Q"),
        )
    )


def _channels(measures: Measures) -> Any:
    rows = [_row(measures, "items_by_channel", c.value, c.label) for c in Channel if c.public]
    for row, channel in zip(rows, (c for c in Channel if c.public), strict=True):
        share = measures.text("share_by_channel", channel.value)
        row["text"] = f"{row['text']}（{share}）" if row["value"] else row["text"]
    return _bars(sorted(rows, key=lambda r: -r["value"]), unit="条")


def _streets(measures: Measures) -> Any:
    """图4: all streets, negative part in its own colour; 'nowhere' last."""
    names = measures.frozen.reference.streets
    totals = measures.rows("items_by_street")
    order = sorted(names, key=lambda c: -(totals.get(c) or 0))
    rows: list[dict[str, Any]] = []
    for code in [*order, NOWHERE]:
        negative = measures.value("negative_by_street", code) or 0
        name = names.get(code, "全市性/无法定位")
        rows.append({"name": name, "part": "负面", "order": 0, "value": negative})
        rows.append({"name": name, "part": "其他", "order": 1, "value": (totals.get(code) or 0) - negative})
    labels = [
        {"name": names.get(c, "全市性/无法定位"), "value": totals.get(c) or 0, "text": f"{totals.get(c) or 0:.0f}"}
        for c in [*order, NOWHERE]
    ]
    y = alt.Y("name:N", sort=None, title=None)
    parts = alt.Scale(domain=["负面", "其他"], range=[RED, BLUE])
    bars = alt.Chart(_data(rows), width=WIDTH - 60, height=alt.Step(17)).mark_bar(height={"band": 0.7})
    text = alt.Chart(_data(labels)).mark_text(align="left", dx=4, fontSize=11)
    return bars.encode(
        y=y,
        x=alt.X("value:Q", title="条", axis=alt.Axis(tickMinStep=1)),
        color=alt.Color("part:N", scale=parts, legend=alt.Legend(title=None)),
        order=alt.Order("order:Q"),
    ) + text.encode(y=y, x="value:Q", text="text:N")


def _topics(measures: Measures) -> Any:
    names = measures.frozen.reference.topic_names
    rows = [_row(measures, "items_by_topic", key, name) for key, name in names.items()]
    rows = sorted((r for r in rows if r["value"]), key=lambda r: -r["value"])
    rows.append(_row(measures, "items_by_topic", NOWHERE, "未归入监测领域"))
    return _bars(rows, unit="条", step=18)


def _words(measures: Measures) -> Any:
    rows = [_row(measures, "hot_words", word, word) for word, _ in measures.frozen.words]
    return _bars(rows, unit="条", step=16, colour=TEAL)


def _flow(measures: Measures) -> Any:
    series = {
        "新增": "tickets_new_by_day",
        "办结": "tickets_done_by_day",
        "存量": "tickets_open_by_day",
    }
    return _lines(measures, series, [BLUE, TEAL, RED], "件")


def _on_time(measures: Measures) -> Any:
    rows = [
        _row(measures, "unit_on_time_rate", s.unit, s.name)
        for s in standings(measures)
        if s.rank is not None
    ]
    return _bars(rows, unit="%")


MAKERS: dict[str, Callable[[Measures], Any]] = {
    "fig1": _daily,
    "fig2": _polarity,
    "fig3": _channels,
    "fig4": _streets,
    "fig5": _topics,
    "fig6": _words,
    "fig7": _flow,
    "fig8": _on_time,
}
