"""Lists of the hostile site in every machine-readable form: RSS of several ages, Atom, JSON Feed, sitemaps, JSON pages."""

import json

ITEM = "/many/{}.html"
RSS2 = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>某县</title>{}</channel></rss>'
RSS091 = '<?xml version="1.0"?><rss version="0.91"><channel><title>某县</title>{}</channel></rss>'
RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"><title>某县</title></channel>{}</rdf:RDF>'
)
ATOM = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>某县</title>{}</feed>'
SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>'
INDEX = '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'
FRONT = (
    '<html><head><title>首页 - 某县网</title><link rel="alternate" type="application/rss+xml" href="/feed/rss2.xml"></head><body>'
    '<a href="/many/list-1.html">通知公告</a><a href="/private/index.html">内部栏目</a><a href="/gone/index.html">机构设置</a></body></html>'
)
PAGES = 3


def article(
    number: str,
    *,
    charset: str = "utf-8",
    title: str = "",
    time_line: str = "2026年8月1日 8:16",
    word: str = "",
) -> str:
    name = title or f"第{number}号通知：朱镕喆小区停水"
    return (
        f'<html><head><meta charset="{charset}"><title>{name}_某县网</title></head><body><nav><a href="/">首页</a></nav>'
        f'<h1>{name}</h1><div class="info">来源：某县融媒 作者：张三 {time_line}</div><div class="text"><p>正文{number}，'
        f"因管网抢修，朱镕喆小区今日停水八小时，请居民提前储水。{word}</p><p>恢复时间另行通知，如有疑问请到社区咨询。</p></div></body></html>"
    )


def listing(urls: list[str], onward: str = "") -> str:
    items = "".join(
        f'<li><a class="item" href="{url}">一条标题很长的新闻 {url}</a></li>' for url in urls
    )
    more = f'<a class="next" href="{onward}">下一页</a>' if onward else ""
    return f'<html><head><meta charset="utf-8"></head><body><ul>{items}</ul>{more}</body></html>'


def rss_item(number: int) -> str:
    return f"<item><title>第{number}号通知：停水</title><link>{ITEM.format(number)}</link><pubDate>Sat, 01 Aug 2026 08:16:00 +0800</pubDate></item>"


def empty_item(number: int) -> str:
    return f"<item><title>没有正文的第{number}页</title><link>/empty.html?id={number}</link></item>"


def rdf_item(number: int) -> str:
    url = ITEM.format(number)
    return f'<item rdf:about="{url}"><title>第{number}号</title><link>{url}</link><dc:date>2026-08-01T08:16:00+08:00</dc:date></item>'


def atom_entry(number: int) -> str:
    url = ITEM.format(number)
    return f'<entry><id>tag:{number}</id><title>第{number}号</title><link href="{url}"/><published>2026-08-01T08:16:00+08:00</published><updated>2026-08-02T08:16:00+08:00</updated></entry>'


def sitemap_url(number: int) -> str:
    return f"<url><loc>http://{{host}}{ITEM.format(number)}</loc><news:news><news:publication_date>2026-08-01T08:16:00+08:00</news:publication_date><news:title>第{number}号</news:title></news:news></url>"


def json_feed() -> str:
    items = [
        {
            "id": str(n),
            "url": ITEM.format(n),
            "title": f"第{n}号",
            "date_published": "2026-08-01T08:16:00+08:00",
            "authors": [{"name": "张三"}],
        }
        for n in (1, 2)
    ]
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "某县", "items": items}
    )


def questions(page: int) -> str:
    """A 问政 board's JSON: questions with the office's reply inside, ten days apart."""
    rows = [
        {
            "qid": f"Q{page}{n}",
            "subject": f"路灯不亮 {page}-{n}",
            "content": "<p>新城路的路灯<b>不亮</b>，晚上看不见。</p>",
            "asked": f"2026-0{9 - page}-1{n} 08:16",
            "who": "网友甲",
            "answer": {
                "text": "已派人修复，感谢监督。",
                "at": f"2026-0{9 - page}-2{n} 10:00",
                "unit": "城管局",
            }
            if n == 1
            else None,
        }
        for n in (1, 2)
    ]
    return json.dumps(
        {"data": {"rows": rows, "next": page + 1 if page < PAGES else None}}, ensure_ascii=False
    )


def more(page: int) -> str:
    """A load-more answer: a piece of HTML in JSON."""
    rows = "".join(
        f'<li><a class="item" href="{ITEM.format(page * 2 + n)}">一条标题很长的新闻</a></li>'
        for n in (1, 2)
    )
    return json.dumps({"html": rows if page < PAGES else ""})


def answer(path: str, query: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Content type and text; None for a path that is no list."""
    asked = dict(query)
    page = int(asked.get("page", "1"))
    made = {
        "/feed/rss2.xml": ("application/rss+xml", RSS2.format(rss_item(1) + rss_item(2))),
        "/feed/rss091.xml": ("text/xml", RSS091.format(rss_item(1) + rss_item(2))),
        "/feed/empty.xml": ("text/xml", RSS2.format("".join(map(empty_item, (1, 2, 3))))),
        "/feed/rdf.xml": ("application/rdf+xml", RDF.format(rdf_item(1) + rdf_item(2))),
        "/feed/atom.xml": ("application/atom+xml", ATOM.format(atom_entry(1) + atom_entry(2))),
        "/feed/feed.json": ("application/feed+json", json_feed()),
    }
    if path in made:
        return made[path]
    if path == "/front.html":
        return "text/html; charset=utf-8", FRONT
    if path == "/sitemap.xml":
        return "application/xml", INDEX.format("<sitemap><loc>/sitemap-1.xml</loc></sitemap>")
    if path == "/board.json":
        return "application/json", questions(page)
    if path == "/more.json":
        return "application/json", more(page)
    return None
