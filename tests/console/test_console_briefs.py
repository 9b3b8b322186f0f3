"""The monthly brief from the console: built, looked at, verified, signed, and protected from change."""

import re

import httpx

from support.console_seed import SeededHouse


def test_a_brief_is_built_verified_and_signed(client: httpx.Client, house: SeededHouse) -> None:
    page = client.get("/briefs").text
    token = re.search(r'name="token" value="([0-9a-f]{64})"', page)
    assert token
    assert 'value="2026-10"' in page  # last month, as the clock stands
    form = {"token": token[1], "actor": "编辑"}
    built = client.post("/briefs", data=form | {"period": "2026-10"}, timeout=120)
    assert built.status_code == 303, built.text

    page = client.get("/briefs/2026-10").text
    files = re.findall(r'href="(/briefs/2026-10/files/[^"]+)"', page)
    assert {url.rpartition(".")[2] for url in files} == {"html", "docx", "pdf", "json"}
    for url in set(files):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert client.get("/briefs/2026-10/files/..%2F..%2Fminyin.db").status_code == 404

    assert "全部一致" in client.post("/briefs/2026-10/verify", data=form, timeout=60).text
    frozen = house.settings.briefs / "2026-10" / "frozen.json"
    whole = frozen.read_bytes()
    frozen.write_bytes(whole.replace(b'"negative"', b'"positive"', 1))
    assert "处不一致" in client.post("/briefs/2026-10/verify", data=form, timeout=60).text
    assert client.post("/briefs/2026-10/sign", data=form, timeout=60).status_code == 400
    frozen.write_bytes(whole)

    signed = client.post("/briefs/2026-10/sign", data=form, timeout=60)
    assert signed.status_code == 303, signed.text
    assert "第1期（总第25期）" in client.get("/briefs/2026-10").text
    again = client.post("/briefs", data=form | {"period": "2026-10"}, timeout=60)
    assert again.status_code == 400
