"""Pages that lead astray: prose beside the article, comments without a name, pictures without a text, other dates."""

from typing import Any

from support.pages_of_offices import FOOT, NAV, P1, P2, P3, PARAGRAPHS, SIDE, TITLE, Expected, page

TRAPS: dict[str, Expected] = {}


def _trap(
    name: str, body: str, *, title: str = TITLE, head: str | None = None, **found: Any
) -> None:
    whole = page(body, title=head or f"{TITLE}_某县人民政府")
    TRAPS[name] = Expected(whole, title=title, **{"text": (P1, P2, P3), "absent": ()} | found)


_teasers = "".join(
    f"<div class='item'><a href='/{i}'>县城又添一处口袋公园第{i}期</a><p>昨日记者在现场看到，公园已对市民开放，步道、座椅、健身器材一应俱全，前来散步的居民络绎不绝，大家纷纷点赞。</p></div>"
    for i in range(6)
)
_nameless = _teasers.replace("class='item'", "")
_trap(
    "side prose",
    f"{NAV}<div class='l'><h1>{TITLE}</h1><div>2026-08-01 08:16 来源：县报</div><div>{PARAGRAPHS}</div></div><div class='r'>{_teasers}</div>{FOOT}",
    absent=("络绎不绝",),
    outlet="县报",
)
_trap(
    "side prose first",
    f"{NAV}<div class='r'>{_teasers}</div><div class='l'><h1>{TITLE}</h1><div>2026-08-01 08:16 来源：县报</div><div>{PARAGRAPHS}</div></div>{FOOT}",
    absent=("络绎不绝",),
    outlet="县报",
)
_trap(
    "no class side",
    f"<div><h1>{TITLE}</h1><div>2026-08-01 08:16 来源：县报</div><div>{PARAGRAPHS}</div></div><div>{_nameless}</div>",
    absent=("络绎不绝",),
    outlet="县报",
)
_trap(
    "long disclaimer",
    f"{NAV}<div><h1>{TITLE}</h1><div>2026-08-01 08:16</div><div><p>{P1}</p></div></div><div class='sm'><p>本网转载上述内容，是出于传递更多信息之目的，不代表本网赞同其观点或证实其描述。如涉及作品内容、版权和其它问题，请在三十日内与本网联系，我们将在第一时间处理，联系人：编辑部，电话：0516-1234567。</p></div>{FOOT}",
    text=(P1,),
    absent=("出于传递",),
)
_comments = "".join(
    f"<div><b>网友{i}</b><p>这次排水真快，给抢险人员点赞，大家辛苦了，希望以后把下水道彻底改造好。</p><i>2026-08-01 1{i}:00</i></div>"
    for i in range(6)
)
_trap(
    "nameless comments",
    f"<div><h1>{TITLE}</h1><div>2026-08-01 08:16</div><div>{PARAGRAPHS}</div><div><h3>网友评论(6)</h3>{_comments}</div></div>",
    absent=("下水道彻底",),
)
_trap(
    "guide in list",
    f"{NAV}<div class='m'><h1>灵活就业人员医保参保指南</h1><div>2026-08-01 08:16</div><div class='c'><h3>一、办理条件</h3><ul><li>年满16周岁、未达到法定退休年龄的灵活就业人员；</li><li>户籍或居住证在本县。</li></ul><h3>二、所需材料</h3><ol><li>身份证原件</li><li>社会保障卡</li></ol><h3>三、办理地点</h3><p>县政务服务中心二楼医保窗口，工作日9:00至17:00。</p></div></div>{FOOT}",
    head="灵活就业人员医保参保指南_某县人民政府",
    title="灵活就业人员医保参保指南",
    text=("年满16周岁", "社会保障卡", "医保窗口"),
    absent=("ICP",),
)
_linked = "".join(
    f"<p>　　昨日，<a href='/t/{i}'>某县</a><a href='/t2/{i}'>应急管理局</a>会同<a href='/t3'>交通运输局</a>等部门对<a href='x'>运河大桥</a>一带第{i}处积水点进行排查，确保群众出行安全。</p>"
    for i in range(4)
)
_trap(
    "many inline links",
    f"{NAV}<h1>{TITLE}</h1><div>2026-08-01 08:16</div><div class='con'>{_linked}</div>{FOOT}",
    text=("第0处积水点进行排查", "第3处积水点"),
    absent=("ICP",),
)
_questions = "".join(
    f"<p>主持人：请介绍一下第{i}季度的情况</p><p>王局长：好的，主持人。</p>" for i in range(1, 5)
)
_trap(
    "transcript",
    f"{NAV}<h1>{TITLE}</h1><div>2026-08-01 08:16</div><div class='con'>{_questions}</div>{FOOT}",
    text=("主持人：请介绍一下第1季度的情况", "第4季度", "好的，主持人"),
    absent=("ICP",),
)
_pictures = "".join(
    f"<p align='center'><img src='{i}.jpg'></p><p align='center'>图{i} 抢险队员在青年路清理淤泥</p>"
    for i in range(1, 6)
)
_trap(
    "gallery",
    f"{NAV}<h1>{TITLE}</h1><div>2026-08-01 08:16 摄影：王强</div><div class='con'>{_pictures}</div>{FOOT}",
    text=("图1 抢险队员", "图5 抢险队员"),
    absent=("ICP",),
)
_trap(
    "span br",
    f"{NAV}<h1>{TITLE}</h1><div>2026-08-01 08:16</div><div class='con'><span style='font-size:16px'>{P1}<br><br>{P2}<br><br>{P3}</span></div>{FOOT}",
    absent=("ICP",),
)
_trap(
    "related inside",
    f"<h1>{TITLE}</h1><div>2026-08-01 08:16</div><div class='con'><p>{P1}</p><div><strong>相关新闻</strong><ul><li><a href='1'>我市启动防汛四级应急响应，多部门联动</a></li><li><a href='2'>县领导检查防汛工作，强调值班值守</a></li></ul></div><p>{P2}</p><p>{P3}</p></div>",
    absent=("四级应急响应", "强调值班"),
)
_trap("pre", f"<h1>{TITLE}</h1><div>2026-08-01 08:16</div><pre>　　{P1}\n　　{P2}\n　　{P3}</pre>")
_trap(
    "ul nav big",
    "<div>"
    + "".join(f"<a href='/{i}'>频道{i}</a> | " for i in range(60))
    + f"</div><h1>{TITLE}</h1><div>发布时间：2026-08-01 08:16 【大 中 小】</div><div>{PARAGRAPHS}</div>",
)
_trap(
    "tag h1 logo",
    f"<h1><a href='/'>某县人民政府门户网站</a></h1>{NAV}<div class='tit'>{TITLE}</div><div>时间：2026-08-01 08:16　　来源：某县人民政府办公室　　访问量：231</div><div>{PARAGRAPHS}</div>{FOOT}",
    outlet="某县人民政府办公室",
    absent=("ICP",),
)
_trap(
    "time after",
    f"<h1>{TITLE}</h1><div class='con'>{PARAGRAPHS}</div><div>发布时间：2026-08-01 08:16</div><div>（编辑：王芳）</div>",
    absent=("编辑",),
)
_trap(
    "body date trap",
    f"<h1>{TITLE}</h1><div>2026-08-01 08:16</div><div class='con'><p>2026年7月20日上午10:30，{P1}</p><p>{P2}</p></div>",
    text=(P1, P2),
)
_trap(
    "no time but body",
    f"<h1>{TITLE}</h1><div class='con'><p>2026年7月20日上午10:30，{P1}</p><p>{P2}</p><p>{P3}</p></div>",
    time=None,
)
_trap(
    "one long p",
    f"{NAV}{SIDE}<div class='d'><h2>{TITLE}</h2><p>日期：2026-08-01</p><p>{P1}{P2}{P3}</p></div>{FOOT}",
    text=(P1,),
    time="2026-08-01T00:00",
    absent=("ICP",),
)
_trap(
    "signature date",
    "<h1>关于青年路封闭施工的通告</h1><div class='con'><p>因道路改造需要，青年路自2026年8月5日起封闭施工，请过往车辆绕行。</p><p>特此通告。</p><p>某县公安局交通警察大队</p><p>2026年8月1日</p></div>",
    head="关于青年路封闭施工的通告",
    title="关于青年路封闭施工的通告",
    text=("封闭施工，请过往", "特此通告"),
    time="2026-08-01T00:00",
    kind="notice",
)
