"""What every value of the model is made of: frozen fields, and codes with the Chinese word for them."""

from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """Base of every value: frozen, unknown fields refused, naive times refused by field type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def but(self, **changes: Any) -> Self:
        """A validated copy with some fields changed."""
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**own, **changes})


class Labelled(StrEnum):
    """A stored code with the Chinese word for it."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member
