"""Products: the monthly brief with the county's own words and the model's own accuracy, and the weekly bulletin as mail."""

import re
from typing import Protocol

from sqlalchemy import Engine

from minyin import audit
from minyin.clock import Clock
from minyin.county import County
from minyin.mailing import OutgoingMail, message_id, queue
from minyin.model import Brief, Mail
from minyin.settings import Settings
from nlp.encoder import FOLDER
from nlp.normal import DATA
from reports.brief import BriefOptions, build_brief
from reports.bulletin import week_bounds
from reports.bulletin import weekly as build_weekly
from reports.correction import Grounds, correct_brief

# setting → (what it is called, its card, the row of the civic set in it)
CARDS = {
    "linear": ("线性模型", DATA / "polarity.card.md", "civic_opinion/dev"),
    "cascade": ("线性模型与编码器级联", FOLDER / "encoder.card.md", "civic_opinion/dev·级联"),
}


class Cutter(Protocol):
    """`nlp.words.Segmenter`."""

    def cut(self, text: str) -> list[str]: ...


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
    def segmenter(self) -> Cutter: ...


def model_statement(polarity: str) -> str:
    """One sentence on the accuracy of what the setting `nlp.polarity` names, read from its card."""
    if polarity not in CARDS:
        return "情感倾向由本单位自备的模型判定，准确度以该模型的说明为准；判定仅供参考，重点舆情以人工核实为准。"
    name, card, row = CARDS[polarity]
    found = re.search(
        rf"^\| {re.escape(row)} \| polarity \| (\d+) \| ([\d.]+) ",
        card.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    if found is None:
        return f"情感倾向由{name}判定，准确度见模型卡。"
    return f"情感倾向由{name}判定，在 {found[1]} 条未参与训练的人工标注文本上宏平均 F1 为 {found[2]}；判定仅供参考，重点舆情以人工核实为准。"


def monthly(house: Records, period: str) -> Brief:
    """The draft of a month's brief. Raises InputError for a period that is not YYYY-MM or is already signed."""
    return build_brief(
        house.engine,
        county=house.county,
        settings=house.settings,
        period=period,
        clock=house.clock,
        options=BriefOptions(
            cut=house.segmenter.cut,
            model_statement=model_statement(house.settings.nlp.polarity),
        ),
    )


def correct(house: Records, period: str, *, actor: str, reason: str) -> Brief:
    """A corrected edition of a signed brief, and who made it on record. Raises InputError as `correct_brief` does."""
    grounds = Grounds(reason=reason, made_by=actor, at=house.clock())
    with house.engine.begin() as connection:
        made = correct_brief(
            connection, period, grounds, county=house.county, cut=house.segmenter.cut
        )
        audit.record(
            connection,
            at=grounds.at,
            actor=actor,
            action="brief.correct",
            object_id=period,
            detail={"reason": reason, "number": made.corrections},
        )
    return made


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
