"""The port of the text classifier: polarity, appeal and urgency of one text.

Two implementations: the linear model that ships (`nlp.linear`) and a transformer, where an operator has one.
Left to others: which context a text stands in (`nlp.contexts`) and what is done about it (alerts).
"""

from collections.abc import Sequence
from typing import Protocol

from minyin.model import Channel, Opinion


class Classifier(Protocol):
    """One opinion per text, in order; `channels` has the length of `texts`."""

    def classify(self, texts: Sequence[str], channels: Sequence[Channel]) -> list[Opinion]: ...
