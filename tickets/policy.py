"""Which service level a ticket gets, and how urgent an alert makes it (DOMAIN §4.5–4.6)."""

from minyin.county import County, SlaPolicy
from minyin.errors import ProfileError
from minyin.model import AppealType, Level, Urgency

# 红橙→特急/紧急, 黄→紧急, 蓝→一般
URGENCIES = {
    Level.RED: Urgency.CRITICAL,
    Level.ORANGE: Urgency.URGENT,
    Level.YELLOW: Urgency.URGENT,
    Level.BLUE: Urgency.NORMAL,
}


def urgency_of(level: Level | None) -> Urgency:
    return URGENCIES[level] if level else Urgency.NORMAL


def policy_of(county: County, urgency: Urgency, appeal_type: AppealType) -> SlaPolicy:
    """The first policy of sla.yaml that fits, from the top."""
    for policy in county.policies:
        if policy.urgencies and urgency not in policy.urgencies:
            continue
        if policy.appeal_types and appeal_type not in policy.appeal_types:
            continue
        return policy
    raise ProfileError(
        [f"sla.yaml:1: 没有适用于“{urgency.label}·{appeal_type.label}”的时限，请在最后加一条兜底"]
    )


def policy_by_id(county: County, policy_id: str) -> SlaPolicy:
    for policy in county.policies:
        if policy.id == policy_id:
            return policy
    raise ProfileError([f"sla.yaml:1: 没有编号为 {policy_id!r} 的时限，但有工单正在使用它"])
