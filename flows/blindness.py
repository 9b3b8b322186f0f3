"""The daily mail of what Minyin cannot see: sent to the centre once a day, when the first fault of that day is found.

Left to others: what is wrong (`flows.health`), sending (`minyin.mailing.deliver`).
"""

from collections.abc import Sequence
from html import escape

from flows.bootstrap import House
from flows.collect import stop_marks
from flows.health import source_states
from minyin.clock import local
from minyin.database import reading
from minyin.mailing import OutgoingMail, message_id, queue
from minyin.model import Mail

FOOTER = "内部资料 请勿转发 · 系统自动生成 · 有异常时每天一封"


def tell(house: House, findings: Sequence[str]) -> Mail | None:
    """Queue the day's mail; None when there is nothing to tell. Telling twice on one day is telling once."""
    if not findings:
        return None
    day = local(house.clock())
    with reading(house.engine) as connection:
        states = source_states(connection, house.county, house.clock(), stop_marks(house.settings))
    blind = [f"{s.name}（{s.id}）：{s.problem}" for s in states if s.problem]
    lines = [*findings, *(f"　{line}" for line in blind)]
    url = f"{house.settings.console.public_url.rstrip('/')}/health"
    title = f"【监测盲区】{day.month}月{day.day}日：{len(findings)} 项异常，“无舆情”不代表没有"
    body = "".join(f'<p style="margin:6px 0">{escape(line)}</p>' for line in lines)
    mail = OutgoingMail(
        subject=title,
        to=_centre(house),
        text="\n".join([*lines, "", url, "", "——", FOOTER, ""]),
        html=(
            '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"></head>'
            '<body style="max-width:640px;margin:0 auto;padding:12px;font:15px/1.7 sans-serif">'
            f'<h1 style="font-size:18px">{escape(title)}</h1>{body}'
            f'<p><a href="{escape(url, quote=True)}">运行情况</a></p>'
            f'<p style="font-size:13px;color:#555">{FOOTER}</p></body></html>'
        ),
        message_id=message_id(f"blind-{day:%Y%m%d}", house.settings),
        about=f"health:{day:%Y%m%d}",
    )
    settings = house.settings
    with house.engine.begin() as connection:
        return queue(connection, settings.outbox, mail, settings=settings, clock=house.clock)


def _centre(house: House) -> tuple[str, ...]:
    """The centre's head, or whoever is first on duty where the profile names none."""
    duties = house.county.profile.duties
    heads = [duty for duty in duties if "中心" in duty.role]
    return (heads or list(duties))[0].contacts
