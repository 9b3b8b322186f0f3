"""The accounting law: each input of a run gets exactly one outcome, and the sum is asserted."""

from collections import Counter
from datetime import datetime

from minyin.errors import MinyinError
from minyin.model import Context, RunReport

LABELS = {
    "stored": "新入库",
    "updated": "有更新",
    "unchanged": "无变化",
    "repost": "转载归并",
    "rejected": "不予采用",
    "quarantined": "隔离待查",
    "skipped": "略过",
    "failed": "失败",
    "raised": "发布预警",
    "upgraded": "预警升级",
    "lifted": "解除预警",
    "follow_up": "续报",
    "gated": "按语境不预警",
    "superseded": "已由新预警接替",
    "waiting": "未到升级时限",
    "escalated": "已升级通知",
    "quiet": "未到升级时限",
    "kept": "存发件箱",
    "sent": "已发出",
    "reminded": "已提醒",
    "removed": "到期清理",
    "listed": "列表页",
    "joined": "并入首页成一篇",
    "told": "编入订阅邮件",
}
# What "stored" is called where no article is: an import only takes note of rows, tickets are opened
STORED = {"import": "新登记", "open_tickets": "已建单", "handling": "已办"}
REASONS = {
    # pages
    "robots": "网站声明不许抓取",
    "offsite": "链到站外",
    "empty": "没有正文",
    "no_time": "没有发布时间",
    "no_items": "列表里没有条目",
    "not_html": "不是网页",
    "not_feed": "不是订阅源",
    "not_json": "不是 JSON",
    "not_sitemap": "不是站点地图",
    "too_large": "超过大小上限",
    "bad_mapping": "字段映射有误",
    "again": "重复列出",
    "unreachable": "连不上",
    "unreadable": "读不出",
    "refused": "拒绝连接",
    "timeout": "超时",
    "cut_body": "内容不完整",
    "redirect_loop": "循环跳转",
    "stopped": "已停采",
    "site_down": "网站停机",
    "put_off": "网站要求稍后再来",
    "over_limit": "超过一次采集上限",
    "outside_hours": "不在采集时段",
    "out_of_range": "不在日期范围",
    "host_busy": "另一进程正在采集该站",
    "other_source": "已由另一来源采集",
    # rows of tables
    "bad_file": "文件读不出",
    "settling": "文件尚在写入",
    "bad_time": "时间不可识别",
    "future_time": "时间在将来",
    "duplicate_id": "编号重复",
    "no_id": "没有编号",
    "no_text": "没有内容",
    "short_text": "内容过短",
    "bad_number": "数字不可识别",
    "bad_kind": "类别不可识别",
    "bad_row": "行读不出",
    # alerts, tickets, mails, upkeep
    "merged": "已并入其他事件",
    "false_alarm": "已标误报",
    "below_level": "未达所设等级",
    "no_event": "没有事件",
    "day_off": "休息日",
    "recipient": "收件人不可用",
    "analysis": "分析出错",
    "segment": "收件分段",
    "mail": "邮件",
    "irrelevant": "与本地无关",
    "evidence": "存证",
    "aged": "超过保存期限",
    "counted": "超出清单上限，只计数",
    "removed": "已删除",
}


def outcome_label(outcome: str, flow: str = "") -> str:
    """An outcome of a flow as it is shown; a reason without a Chinese name (a status, an error's class) is shown as it is.

    >>> outcome_label("rejected/too_large"), outcome_label("gated/drill"), outcome_label("failed/503")
    ('不予采用（超过大小上限）', '按语境不预警（演练）', '失败（503）')
    >>> outcome_label("skipped"), outcome_label("stored", "import"), outcome_label("stored", "handling")
    ('已见过', '新登记', '已办')
    """
    if outcome == "stored" and flow in STORED:
        return STORED[flow]
    head, _, reason = outcome.partition("/")
    if not reason:
        return "已见过" if head == "skipped" else LABELS.get(head, head)
    return f"{LABELS.get(head, head)}（{_reason(reason)}）"


def _reason(reason: str) -> str:
    contexts = {context.value: context.label for context in Context}
    return REASONS.get(reason) or contexts.get(reason, reason)


class Unbalanced(MinyinError):
    """A run counted an input twice or not at all: a defect of Minyin, never of its input."""


class Tally:
    """Counts one outcome per input while a run goes on."""

    def __init__(self) -> None:
        self.inputs = 0
        self.outcomes: Counter[str] = Counter()

    def take(self, number: int = 1) -> None:
        """So many inputs have come in."""
        self.inputs += number

    def give(self, outcome: str, number: int = 1) -> None:
        """So many inputs have met this outcome."""
        self.outcomes[outcome] += number

    def report(
        self, *, id: str, flow: str, started_at: datetime, finished_at: datetime
    ) -> RunReport:
        """The finished account. Raises Unbalanced when the sum is not the number of inputs."""
        report = RunReport(
            id=id,
            flow=flow,
            started_at=started_at,
            finished_at=finished_at,
            inputs=self.inputs,
            outcomes=dict(sorted(self.outcomes.items())),
        )
        if not report.balanced:
            raise Unbalanced(f"{flow}: {report.inputs} inputs, outcomes {report.outcomes}")
        return report
