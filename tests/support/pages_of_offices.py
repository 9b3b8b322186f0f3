"""Small pages in the manner of government sites, each with what a reader finds on it; and what pages are made of."""

from typing import NamedTuple

P1 = (
    "受连日强降雨影响，我市东部三个镇部分路段积水，交通部门已安排人员现场疏导，过往车辆请减速慢行。"
)
P2 = "市应急局提醒，出行前请留意路况信息，不要涉水行车，遇险情请拨打报警电话。"
P3 = "截至昨日18时，积水路段已全部恢复通行，沿线群众生活用水用电正常。"
PARAGRAPHS = f"<p>　　{P1}</p><p>　　{P2}</p><p>　　{P3}</p>"
TITLE = "东部三镇部分路段积水已全部排除"
NAV = "<div class='nav'><a href='/'>首页</a><a href='/xw'>新闻中心</a><a href='/zw'>政务公开</a><a href='/bm'>便民服务</a><a href='/hd'>互动交流</a></div>"
SIDE = (
    "<div class='right'><h3>热点新闻</h3><ul>"
    + "".join(
        f"<li><a href='/{n}.html'>县里召开第{n}次全体会议部署下半年重点工作</a></li>"
        for n in range(1, 9)
    )
    + "</ul></div>"
)
FOOT = "<div class='footer'>主办单位：某县人民政府办公室　承办：某县大数据局　备案号：苏ICP备12345678号　苏公网安备 32038202000001号　网站标识码：3203820001</div>"


class Expected(NamedTuple):
    """None: the page does not say; `absent`: words that are the site's and not the article's."""

    html: str
    title: str | None = TITLE
    text: tuple[str, ...] = (P1, P2, P3)
    absent: tuple[str, ...] = ("热点新闻", "全体会议", "ICP备")
    time: str | None = "2026-08-01T08:16"
    outlet: str | None = None
    author: str | None = None
    kind: str = "article"
    charset: str = "utf-8"


def page(body: str, title: str = f"{TITLE}_某县人民政府", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>{body}</body></html>"


GOVERNMENT = {
    "hanweb": Expected(
        page(
            f"{NAV}<div class='location'>当前位置：首页 &gt; 政务动态</div><div id='c'><table id='article'><tr><td class='title'>{TITLE}</td></tr>"
            f"<tr><td><table><tr><td>发布日期：2026-08-01 08:16</td><td>浏览次数：<script>document.write(1)</script></td><td>字号：[ 大 中 小 ]</td><td>信息来源：县应急管理局</td></tr></table></td></tr>"
            f"<tr><td class='bt_content'><div id='zoom'><!--ZJEG_RSS.content.begin-->{PARAGRAPHS}<!--ZJEG_RSS.content.end--></div></td></tr></table></div>{SIDE}{FOOT}",
            head=f"<meta name='ArticleTitle' content='{TITLE}'><meta name='PubDate' content='2026-08-01 08:16'><meta name='ContentSource' content='县应急管理局'>",
        ),
        outlet="县应急管理局",
    ),
    "trs": Expected(
        page(
            f"{NAV}{SIDE}<div class='xl_main'><h2>{TITLE}</h2><div class='xl_tit2'><span>发布时间：2026-08-01 08:16</span><span>来源：某县日报</span><span>作者：王小明</span>"
            f"<span>【字体：<a>大</a> <a>中</a> <a>小</a>】</span><a>打印本页</a></div><div class='TRS_Editor'><style>.x{{}}</style>{PARAGRAPHS}</div>"
            f"<div class='xl_ewm'>扫一扫在手机打开当前页</div><div>上一篇：<a href='1'>关于做好防汛抗旱工作的紧急通知</a></div><div>下一篇：<a href='2'>县领导检查防汛工作情况</a></div></div>{FOOT}"
        ),
        outlet="某县日报",
        author="王小明",
        absent=("热点新闻", "扫一扫", "上一篇", "检查防汛工作情况", "打印本页"),
    ),
    "vsb": Expected(
        page(
            f"{NAV}<form name='_newscontent_fromname'><div class='content'><h1 align='center'>{TITLE}</h1><div align='center'>发布者：宣传部　　发布时间：2026年08月01日 08:16　　浏览次数：<span id='n'>35</span></div>"
            f"<div id='vsb_content' class='v_news_content'>{PARAGRAPHS}</div><p align='right'>【<a href='javascript:window.close()'>关闭窗口</a>】</p></div></form>{FOOT}"
        ),
        absent=("关闭窗口", "ICP备"),
    ),
    "old tables": Expected(
        f"<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'><title>{TITLE}--某县网</title></head><body><table width='100%'><tr><td><a href='/'>首页</a>|<a href='/x'>要闻</a>|<a href='/y'>社会</a></td></tr></table>"
        f"<table><tr><td width='70%'><table><tr><td align='center'><font size='5'><b>{TITLE}</b></font></td></tr><tr><td align='center'><font color='#666'>2026-8-1 8:16:00　来源:某县广播电视台　点击:85</font></td></tr>"
        f"<tr><td><font size='3'>　　{P1}<br>　　{P2}<br><br>　　{P3}</font></td></tr></table></td><td width='30%'>{SIDE}</td></tr></table><center>版权所有 某县网 苏ICP备12345678号</center></body></html>",
        outlet="某县广播电视台",
        charset="gb18030",
    ),
    "notice with table and attachments": Expected(
        page(
            f"{NAV}<div class='main'><table class='xxgk'><tr><td>索 引 号</td><td>014051234/2026-00123</td><td>发文机关</td><td>某县住房和城乡建设局</td></tr><tr><td>成文日期</td><td>2026-07-31</td><td>发文字号</td><td>某住建〔2026〕12号</td></tr></table>"
            "<h1>关于2026年老旧小区改造计划的公示</h1><div class='info'>发布时间：2026-08-01 08:16 来源：县住建局</div>"
            "<div class='article-con'><p>根据省、市有关要求，现将我县2026年老旧小区改造计划予以公示，公示期为2026年8月1日至8月7日。</p><table><tr><th>序号</th><th>小区</th><th>户数</th></tr><tr><td>1</td><td>运河小区</td><td>320</td></tr><tr><td>2</td><td>青年路小区</td><td>210</td></tr></table>"
            "<p>公示期间如有异议，请以书面形式向县住建局反映，联系电话：0516-12345678。</p><p>特此公示。</p><p align='right'>某县住房和城乡建设局</p><p align='right'>2026年7月31日</p><p>附件：<a href='1.xls'>改造计划明细表.xls</a></p></div></div>"
            + FOOT,
            title="关于2026年老旧小区改造计划的公示-某县住房和城乡建设局",
        ),
        title="关于2026年老旧小区改造计划的公示",
        text=("公示期为2026年8月1日至8月7日", "运河小区", "特此公示"),
        absent=("ICP备", "索 引 号"),
        outlet="县住建局",
        kind="notice",
    ),
    "one sentence": Expected(
        page(
            f"{NAV}{SIDE}<div class='detail'><h1>城区今晚停水通知</h1><div class='time'>2026-08-01 08:16</div><div class='text'>因管网抢修，今晚22时至明早6时青年路沿线停水，请居民提前储水。</div></div>{FOOT}",
            title="城区今晚停水通知_某县水务集团",
        ),
        title="城区今晚停水通知",
        text=("因管网抢修，今晚22时至明早6时青年路沿线停水，请居民提前储水。",),
    ),
    "date in pieces": Expected(
        page(
            f"{NAV}<div class='art'><div class='date'><div class='day'>01</div><div class='ym'>2026-08</div></div><h1>{TITLE}</h1><div class='article-body'>{PARAGRAPHS}</div></div>{SIDE}{FOOT}"
        ),
        time="2026-08-01T00:00",
    ),
    "today in the head": Expected(
        page(
            f"<div class='top'>今天是2026年11月28日 星期六</div>{NAV}<h1>{TITLE}</h1><p class='sub'>二〇二六年八月一日　来源：县融媒体中心</p><div class='con'>{PARAGRAPHS}</div>{FOOT}"
        ),
        time="2026-08-01T00:00",
        outlet="县融媒体中心",
    ),
}
