"""The comparison as a table that people read: ids, counts and shares, no texts."""

from collections.abc import Iterable

from minyin.model import Level
from samples.planted import truths
from samples.results import Comparison
from samples.scores import Score

SHOWN_IDS = 12
POLARITIES = {"negative": "负", "neutral": "中", "positive": "正"}


def table_of(result: Comparison) -> str:
    """The whole table in Chinese."""
    parts = (_texts(result), _events(result), _alerts(result), _rest(result))
    return "\n".join(
        ["示例县比对（演示数据，纯属虚构）", *(line for part in parts for line in part)]
    )


def _ids(ids: Iterable[str]) -> str:
    known = list(ids)
    more = f" 等 {len(known)} 条" if len(known) > SHOWN_IDS else ""
    return "、".join(known[:SHOWN_IDS]) + more if known else "无"


def _share(score: Score) -> str:
    return (
        f"准确 {score.precision:.1%}（{score.right}/{score.found}），"
        f"召回 {score.recall:.1%}（{score.right}/{score.planted}），F1 {score.f1:.3f}"
    )


def _label(level: Level | None) -> str:
    return level.label if level else "无"


def _texts(result: Comparison) -> list[str]:
    items = result.items
    return [
        "",
        f"一、条目：写下 {items.planted}，找到 {items.found}，缺 {len(items.missing)}",
        f"  缺：{_ids(items.missing)}",
        f"  正文与原文不一致：{_ids(items.differing)}",
        f"  时间不一致：{_ids(items.wrong_time)}",
    ]


def _events(result: Comparison) -> list[str]:
    names = {truth.event: truth.name for truth in truths()}
    lines = [
        "",
        f"二、事件：B³ 准确 {result.cubed.precision:.3f}，召回 {result.cubed.recall:.3f}，"
        f"F1 {result.cubed.f1:.3f}；预警等级相符 {result.levels_right}/{len(result.events)}",
        "  事件    纯度    召回   块数  应有等级 → 实有等级  工单 实/应  名称",
    ]
    for event in result.events:
        mark = "相符" if event.level_right else "不符"
        lines.append(
            f"  {event.matter:<5} {event.share.precision:>6.1%} {event.share.recall:>6.1%} {event.pieces:>5}  "
            f"{_label(event.expected)} → {_label(event.raised)}（{mark}）  "
            f"{event.tickets}/{event.tickets_expected}  {names[event.matter]}"
        )
    return lines


def _levels(counts: dict[str, int]) -> str:
    parts = [f"{level.label} {counts[level.value]}" for level in Level if level.value in counts]
    return "、".join(parts) or "无"


def _alerts(result: Comparison) -> list[str]:
    alerts = result.alerts
    traps = sorted(alerts.false_traps.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        "",
        f"三、预警：共 {alerts.alerts} 次",
        f"  预埋事件之外的背景：{_levels(alerts.background)}；条目 {_ids(alerts.background_items)}",
        f"  其中按规则字面应为黄的六篇媒体负面报道，报出：{_ids(alerts.by_the_letter)}",
        f"  860 条单条：{_levels(alerts.singles)}",
        f"  其中该报的：{_share(alerts.should)}",
        f"  误报按类型：{'、'.join(f'{name} {count}' for name, count in traps) or '无'}",
    ]


def _rest(result: Comparison) -> list[str]:
    masks, opinion = result.masks, result.opinion
    kinds = "、".join(f"{kind} {count}" for kind, count in sorted(masks.extra.items())) or "无"
    confusion = "、".join(
        f"{'→'.join(POLARITIES[name] for name in pair.split('>'))} {count}"
        for pair, count in opinion.confusion.items()
    )
    return [
        "",
        f"四、镇街：{_share(result.places)}",
        f"五、遮蔽：应遮 {masks.strings} 处，遮住 {masks.recall:.1%}；漏遮条目 {_ids(masks.leaks)}",
        f"  未列为个人信息而被遮的 {masks.extra_share:.1%}（共 {masks.spans} 处）：{kinds}；条目 {_ids(masks.extra_items)}",
        f"六、转载归并：{_share(result.reposts)}",
        f"七、倾向（{opinion.texts} 条）：宏平均 F1 {opinion.macro_f1:.3f}，诉求判断正确 {opinion.appeal:.1%}；{confusion}",
    ]
