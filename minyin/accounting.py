"""The accounting law: each input of a run gets exactly one outcome, and the sum is asserted."""

from collections import Counter
from datetime import datetime

from minyin.errors import MinyinError
from minyin.model import RunReport

LABELS = {
    "stored": "新入库",
    "updated": "有更新",
    "unchanged": "无变化",
    "repost": "转载归并",
    "rejected": "不予采用",
    "quarantined": "隔离待查",
    "skipped": "已见过",
    "failed": "失败",
    "raised": "发布预警",
    "upgraded": "预警升级",
    "lifted": "解除预警",
    "follow_up": "续报",
    "gated": "按语境不预警",
    "kept": "存发件箱",
    "sent": "已发出",
    "reminded": "已提醒",
    "removed": "到期清理",
    "listed": "列表页",
    "told": "编入订阅邮件",
}


def outcome_label(outcome: str) -> str:
    """
    >>> outcome_label("rejected/too_large")
    '不予采用（too_large）'
    """
    head, _, reason = outcome.partition("/")
    name = LABELS.get(head, head)
    return f"{name}（{reason}）" if reason else name


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
