"""What `minyin check` looks at beyond the files themselves: that rules and subscriptions can be worked out."""

from flows.subscriptions import check_subscriptions
from flows.watching import rule_faults
from minyin.clock import Clock
from minyin.county import County
from minyin.errors import ProfileError


def check_questions(county: County, clock: Clock) -> int:
    """How many subscriptions are in use. Raises ProfileError with every fault of rules and subscriptions."""
    faults, number = rule_faults(county, clock), 0
    try:
        number = check_subscriptions(county, clock)
    except ProfileError as error:
        faults += error.faults
    if faults:
        raise ProfileError(faults)
    return number
