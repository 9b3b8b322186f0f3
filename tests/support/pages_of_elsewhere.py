"""Pages as other sites write them: outlets and authors that no label names, titles of columns, comments, texts without marks.

Each stands for what real pages of sites not learned from showed (`docs/decisions.md`); none is a copy.
"""

from support.pages_of_offices import P1, P2, P3, PARAGRAPHS, TITLE, Expected, page

ELSEWHERE: dict[str, Expected] = {}
TEXT = f"<div>{PARAGRAPHS}</div>"


def _line(name: str, line: str, *, text: str = TEXT, **found: str | None) -> None:
    """A page with one line between its headline and its text."""
    body = f"<h1>{TITLE}</h1><div>{line}</div>{text}"
    ELSEWHERE[name] = Expected(
        page(body), **{"title": TITLE, "text": (P1, P2, P3), "absent": (), "outlet": None} | found
    )


def _signed(name: str, words: str, author: str | None) -> None:
    """A text that begins or ends with these words."""
    first, _, last = words.partition("…")
    text = f"<div><p>{first}{P1}</p><p>{P2}</p><p>{P3}{last}</p></div>"
    _line(name, "2026-08-01 08:16", text=text, author=author)


_line("name after the time", "2026-08-01 08:16 运河晚报", outlet="运河晚报")
_line("account before the time", "原创 大运河边 2026-08-01 08:16", outlet="大运河边")
_line(
    "name glued to the time",
    "2026-08-01 08:16聯合晚報 記者林大宏／即時報導",
    outlet="聯合晚報",
    author="林大宏",
)
_line("person and paper", "石小佳/运河晚报 2026-08-01 08:16", outlet="运河晚报", author="石小佳")
_line(
    "paper and person",
    "運河快訊／范姜小鈺 2026年08月01日 08:16:00",
    outlet="運河快訊",
    author="范姜小鈺",
)
_line(
    "bars without colons",
    "发表于2026-08-01 08:16| 1164次阅读| 来源运河网| 0 条评论| 作者魏小星",
    outlet="运河网",
    author="魏小星",
)
_line(
    "paper in marks", "2026年08月01日08:16 来源：运河网-《运河日报》", outlet="运河网-《运河日报》"
)
_line("updated only", "2026-08-01 08:16更新 来源：运河网", outlet="运河网")
_line("american time", "八月 1st, 2026 08:16 来源：运河网", outlet="运河网")
_line("weekday inside", "Aug 01 Sat 2026 08:16 来源：运河网", outlet="运河网")
_line(
    "a column is no outlet",
    "<a href='/s'>社会新闻</a> 2026-08-01 08:16 只看大图 字号：大 中 小",
    outlet=None,
)
_line(
    "the editor is no author",
    "2026-08-01 08:16 来源：运河网</div><div>编辑：李小楠",
    outlet="运河网",
    author=None,
)
_line("columnist", "2026-08-01 08:16</div><div>【文/运河网专栏作者 王小文】", author="王小文")
_line(
    "with the other deed beside",
    "2026-08-01 08:16</div><div>顶端新闻·运河晚报记者马小峰/文 受访者供图",
    author="马小峰",
)
_signed("wire", "（中央社記者溫小香台北21日電）", "溫小香")
_signed("slanted bracket", "〔記者巫小倫／台北報導〕", "巫小倫")
_signed("no Han name", "据新华社拉萨电（记者 格桑小觉）", "格桑小觉")
_signed("with a deed", "运河网8月1日讯（记者陈小智 整合）", "陈小智")
_signed("described", "…（作者：方敏北京大学经济学院教授）", "方敏")
_signed("only a picture", "…（图：方小敏）", None)


def _titled(name: str, document: str, body: str, *, title: str = TITLE) -> None:
    ELSEWHERE[name] = Expected(
        page(body, title=document), title=title, text=(P1, P2, P3), absent=(), outlet=None
    )


_titled(
    "a column's title",
    "新闻动态--运河学会官网",
    f"<h3>首页 - 新闻动态</h3><h5>{TITLE}</h5><div>2026-08-01 08:16</div>{TEXT}",
)
_titled(
    "the site's title",
    "运河新闻网_(新闻)",
    f"<table><tr><td class='bt_title'>{TITLE}</td></tr><tr><td>2026-08-01 08:16</td></tr><tr><td>{TEXT}</td></tr></table>",
)
_titled(
    "an underscore and much behind it",
    f"{TITLE}__2026年第23号市政府公报_运河市政府网",
    f"<p>2026-08-01 08:16</p>{TEXT}",
)
_comments = "".join(
    f"<h4># re: {TITLE} 2026-08-0{n} 12:4{n} 网友{n}</h4><p>说得好，我们小区也是这样，希望能早点修好，老人孩子都等着用水呢。</p>"
    for n in range(1, 7)
)
ELSEWHERE["comments below"] = Expected(
    page(f"<h1>{TITLE}</h1><div>2026-08-01 08:16</div><div>{TEXT}<h3>评论</h3>{_comments}</div>"),
    title=TITLE, text=(P1, P2, P3), absent=("说得好",), outlet=None,
)  # fmt: skip
_verse = [f"第{n}处山路一路雲氣停在山頭 順著溪水往下再走半個時辰就到了" for n in range(12)]
ELSEWHERE["a text without marks"] = Expected(
    page(f"<h1>{TITLE}</h1><div>2026-08-01 08:16</div><div>{''.join(f'<p><img src=x></p><p>{line}</p>' for line in _verse)}</div>"),
    title=TITLE, text=tuple(_verse), absent=(), outlet=None,
)  # fmt: skip
_links = "".join(
    f"<li><a href='/{n}'>县里召开全体会议部署第{n}项重点工作</a></li>" for n in range(40)
)
ELSEWHERE["declarations far below"] = Expected(
    page(
        f"<h1>{TITLE}</h1><div>2026-08-01 08:16</div>{TEXT}<ul>{_links}</ul><div>运河中国的所有内容均由其内容合作方根据协议提供，我们不对其真实负责，一切责任由合作方承担。</div>"
    ),
    title=TITLE, text=(P1, P2, P3), absent=("不对其真实负责",), outlet=None,
)  # fmt: skip
