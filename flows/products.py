"""Products: the monthly brief with the county's own words and the model's own accuracy, and the weekly bulletin as mail."""

import re
from typing import Protocol

from sqlalchemy import Engine

from minyin.clock import Clock
from minyin.county import County
from minyin.mailing import OutgoingMail, message_id, queue
from minyin.model import Brief, Mail
from minyin.settings import Settings
from nlp.linear import DATA
from nlp.words import Segmenter
from reports.brief import BriefOptions, build_brief
from reports.bulletin import week_bounds
from reports.bulletin import weekly as build_weekly

CARD_ROW = re.compile(r"^\| civic_opinion/dev \| polarity \| (\d+) \| ([\d.]+) ", re.MULTILINE)


class Records(Protocol):
    """The part of a house that products are made from."""

    @property
    def settings(self) -> Settings: ...

    @property
    def county(self) -> County: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def segmenter(self) -> Segmenter: ...


def model_statement() -> str:
    """One sentence on the sentiment model's accuracy, read from its card."""
    card = (DATA / "polarity.card.md").read_text(encoding="utf-8")
    found = CARD_ROW.search(card)
    if found is None:
        return "情感倾向由线性模型判定，准确度见模型卡。"
    return f"情感倾向由线性模型判定，在 {found[1]} 条未参与训练的人工标注文本上宏平均 F1 为 {found[2]}；判定仅供参考，重点舆情以人工核实为准。"


def monthly(house: Records, period: str) -> Brief:
    """The draft of a month's brief. Raises InputError for a period that is not YYYY-MM or is already signed."""
    return build_brief(
        house.engine,
        county=house.county,
        settings=house.settings,
        period=period,
        clock=house.clock,
        options=BriefOptions(cut=house.segmenter.cut, model_statement=model_statement()),
    )


def weekly(house: Records) -> Mail:
    """Last week's bulletin, queued for everybody on duty."""
    bulletin = build_weekly(
        house.engine, county=house.county, settings=house.settings, clock=house.clock
    )
    contacts = [contact for duty in house.county.profile.duties for contact in duty.contacts]
    week = f"{week_bounds(house.clock())[0]:%Y-%m-%d}"
    mail = OutgoingMail(
        subject=bulletin.subject,
        to=tuple(dict.fromkeys(contacts)),
        text=bulletin.text,
        html=bulletin.html,
        message_id=message_id(f"bulletin-{week}", house.settings),
        about=f"bulletin:{week}",
    )
    with house.engine.begin() as connection:
        return queue(
            connection, house.settings.outbox, mail, settings=house.settings, clock=house.clock
        )
