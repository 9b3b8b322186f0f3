"""The government site: columns with paged lists, one article per page, metas as Chinese government sites have them."""

from samples.planted import Item
from samples.rendering import (
    Pages,
    environment,
    forbidden,
    html,
    latest,
    neighbours,
    newest_first,
    robots,
    slices,
)

COLUMNS = {
    "tzgg": "通知公告",
    "zwdt": "政务动态",
    "msts": "民生提示",
    "hygq": "回应关切",
    "lxxd": "来信选登",
}
PER_PAGE = 15
HIDDEN = "/inner/"
COLUMN_WORDS = (
    ("hygq", ("通报", "说明", "致歉", "回复", "答复", "警情", "辟谣")),
    ("tzgg", ("公告", "公示", "通知", "通告", "征求意见", "方案", "招聘", "招标", "决定")),
    ("msts", ("提示", "提醒", "意见", "要点", "问答", "怎么领", "安排", "预警")),
)
COLUMN_OF_TRAP = {
    "official_reply": "hygq",
    "negation": "hygq",
    "rumour": "hygq",
    "notice": "tzgg",
    "planned_notice": "tzgg",
    "weather": "msts",
    "praise": "lxxd",
    "inquiry": "lxxd",
    "suggestion": "lxxd",
}


def column_of(item: Item) -> str:
    """Where an editor would file it: citizens' letters among the letters, the rest by its title."""
    if item.trap:
        letter = item.should_alert or item.appeal
        return "lxxd" if letter else COLUMN_OF_TRAP.get(item.trap, "zwdt")
    for column, words in COLUMN_WORDS:
        if any(word in item.heading for word in words):
            return column
    return "zwdt"


def path_of(item: Item) -> str:
    return environment.from_string("/art/{{ at | day_path }}/{{ id }}.html").render(
        at=item.published_at, id=item.id
    )


def pages(items: list[Item], _base: str) -> Pages:
    everything = newest_first(items)
    columns: dict[str, list[Item]] = {
        key: [item for item in everything if column_of(item) == key] for key in COLUMNS
    }
    found: Pages = {
        "/robots.txt": robots(HIDDEN),
        f"{HIDDEN}zhibanbiao.html": forbidden("机关内部值班安排"),
        "/": html(
            "gov/index.html",
            latest(everything),
            columns=COLUMNS,
            column=None,
            others=everything[:6],
            newest={key: found[:6] for key, found in columns.items()},
        ),
    }
    for key, filed in columns.items():
        found |= _column(key, filed, everything[:6])
    return found


def _column(key: str, filed: list[Item], others: list[Item]) -> Pages:
    found: Pages = {}
    folder = f"/col/{key}"
    for part in slices(filed, PER_PAGE, folder + "/index_{n}.html", f"{folder}/index.html"):
        found[part.path] = html(
            "gov/list.html", latest(filed), columns=COLUMNS, column=key, part=part, others=others
        )
    for item in filed:
        found[path_of(item)] = html(
            "gov/article.html",
            item.published_at,
            columns=COLUMNS,
            column=key,
            item=item,
            others=neighbours(filed, item),
        )
    return found
