"""Subscriptions: saved questions whose new answers are mailed, read from `subscriptions.yaml` of the county folder.

The file may be missing. Left to others: the query language (`index.query`), finding and mailing (`flows.subscriptions`).
"""

from pathlib import Path
from typing import Literal

from pydantic import Field

from minyin.errors import ProfileError
from minyin.model import Value
from minyin.yamlfile import read_values

FILE = "subscriptions.yaml"


class Subscription(Value):
    """A question in the query language, who is told, how often, and how many articles one mail lists."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str
    query: str = Field(min_length=1)
    to: tuple[str, ...] = Field(min_length=1, description="mail addresses")
    every: Literal["now", "hour", "day"] = "day"
    at_most: int = Field(20, ge=1, le=100)
    enabled: bool = True


def load_subscriptions(folder: Path) -> tuple[Subscription, ...]:
    """All of a county folder, enabled or not. Raises ProfileError with every fault."""
    path = folder / FILE
    if not path.exists():
        return ()
    found, faults = read_values(path, "subscriptions", Subscription)
    seen: set[str] = set()
    for one in found:
        if one.id in seen:
            faults.append(f"{FILE}:1: 编号 {one.id!r} 出现了两次")
        seen.add(one.id)
        faults += [
            f"{FILE}:1: {one.id} 的收件地址 {to!r} 不是邮箱" for to in one.to if "@" not in to
        ]
    if faults:
        raise ProfileError(faults)
    return found
