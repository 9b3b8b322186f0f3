"""The table of files and addresses, in every form that it may come in."""

from pathlib import Path

import pytest

from crawlers.table.urlmap import read_url_map
from minyin.errors import InputError

URL = "http://x.cn/art/1.html"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"a_1": "{URL}"}}',
        f'{{"{URL}": "a_1.html"}}',
        f'{{"a_1.html": {{"url": "{URL}"}}}}',
        f'[{{"id": "a_1", "url": "{URL}"}}, {{"id": "b", "url": null}}]',
        f'{{"id": "a_1", "html": "html/a_1.html", "url": "{URL}"}}\n{{"id": "b", "url": null}}\n',
        f'["a_1.html", "{URL}"]\n["b.html", "http://x.cn/2"]',
        f"id,url\na_1,{URL}\nb,\n",
        f"url\tfile\n{URL}\thtml/a_1.html\n",
        f"a_1.html,{URL}\n",
        f"{URL}\ta_1\n",
        f"文件名,网址\na_1.html,{URL}\n",
    ],
)
def test_every_form_of_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map"
    path.write_text(text, encoding="utf-8-sig")
    assert read_url_map(path)["a_1"] == URL


def test_a_table_without_a_pair_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("标题,日期\n停水,2026-08-01\n", encoding="gb18030")
    with pytest.raises(InputError, match="没有一对"):
        read_url_map(path)
    with pytest.raises(InputError, match="读不到"):
        read_url_map(tmp_path / "none.csv")
