"""The port of the text classifier: polarity, appeal, urgency and alarm of one text.

Three implementations: the linear model (`nlp.opinion.linear`), the cascade that asks the encoder where the linear one is
unsure (`nlp.opinion.cascade`), and a county's own model (`nlp.opinion.transformer`). Left to others: which context a text stands in
(`nlp.opinion.contexts`) and what is done about it (alerts).
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from minyin.model import Channel, Opinion, Polarity
from nlp.opinion.signals import evidence

CLASSES = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)
FLAGS = ("appeal", "urgent", "alert")
Floats = NDArray[np.float32]

# What sources are called in bulk files and in training sets, as a channel the product knows.
CHANNELS = {
    **{channel.value: channel for channel in Channel},
    **{channel.label: channel for channel in Channel},
    "civic_msg": Channel.BOARD,
    "civic_msg_2": Channel.BOARD,
    "civic_msg_3": Channel.BOARD,
    "leader_board": Channel.BOARD,
    "official_reply": Channel.BOARD,
    "hot_title": Channel.OTHER,
    "cctv_news": Channel.NEWS,
    "incident_news": Channel.NEWS,
    "weibo_civic": Channel.WEIBO,
    "weibo_mood": Channel.WEIBO,
    "weibo_topic": Channel.WEIBO,
    "weibo_stance": Channel.WEIBO,
    "weibo_hot": Channel.WEIBO,
    "论坛": Channel.FORUM,
    "贴吧": Channel.FORUM,
    "公众号": Channel.WECHAT,
    "微信": Channel.WECHAT,
    "热线": Channel.HOTLINE,
    "12345": Channel.HOTLINE,
    "政务": Channel.GOV,
    "政府网站": Channel.GOV,
    "官媒": Channel.NEWS,
    "媒体": Channel.NEWS,
    "新闻": Channel.NEWS,
    "门户": Channel.NEWS,
    "网格": Channel.GRID,
    "留言": Channel.BOARD,
    "留言板": Channel.BOARD,
    "领导留言板": Channel.BOARD,
    "问政": Channel.BOARD,
    "抖音": Channel.VIDEO,
    "快手": Channel.VIDEO,
    "视频": Channel.VIDEO,
}


def channel_of(source_type: str | None, unknown: Channel = Channel.OTHER) -> Channel:
    """The channel of a source's name; `unknown` where it says nothing.

    >>> channel_of("论坛"), channel_of("forum"), channel_of(None)
    (<Channel.FORUM: 'forum'>, <Channel.FORUM: 'forum'>, <Channel.OTHER: 'other'>)
    """
    return CHANNELS.get((source_type or "").strip(), unknown)


class Judgement(NamedTuple):
    """Calibrated probabilities of n texts."""

    polarity: Floats  # n × 3, in the order of CLASSES
    flags: Floats  # n × 3, in the order of FLAGS; the border of each is 0.5


class Classifier(Protocol):
    """One opinion per text, in order; `channels` has the length of `texts`."""

    def classify(self, texts: Sequence[str], channels: Sequence[Channel]) -> list[Opinion]: ...


def opinions_of(texts: Sequence[str], judged: Judgement) -> list[Opinion]:
    """What the probabilities mean, with the places that show an appeal."""
    return [_opinion(*one) for one in zip(texts, judged.polarity, judged.flags, strict=True)]


def _opinion(text: str, polarity: Floats, flags: Floats) -> Opinion:
    best = int(polarity.argmax())
    appeal, urgent, alert = (float(flag) for flag in flags)
    return Opinion(
        polarity=CLASSES[best],
        confidence=round(float(polarity[best]), 3),
        score=round(float(polarity[2] + 0.5 * polarity[1]), 3),
        appeal=appeal > 0.5,
        urgent=urgent > 0.5,
        alert=round(alert, 3),
        reasons=evidence(text, CLASSES[best], appeal=appeal > 0.5),
    )


def softmax(margins: Floats) -> Floats:
    powers = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def sigmoid(margins: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(margins, -60, 60))), np.float32)
