"""Threads whose posts bear remarks (点评, 楼中楼), and boards that name the writer below what he wrote."""

from collections.abc import Callable

from support.pages_of_forums import TITLE, page

# (writer, time, words), a remark further in than the post that it stands below
SAID = (
    ("小城故事", "2026-08-01 08:16", "东湖路从昨晚开始停水，没有任何通知，老人孩子没法做饭。", 0),
    ("河边柳", "2026-08-01 08:31", "我家也是，从早上六点停到现在。", 1),
    ("某县水务局", "2026-08-01 08:40", "主管道爆裂，正在抢修，预计中午恢复。", 1),
    ("清风", "2026-08-01 09:02", "同问，我们小区三栋全停。", 0),
    ("水边人", "2026-08-01 10:30", "刚刚来水了。", 0),
)


def _grouped() -> list[tuple[tuple[str, str, str, int], list[tuple[str, str, str, int]]]]:
    posts: list[tuple[tuple[str, str, str, int], list[tuple[str, str, str, int]]]] = []
    for said in SAID:
        if said[3]:
            posts[-1][1].append(said)
        else:
            posts.append((said, []))
    return posts


def discuz() -> str:
    """点评: the words stand loose beside the time; one post quotes another."""
    blocks = ""
    for n, ((who, at, words, _), remarks) in enumerate(_grouped(), start=101):
        quote = "<div class='quote'><blockquote>小城故事 发表于 2026-08-01 08:16<br>东湖路从昨晚开始停水</blockquote></div>"
        said = "".join(
            f"<div class='pstl xs1 cl'><div class='psta vm'><a href='#'><img src='a.gif'></a><a href='#' class='xi2'>{u}</a></div>"
            f"<div class='psti'>{w}&nbsp;<span class='xg1'>发表于 {t}</span></div></div>"
            for u, t, w, _ in remarks
        )
        blocks += (
            f"<div id='post_{n}'><table id='pid{n}'><tr><td class='pls'><div class='authi'><a href='space-uid-{n}.html'>{who}</a></div></td>"
            f"<td class='plc'><div class='pi'><div class='authi'><em>发表于 {at}</em></div></div><div class='pct'><div class='pcb'>{quote if n == 102 else ''}"
            f"<table><tr><td class='t_f' id='postmessage_{n}'>{words}</td></tr></table></div>"
            f"<div id='comment_{n}' class='cm'>{'<h3>点评</h3>' if said else ''}{said}</div></div></td></tr></table></div>"
        )
    return page(f"<h1>{TITLE}</h1><div id='postlist'>{blocks}</div>")


def floors_in_floors() -> str:
    """楼中楼: a list below the post, each remark with a number of its own; the post has none."""
    blocks = ""
    for n, ((who, at, words, _), remarks) in enumerate(_grouped(), start=1):
        said = "".join(
            f"<li id='itemreply-{n}{k}'><p><a class='ir-user' href='/u/{k}'>{u}：</a> <a href='#'>举报</a> <span>{t}</span></p><span class='ir-content'>{w}</span></li>"
            for k, (u, t, w, _) in enumerate(remarks)
        )
        blocks += (
            f"<div class='item'><div class='head'><span>{'楼主' if n == 1 else '作者'}：<a href='/u/x{n}' class='js-user'>{who}</a></span><span>时间：{at}</span></div>"
            f"<div class='bbs-content'>{words}</div><div class='reply'><a href='#'>举报</a> | <span>{n}楼</span> | <a href='#'>评论({len(remarks)})</a></div><ul>{said}</ul></div>"
        )
    return page(f"<h1>{TITLE}</h1><div class='list'>{blocks}</div>")


LAYOUTS: dict[str, Callable[[], str]] = {"discuz": discuz, "floors in floors": floors_in_floors}


def written_above() -> str:
    """An old board: the writer's name and the time stand below his words, in an element of their own."""
    return page(
        "".join(
            f"<table><tr><td>{TITLE if n == 0 else 'Re: ' + TITLE}</td></tr><tr><td><br>{words}<br><br><p>------------------------------</p><p>知足常乐</p>"
            f"<p>〓 某县社区 民生 发布时间 {at.replace('-', '/')}:10 by <a href='user.php?lookuserid={n}'>{who}</a> 〓</p></td></tr></table>"
            for n, (who, at, words, _) in enumerate(SAID)
        )
    )
