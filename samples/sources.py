"""The source registry of the sample county: six sites on localhost (the news site twice) and two tables, as sources.yaml.

Checked like any operator's file; the demo passes it to `load_county(extra_sources=…)`.
"""

from typing import Any

import yaml

from samples.kinds import forum, gov
from samples.planted import NOTICE
from samples.sites import DEFAULT_BASE_PORT, base_url
from samples.tables import GRID_COLUMNS, HOTLINE_COLUMNS

REGION = "320382"
ASSESSMENT = {
    "by": "演示人员",
    "on": "2026-07-01",
    "impact": "本机示例站点，只监听 127.0.0.1，采集不影响任何外部服务",
    "robots": "除各站一个内部目录外全部允许",
}
INTAKE = ASSESSMENT | {"impact": "受委托处理的来件表格，不发生网络采集", "robots": "不适用"}
# localhost, ours: the cap only has to keep AutoThrottle from idling
PER_SECOND = 200.0


def sources_yaml(base_port: int = DEFAULT_BASE_PORT) -> str:
    """The text of a sources.yaml for sites served from `base_port` on."""
    sources = [
        _gov(base_port),
        _forum(base_port),
        _news(base_port),
        _papers(base_port),
        _wechat(base_port),
        _board(base_port),
        _portal(base_port),
        _table("hotline", "12345热线（演示）", "hotline", HOTLINE_COLUMNS),
        _table("grid", "网格走访（演示）", "grid", GRID_COLUMNS),
    ]
    body = yaml.safe_dump(
        {"sources": sources},
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=120,
    )
    return f"# 示例县的监测来源（{NOTICE}），由 samples.sources_yaml 生成\n{body}"


def _site(id: str, name: str, kind: str, channel: str, tier: int) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "kind": kind,
        "channel": channel,
        "tier": tier,
        "home_region": REGION,
        "per_second": PER_SECOND,
        "concurrency": 8,
        "every_minutes": 60,
        "max_pages": 100,
        "assessment": dict(ASSESSMENT),
    }


def _gov(port: int) -> dict[str, Any]:
    base = base_url("gov", port)
    return _site("gov", "邳州市政府网（演示）", "listing", "gov", 4) | {
        "start_urls": [f"{base}/col/{column}/index.html" for column in gov.COLUMNS],
        "selectors": {
            "item": "ul.list li a",
            "next_page": ".pages a.next",
            "title": "h1.title",
            "body": "#zoom",
            "author": ".info .dept",
            "outlet": ".info .source",
            "published_at": ".info .date",
            "views": "#hits",
        },
    }


def _forum(port: int) -> dict[str, Any]:
    base = base_url("forum", port)
    return _site("forum", "运河边论坛（演示）", "thread_listing", "forum", 5) | {
        "start_urls": [f"{base}/forum-{board}-1.html" for board in forum.BOARDS],
        "selectors": {
            "item": "#threadlisttableid a.xst",
            "next_page": ".pg a.nxt",
            "title": "#thread_subject",
            "body": ".t_f",
            "author": ".pls .authi",
            "published_at": "em.authorposton",
            "views": "#views",
            "likes": ".po .likes",
            "post": "#postlist > .post",
            "post_id": "::attr(data-pid)",
        },
    }


def _news_site(id: str, name: str, kind: str, tier: int) -> dict[str, Any]:
    return _site(id, name, kind, "news", tier) | {
        "selectors": {
            "title": "h1.headline",
            "body": "#content",
            "author": ".meta .reporter",
            "outlet": ".meta .from",
            "published_at": ".meta .pubtime",
            "views": ".meta .read",
            "likes": ".like .zan",
        },
        "outlets": {"邳州融媒（演示）": 4, "彭城日报（演示）": 3, "江淮时报（演示）": 2},
    }


def _news(port: int) -> dict[str, Any]:
    return _news_site("news", "邳州新闻网（演示）", "sitemap", 4) | {
        "start_urls": [f"{base_url('news', port)}/sitemap_index.xml"]
    }


def _papers(port: int) -> dict[str, Any]:
    return _news_site("papers", "邳州新闻网·报纸（演示）", "feed", 3) | {
        "start_urls": [f"{base_url('news', port)}/rss/news.xml"]
    }


def _wechat(port: int) -> dict[str, Any]:
    return _site("wechat", "公众号（演示）", "listing", "wechat", 5) | {
        "start_urls": [f"{base_url('wechat', port)}/list-1.html"],
        "selectors": {
            "item": "a.card",
            "next_page": ".pages a.next",
            "title": "#activity-name",
            "body": "#js_content, .said",
            "author": ".author, .who",
            "outlet": "#js_name",
            "published_at": ".when",
            "views": "#readNum",
            "likes": ".praise",
            "post": ".post",
            "post_id": "::attr(data-id)",
        },
    }


def _board(port: int) -> dict[str, Any]:
    return _site("board", "邳州网上问政（演示）", "thread_listing", "board", 4) | {
        "start_urls": [f"{base_url('board', port)}/list-1.html"],
        "selectors": {
            "item": "td a.subject",
            "next_page": ".pages a.next",
            "title": ".subject",
            "body": ".text",
            "author": ".who",
            "outlet": ".unit",
            "published_at": ".when",
            "views": "#views",
            "likes": ".likes",
            "post": ".block",
            "post_id": "::attr(data-id)",
            "post_kind": "::attr(data-kind)",
        },
    }


def _portal(port: int) -> dict[str, Any]:
    return _site("portal", "大运河门户（演示）", "listing", "other", 5) | {
        "start_urls": [f"{base_url('portal', port)}/local_1.html"],
        "selectors": {
            "item": ".feed a.go",
            "next_page": ".pages a.next",
            "title": "h1.hd",
            "body": ".content",
            "author": ".by .ed",
            "outlet": ".by .src",
            "published_at": ".by .t",
            "views": ".by .rd",
            "likes": ".zan",
        },
    }


def _table(id: str, name: str, channel: str, columns: dict[str, str]) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "kind": "table",
        "channel": channel,
        "tier": 5,
        "home_region": REGION,
        "assessment": dict(INTAKE),
        "columns": dict(columns),
    }
