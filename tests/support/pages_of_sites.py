"""Small pages in the manner of the systems that Chinese sites run on, each with what a reader finds on it."""

from support.pages_of_offices import (
    FOOT,
    GOVERNMENT,
    NAV,
    P1,
    P2,
    P3,
    PARAGRAPHS,
    SIDE,
    TITLE,
    Expected,
    page,
)

NEWS = {
    "county media centre": Expected(
        page(
            f"{NAV}<div class='article'><h1 class='article-title'>{TITLE}</h1><div class='meta'><span>2026-08-01 08:16:22</span> <span class='source'>某融媒</span></div><div class='article-content'><p>某融媒讯（记者 李晓东 通讯员 张强）{P1}</p><p>{P2}</p>"
            f"<figure><img src='1.jpg'><figcaption>工作人员在现场抽排积水</figcaption></figure><p>{P3}</p></div><p>编辑：赵敏　责编：周涛　审核：吴刚</p></div>{SIDE}{FOOT}"
        ),
        text=(P2, P3),
        outlet="某融媒",
        author="李晓东",
        absent=("热点新闻", "工作人员在现场", "审核：吴刚"),
    ),
    "wechat": Expected(
        "<html><head><meta property='og:title' content='城区这些路段积水，请绕行！'><meta property='og:site_name' content='微信公众平台'><meta name='author' content='邳小微'><title></title></head><body id='activity-detail'>"
        "<div id='js_article'><h1 class='rich_media_title' id='activity-name'>城区这些路段积水，请绕行！</h1><div id='meta_content' class='rich_media_meta_list'><span class='rich_media_meta rich_media_meta_text'>邳小微</span>"
        "<span class='rich_media_meta rich_media_meta_nickname'><a id='js_name'>某县发布</a></span><em id='publish_time' class='rich_media_meta'></em></div>"
        f"<div class='rich_media_content' id='js_content' style='visibility: hidden; opacity: 0;'><section><section><span>{P1}</span></section></section><section><span>{P2}</span></section><section><p><span>{P3}</span></p></section></div></div>"
        "<div class='rich_media_tool'>阅读原文 在看 写留言</div><script>var ct = \"1785543360\"; var createTime = '2026-08-01 08:16';</script></body></html>",
        title="城区这些路段积水，请绕行！",
        outlet="某县发布",
        author="邳小微",
        absent=("写留言",),
    ),
    "sohu like": Expected(
        page(
            f"<div class='text'><div class='text-title'><h1>{TITLE} <span class='article-tag'></span></h1><div class='article-info'><span class='time' data-val='1785543360000'>2026-08-01 08:16</span> <span class='data-source'>来源: <a>县城观察</a></span></div></div>"
            f"<article class='article' id='mp-editor'><p>原标题：{TITLE}，请放心出行</p>{PARAGRAPHS}<p>返回搜狐，查看更多</p><p data-role='editor-name'>责任编辑：<span></span></p></article></div><div class='statement'>平台声明：该文观点仅代表作者本人，搜狐号系信息发布平台，搜狐仅提供信息存储空间服务。</div>"
            "<div class='comment-list'><div class='c'><p>这次排水真快，给抢险人员点赞，辛苦大家了！</p></div><div class='c'><p>希望把下水道彻底改造一下，每年都淹，居民意见很大。</p></div></div>",
            title=f"{TITLE}_路段_积水_搜狐网",
        ),
        outlet="县城观察",
        absent=("平台声明", "排水真快", "原标题", "责任编辑"),
    ),
    "wordpress": Expected(
        page(
            f"<header class='site-header'><p class='site-title'>运河在线</p></header><main><article class='post-12 post type-post hentry'><header class='entry-header'><h1 class='entry-title'>{TITLE}</h1><div class='entry-meta'><time class='entry-date published' datetime='2026-08-01T08:16:00+08:00'>2026年8月1日</time> <span class='byline'>由 <a>admin</a></span></div></header>"
            f"<div class='entry-content'>{PARAGRAPHS}</div><footer class='entry-footer'>分类：<a>本地新闻</a></footer></article><div id='comments'><h3>《{TITLE}》有1个想法</h3><p>写得很好，信息很及时，感谢发布。</p></div></main><aside><h2>近期文章</h2><ul><li><a href='#'>运河岸边的早市又热闹起来了</a></li></ul></aside>",
            title=f"{TITLE} – 运河在线",
        ),
        absent=("信息很及时", "近期文章", "早市"),
    ),
    "dedecms": Expected(
        page(
            f"<div class='place'><strong>当前位置:</strong><a href='/'>主页</a> &gt; <a href='/xw'>本地新闻</a> &gt;</div><div class='viewbox'><div class='title'><h2>{TITLE}</h2></div><div class='info'><small>时间:</small>2026-08-01 08:16<small>来源:</small>某县在线 <small>作者:</small>admin <small>点击:</small>215次</div>"
            f"<div class='intro'>东部三镇积水路段恢复通行。</div><div class='content'><table><tr><td><div>{P1}</div><div>{P2}</div><div>{P3}</div></td></tr></table></div><div class='dede_pages'></div><div class='newdigg'>顶一下 (0) 踩一下 (0)</div></div>{SIDE}",
            title=f"{TITLE}_本地新闻_某县在线",
        ),
        outlet="某县在线",
        absent=("热点新闻", "踩一下", "当前位置"),
    ),
    "mobile": Expected(
        page(
            f"<div id='app'><div class='header-bar'>打开APP</div><div class='m-title'>{TITLE}</div><div class='m-info'><span>县城大小事</span><span>08-01 08:16</span></div><div class='m-body'>{PARAGRAPHS}</div><div class='open-app'>打开客户端查看全文</div><div class='rec'><div><a href='1'>县城新开的这家早餐店火了，排队两小时</a></div><div><a href='2'>今年秋季学期开学时间定了</a></div></div></div>",
            title=TITLE,
            head="<meta itemprop='dateUpdate' content='2026-08-01 08:16:40'>",
        ),
        absent=("打开客户端", "早餐店"),
    ),
    "english meta and relative time": Expected(
        page(
            f"<h1>{TITLE}</h1><div class='info'><span>本地宝</span><span>3小时前</span></div><div class='con'>{PARAGRAPHS}</div>",
            head="<meta property='article:published_time' content='2026-08-01T00:16:00Z'><meta property='og:type' content='article'>",
        )
    ),
    "amp": Expected(
        f'<!doctype html><html amp lang=\'zh\'><head><title>{TITLE} | 运河新闻</title><script type=\'application/ld+json\'>{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{TITLE}","datePublished":"2026-08-01T08:16:00+08:00","author":{{"@type":"Person","name":"孙悦"}},"publisher":{{"name":"运河新闻"}}}}</script></head>'
        f"<body><amp-sidebar><ul><li><a href='/'>首页</a></li></ul></amp-sidebar><article><h1>{TITLE}</h1><p class='by'>孙悦 2026年8月1日</p><amp-img src='1.jpg'></amp-img>{PARAGRAPHS}</article></body></html>",
        outlet="运河新闻",
        author="孙悦",
    ),
}
STATES = {
    "next data": Expected(
        page(
            '<div id=\'__next\'><div class=\'loading\'>加载中</div></div><script id=\'__NEXT_DATA__\' type=\'application/json\'>{"props":{"pageProps":{"detail":{"title":"'
            + TITLE
            + '","content":"<p>'
            + P1
            + "</p><p>"
            + P2
            + "</p><p>"
            + P3
            + '</p>","publishTime":"2026-08-01 08:16:00","source":"县融媒体中心"}}}}</script>',
            title="文章详情",
        ),
        outlet="县融媒体中心",
        absent=("加载中",),
    ),
    "initial state": Expected(
        page(
            '<div id=\'root\'></div><script>window.__INITIAL_STATE__ = {"article":{"title":"'
            + TITLE
            + '","pubTime":1785543360000,"media":{"name":"县城日报"},"articleContent":"'
            + "\\u003cp\\u003e"
            + P1
            + "\\u003c/p\\u003e\\u003cp\\u003e"
            + P2
            + P3
            + "\\u003c/p\\u003e"
            + '"}};(function(){var s;(s=document.currentScript).parentNode.removeChild(s)}());</script>',
            title="县城日报",
        ),
        outlet="县城日报",
        absent=(),
    ),
    "nuxt function is not run, textarea is read": Expected(
        page(
            f"<h1>{TITLE}</h1><span>2026-08-01 08:16</span><div id='show'></div><textarea id='content' style='display:none'>&lt;p&gt;{P1}&lt;/p&gt;&lt;p&gt;{P2}&lt;/p&gt;&lt;p&gt;{P3}&lt;/p&gt;</textarea>"
        ),
        absent=("<p>",),
    ),
    "hidden until scripts run": Expected(
        page(
            f"<h1>{TITLE}</h1><span>2026-08-01 08:16</span><div id='show' style='display:none'>{PARAGRAPHS}</div>"
        ),
        absent=(),
    ),
}
OTHERS = {
    "list": Expected(
        page(
            NAV
            + "<div class='list'><ul>"
            + "".join(
                f"<li><a href='/art/2026/8/{n}/art_1_{n}.html'>县人民政府关于第{n}批重点项目建设情况的通报</a><span>2026-08-{n:02}</span></li>"
                for n in range(1, 21)
            )
            + "</ul><div class='page'><a href='2.html'>下一页</a> 共 35 页</div></div>"
            + FOOT,
            title="通知公告_某县人民政府",
        ),
        title="通知公告",
        text=(),
        absent=(),
        time=None,
        kind="list",
    ),
    "404 with 200": Expected(
        page(
            f"{NAV}<div class='err'><h2>404</h2><p>抱歉，您访问的页面不存在或已被删除，5秒后返回首页。</p></div>{FOOT}",
            title="404",
        ),
        title=None,
        text=(),
        absent=(),
        time=None,
        kind="empty",
    ),
    "empty shell": Expected(
        page(
            "<div id='app'></div><noscript>请启用 JavaScript 以使用本应用。</noscript><script src='/a.js'></script>",
            title="加载中",
        ),
        title=None,
        text=(),
        absent=(),
        time=None,
        kind="empty",
    ),
    "discuz": Expected(
        page(
            "<div id='pt'><a href='./'>运河论坛</a> › <a href='f'>市民议事</a></div><div id='postlist'><h1 class='ts'><span id='thread_subject'>青年路路灯坏了半个月没人修</span></h1>"
            + "".join(
                f"<div id='post_{n}'><table class='plhin'><tr><td class='pls'><div class='authi'><a>{who}</a></div><p>帖子 35</p></td><td class='plc'><div class='pi'><strong><a><em>{floor}</em></a></strong><div class='authi'><em>发表于 2026-8-1 08:{16 + n}</em> | 只看该作者</div></div>"
                f"<div class='t_fsz'><table><tr><td class='t_f' id='postmessage_{n}'>{words}</td></tr></table></div></td></tr></table></div>"
                for n, (who, floor, words) in enumerate(
                    [
                        (
                            "运河边的老李",
                            "楼主",
                            "青年路从十字路口到菜市场这一段，路灯坏了半个多月，晚上黑灯瞎火，老人孩子走路很不安全，打过两次电话都没有人来修，请有关部门尽快处理。",
                        ),
                        ("清风", "沙发", "我家也住这边，确实很黑，前天晚上还有人摔倒了。"),
                        (
                            "县城管局",
                            "板凳",
                            "您好，您反映的问题已收到，我们将安排养护单位三日内修复。",
                        ),
                    ]
                )
            )
            + "</div>",
            title="青年路路灯坏了半个月没人修 - 市民议事 - 运河论坛 - Powered by Discuz!",
        ),
        title="青年路路灯坏了半个月没人修",
        text=("老人孩子走路很不安全",),
        absent=(),
        kind="thread",
    ),
    "question and answer": Expected(
        page(
            f"{NAV}<div class='mail'><h2>关于运河小区供暖问题的咨询</h2><table><tr><td>写信人：</td><td>王**</td><td>写信时间：</td><td>2026-08-01 08:16</td></tr><tr><td>来信内容：</td><td colspan='3'>我住在运河小区3号楼，请问今年供暖什么时候开始？去年室温一直不达标，希望提前检修管网。</td></tr>"
            "<tr><td>回复单位：</td><td>县住建局</td><td>回复时间：</td><td>2026-08-03 10:00</td></tr><tr><td>回复内容：</td><td colspan='3'>您好！我局已督促供热企业于9月底前完成管网检修，供暖时间按规定自11月15日开始，感谢您的关心。</td></tr></table></div>"
            + FOOT,
            title="关于运河小区供暖问题的咨询-县长信箱",
        ),
        title="关于运河小区供暖问题的咨询",
        text=("去年室温一直不达标", "供热企业于9月底前完成管网检修"),
        absent=("ICP备",),
        kind="thread",
    ),
}
PAGES = {**GOVERNMENT, **NEWS, **STATES, **OTHERS}
