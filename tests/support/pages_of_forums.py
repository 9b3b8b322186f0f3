"""Threads as forums of many makes lay them out, all from the same posts: what is read back must be these posts.

Each layout is written after the markup of a widespread program or of a kind of site, with its clutter; none is a copy.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Said(NamedTuple):
    """What a page shows of one post."""

    number: int
    author: str
    at: str
    text: str
    official: bool = False


TITLE = "东湖路的路灯坏了半个月没人修"
POSTS = (
    Said(501, "路人甲", "2026-8-1 08:16", "东湖路从小学到菜场那一段，路灯坏了半个月，晚上接孩子看不见路。\n打过两次电话，都说登记了，到现在没人来。"),
    Said(502, "小鱼儿2008", "2026-8-1 09:02", "顶"),
    Said(507, "老街坊", "2026-8-1 21:40", "我们这边也是，昨天还有老人摔了一跤，希望有关部门重视起来，不要再拖下去了。"),
    Said(533, "邳州市城市管理局", "2026-8-3 10:05", "您好，您反映的问题已转路灯管理所，计划三日内完成维修，感谢您的监督。", official=True),
)  # fmt: skip
NAV = '<div id="hd"><a href="/">首页</a> <a href="/forum-2-1.html">民生</a> <a href="/forum-3-1.html">车友会</a></div>'
SIDE = (
    '<div class="side"><h3>最新主题</h3><ul>'
    + "".join(
        f'<li><a href="/thread-{n}-1-1.html">周末哪里可以带孩子去玩的推荐贴</a> <span>2026-7-{n}</span></li>'
        for n in range(11, 19)
    )
    + '</ul></div><div id="ft">Powered by X &copy; 2001-2026 GMT+8, 2026-11-1 09:30 , Processed in 0.03 second(s)</div>'
)
CRUMBS = '<div class="crumb">当前位置：<a href="/">论坛</a> &gt; <a href="/forum-2-1.html">民生</a></div>'


def page(body: str, title: str = TITLE) -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title} - 民生 - 某县论坛</title></head>"
        f"<body>{NAV}{CRUMBS}<div id='wp'>{body}</div>{SIDE}</body></html>"
    )


def broken(text: str, mark: str = "<br />") -> str:
    return text.replace("\n", f"{mark}\r\n")


def discuz(posts: Sequence[Said]) -> str:
    """Discuz! X3: a table per post, name in the left cell, time in the right, signature and tools below."""
    blocks = "".join(
        f"""<div id="post_{p.number}" class="plhin"><table id="pid{p.number}" class="plhin"><tr><td class="pls" rowspan="2"><div id="favatar{p.number}" class="pls favatar">
<div class="pi"><div class="authi"><a href="space-uid-{p.number + 9000}.html" target="_blank" class="xw1">{p.author}</a></div></div>
<div class="tns xg2"><table><tr><th><p><a href="#">12</a></p>主题</th><td><p><a>345</a></p>积分</td></tr></table></div><p><em>金牌会员</em></p><p>注册时间 2009-5-6</p></div></td>
<td class="plc"><div class="pi"><strong><a href="#" id="postnum{p.number}">{"楼主" if n == 0 else f"<em>{n + 1}</em><sup>#</sup>"}</a></strong><div class="pti"><div class="authi">
<em id="authorposton{p.number}">发表于 {f'<span title="{p.at}:00">昨天&nbsp;08:16</span>' if n == 0 else p.at}</em><span class="pipe">|</span><a href="#" rel="nofollow">只看该作者</a></div></div></div>
<div class="pct"><div class="pcb">{'<div class="quote"><blockquote>路人甲 发表于 2026-8-1 08:16<br />东湖路从小学到菜场</blockquote></div>' if n == 2 else ""}<div class="t_fsz"><table cellspacing="0"><tr><td class="t_f" id="postmessage_{p.number}">{'<i class="pstatus"> 本帖最后由 路人甲 于 2026-8-1 08:20 编辑 </i><br />' if n == 0 else ""}{broken(p.text)}</td></tr></table></div><div id="comment_{p.number}" class="cm"></div></div></div></td></tr>
<tr><td class="plc plm"><div class="sign">签名：平平淡淡才是真，2026年加油</div></td></tr><tr><td class="plc"><div class="po"><a class="fastre" href="#">回复</a> <a href="#">举报</a></div></td></tr></table></div>"""
        for n, p in enumerate(posts)
    )
    return page(
        f'<div id="pgt"><a href="thread-77-2-1.html" class="nxt">下一页</a></div><div id="postlist" class="pl bm"><table><tr><td class="pls ptn"><span>查看: 812|回复: 3</span></td>'
        f'<td><h1 class="ts"><span id="thread_subject">{TITLE}</span></h1></td></tr></table>{blocks}</div>'
    )


def phpbb(posts: Sequence[Said]) -> str:
    """phpBB 3: the byline holds name and time in one line, the colours of posts change."""
    blocks = "".join(
        f"""<div id="p{p.number}" class="post has-profile bg{n % 2 + 1}"><div class="inner"><dl class="postprofile" id="profile{p.number}"><dt><a href="./memberlist.php?mode=viewprofile&amp;u={p.number}" class="username">{p.author}</a></dt>
<dd class="profile-posts"><strong>帖子:</strong> <a href="#">25</a></dd><dd><strong>注册:</strong> 2019-03-02 10:10</dd></dl><div class="postbody"><div id="post_content{p.number}"><h3><a href="#p{p.number}">Re: {TITLE}</a></h3>
<p class="author"><a class="unread" href="#"><span class="sr-only">帖子</span></a> <span class="responsive-hide">由 <strong><a href="./memberlist.php?mode=viewprofile&amp;u={p.number}" class="username">{p.author}</a></strong> » </span><time datetime="{_iso(p.at)}">{p.at}</time></p>
<div class="content">{broken(p.text)}</div></div></div></div></div><hr class="divider" />"""
        for n, p in enumerate(posts)
    )
    return page(f'<h2 class="topic-title"><a href="./viewtopic.php?t=77">{TITLE}</a></h2>{blocks}')


def rows(posts: Sequence[Said]) -> str:
    """A board of the year 2000: no classes, one table row names and dates, the next holds the words."""
    cells = "".join(
        f'<tr bgcolor="#eeeeee"><td><b>{p.author}</b> 发表于 {p.at}</td><td align="right">第{n}楼</td></tr><tr><td colspan="2">{broken(p.text)}</td></tr>'
        for n, p in enumerate(posts, start=1)
    )
    return page(
        f'<center><font size="4"><b>{TITLE}</b></font></center><table width="98%" border="1">{cells}</table>'
    )


def opener_and_replies(posts: Sequence[Said]) -> str:
    """A newer site: the opening post like an article, the replies a list below it."""
    first, rest = posts[0], posts[1:]
    replies = "".join(
        f"""<li class="reply-item" data-id="{p.number}"><img class="avatar" src="/a.png" alt=""><div class="reply-main"><div class="reply-meta"><span class="nickname">{p.author}</span>
{'<span class="badge">官方回复</span>' if p.official else ""}<span class="floor">{n}楼</span></div><div class="reply-content">{broken(p.text)}</div><div class="reply-foot"><span class="time">{p.at}</span><a>回复</a><a>赞 3</a></div></div></li>"""
        for n, p in enumerate(rest, start=2)
    )
    paragraphs = "".join(f"<p>{line}</p>" for line in first.text.split("\n"))
    return page(
        f"""<article class="topic"><h1>{TITLE}</h1><div class="topic-meta"><a class="nickname" href="/u/9">{first.author}</a><span>发布于 {first.at}</span><span>阅读 812</span></div>
<div class="topic-body">{paragraphs}</div></article><section class="replies"><h2>全部回复（{len(rest)}）</h2><ul>{replies}</ul></section>"""
    )


def floors(posts: Sequence[Said]) -> str:
    """A byline in words over each post, as old big boards had it."""
    blocks = "".join(
        f'<div class="atl-item" id="{p.number}"><div class="atl-head"><div class="atl-info"><span>作者：<a href="/home/{p.number}">{p.author}</a></span> <span>时间：{p.at}:00</span></div></div><div class="atl-content"><div class="bbs-content">　　{broken(p.text, "<br>　　")}</div></div><div class="atl-reply">{n}楼 | 打赏 | 回复 | 评论</div></div>'
        for n, p in enumerate(posts, start=1)
    )
    return page(f"<h1>{TITLE}</h1>{blocks}")


def definitions(posts: Sequence[Said]) -> str:
    """A definition list: name and time in the term, the words in the description."""
    items = "".join(
        f"<dt>{p.author} <small>{p.at}</small></dt><dd>{broken(p.text)}</dd>" for p in posts
    )
    return page(f"<h2>{TITLE}</h2><dl class='talk'>{items}</dl>")


def hashed(posts: Sequence[Said]) -> str:
    """Class names that a build tool made; nothing says what is what but the place."""
    blocks = "".join(
        f'<div class="x1a2b"><div class="c9f"><img src="/a.png"><a href="/user/{p.number}" class="k3">{p.author}</a></div><div class="z7"><div class="q0">{broken(p.text)}</div><div class="m4"><span>{p.at}</span><span>江苏</span><span>回复</span></div></div></div>'
        for p in posts
    )
    return page(f'<div class="h8"><h1>{TITLE}</h1></div><div class="w5">{blocks}</div>')


# --- layouts that were written after the rules, to see what these are worth ------------------------------------


def bold_names(posts: Sequence[Said]) -> str:
    """A table per post, the name in bold on the left, the time in a row of its own with the address."""
    return page(
        f"<b>主题：{TITLE}</b>"
        + "".join(
            f"<table class=tableborder1><tr><td width=175 valign=top><font color=#990000><b>{p.author}</b></font><br>等级：侠客<br>文章：120<br>注册：2005-3-4</td>"
            f"<td><img src=face.gif> <b></b><br>{broken(p.text)}</td></tr><tr><td>10.2.2.2</td><td>{p.at}:00</td></tr></table>"
            for p in posts
        )
    )


def big_names(posts: Sequence[Said]) -> str:
    """The time in the head of each table, the name in a cell, the words in another."""
    return page(
        "<div id=posts>"
        + "".join(
            f"<table id=post{p.number}><tr><td class=thead><a name=post{p.number}><img></a> {p.at}</td><td class=thead align=right>#<a href=showpost.php?p={p.number}><strong>{n}</strong></a></td></tr>"
            f"<tr><td class=alt2><a class=bigusername href=member.php?u={p.number}>{p.author}</a><div class=smallfont>注册日期: 2010-02-03<br>帖子: 88</div></td>"
            f"<td class=alt1 id=td_post_{p.number}><div id=post_message_{p.number}>{broken(p.text)}</div></td></tr></table>"
            for n, p in enumerate(posts, 1)
        )
        + "</div>"
    )


def empty_times(posts: Sequence[Said]) -> str:
    """The time stands in an attribute only, for a script to show."""
    return page(
        f"<h1>{TITLE}</h1><ul>"
        + "".join(
            f"<li data-pid={p.number}><a href='/user/{p.author}'><img></a><strong><a href='/user/{p.author}'>{p.author}</a></strong><a class=permalink href='/post/{p.number}'>"
            f"<span class=timeago title='{_iso(p.at)}'></span></a><div class=content><p>{broken(p.text)}</p></div><div class=post-tools><a>回复</a><a>引用</a><span class=votes>3</span></div></li>"
            for p in posts
        )
        + "</ul>"
    )


def two_boxes(posts: Sequence[Said]) -> str:
    """The opening post in one box, the replies in another of the same make."""
    first, rest = posts[0], posts[1:]
    replies = "".join(
        f"<div id=r_{p.number} class=cell><table><tr><td><img class=avatar></td><td><div class=fr><span class=no>{n}</span></div><strong><a href='/member/{p.author}' class=dark>{p.author}</a></strong> "
        f"<span class=ago>{p.at}</span><div class=reply_content>{broken(p.text)}</div></td></tr></table></div>"
        for n, p in enumerate(rest, 1)
    )
    return page(
        f"<div class=box><div class=header><h1>{TITLE}</h1><small class=gray><a href='/member/{first.author}'>{first.author}</a> · {first.at} · 812 次点击</small></div>"
        f"<div class=cell><div class=topic_content>{broken(first.text)}</div></div></div><div class=box>{replies}</div>"
    )


def guest_book(posts: Sequence[Said]) -> str:
    """Labels in a line over each entry."""
    return page(
        f"<h2>{TITLE}</h2>"
        + "".join(
            f"<div class=ly><p>网友：{p.author}　时间：{p.at}</p><p class=nr>{broken(p.text)}</p></div>"
            for p in posts
        )
    )


def _iso(at: str) -> str:
    day, clock = at.split(" ")
    year, month, date = day.split("-")
    return f"{year}-{int(month):02d}-{int(date):02d}T{clock}:00+08:00"


LAYOUTS: dict[str, Callable[[Sequence[Said]], str]] = {
    "discuz": discuz,
    "phpbb": phpbb,
    "rows": rows,
    "opener_and_replies": opener_and_replies,
    "floors": floors,
    "definitions": definitions,
    "hashed": hashed,
    "bold_names": bold_names,
    "big_names": big_names,
    "empty_times": empty_times,
    "two_boxes": two_boxes,
    "guest_book": guest_book,
}


# --- questions to offices ---------------------------------------------------------------------------------------

ASKED = "滨湖小区自来水发黄，烧开后有沉淀，老人孩子不敢喝，请尽快检测水质。"
ANSWERED = (
    "您好！经检测，发黄系二次供水水箱未清洗所致，现已清洗完毕，水质合格。感谢您的关心与支持。"
)
QUESTION = "滨湖小区自来水发黄"


def letter_table(answered: bool) -> str:
    """信件选登: a table of labels and values."""
    rows = [("信件编号", "20260801-17"), ("来信人", "张**"), ("来信时间", "2026-08-01 08:16"), ("信件内容", ASKED)]  # fmt: skip
    if answered:
        rows += [("答复单位", "某县水务局"), ("答复时间", "2026-08-03 10:05"), ("答复内容", ANSWERED)]  # fmt: skip
    cells = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in rows)
    return page(f"<h2>{QUESTION}</h2><table class='letter'>{cells}</table>", QUESTION)


def letter_lines(answered: bool) -> str:
    """领导信箱: bylines in one line, headings over the words."""
    reply = f"<div class='hf'><h3>【办理结果】</h3><p>{ANSWERED}</p><p>办理单位：某县水务局　办理时间：2026年8月3日 10:05</p></div>"
    return page(
        f"<h1>{QUESTION}</h1><p class='info'>写信人：张** 写信时间：2026-08-01 08:16 信件类型：投诉 浏览：95</p>"
        f"<div class='nr'><h3>来信内容：</h3><p>{ASKED}</p></div>{reply if answered else '<p>办理状态：办理中</p>'}"
        "<div><a href='#'>打印</a> <a href='#'>关闭</a></div>",
        QUESTION,
    )


def letter_blocks(answered: bool) -> str:
    """阳光问政: question and official answer as two cards of one make."""
    reply = f"<div class='card'><div class='card-h'><span class='name'>某县水务局</span><span class='tag'>官方回复</span><span class='time'>2026-08-03 10:05</span></div><div class='card-c'>{ANSWERED}</div></div>"
    return page(
        f"<h1>{QUESTION}</h1><div class='card'><div class='card-h'><span class='name'>张**</span><span class='time'>2026-08-01 08:16</span></div><div class='card-c'>{ASKED}</div></div>{reply if answered else ''}",
        QUESTION,
    )


LETTERS: dict[str, Callable[[bool], str]] = {
    "table": letter_table,
    "lines": letter_lines,
    "blocks": letter_blocks,
}
