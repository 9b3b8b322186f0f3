"""Subscriptions: every new article that answers one is told once, in time, within bounds, masked."""

import shutil
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from console.cli import app, run
from flows.bootstrap import open_house
from flows.ingest import index_pending
from flows.subscriptions import tell, until
from minyin.clock import SHANGHAI
from minyin.county import PACKAGED
from minyin.database import load, reading, save, tables
from minyin.model import Mail, Polarity
from minyin.settings import load_settings
from minyin.subscriptions import Subscription
from support.index_documents import NOW, documents

WATER = "{id: water, name: 停水, query: 停水 and 情感:负面, to: [a@pizhou.example], every: now, at_most: 3}"


def county(folder: Path, *entries: str) -> Path:
    shutil.copytree(PACKAGED / "pizhou", folder / "county", dirs_exist_ok=True)
    text = "subscriptions:\n" + "".join(f"  - {entry}\n" for entry in entries)
    (folder / "county" / "subscriptions.yaml").write_text(text, encoding="utf-8")
    return folder / "county"


def opened(tmp_path, *entries):
    folder = county(tmp_path, *entries)
    settings = load_settings(home=tmp_path / "home", county=str(folder), now=NOW)
    return open_house.__wrapped__(settings)


def article(number, text="小区停水三天没人管", **changes):
    given = {"polarity": Polarity.NEGATIVE, "collected_at": NOW, "masked": (), "topics": ()}
    base = documents(number + 1)[number].but(title=text, text=text, words_title="", words_text="")
    return base.but(id=f"article-{number:03}", **{**given, **changes})


def take(house, *articles):
    with house.engine.begin() as connection:
        save(connection, tables.articles, articles, content_digest="", indexed=False)
    index_pending(house)


def mails(house):
    with reading(house.engine) as connection:
        return load(connection, Mail, select(tables.mails).order_by(tables.mails.c.created_at))


def words(house, mail):
    message = message_from_bytes(
        (house.settings.outbox / mail.body_path).read_bytes(), policy=policy.default
    )
    return message.get_body(("plain",)).get_content()


def test_an_article_is_told_once_whatever_comes_after(tmp_path):
    house = opened(tmp_path, WATER)
    take(house, article(1), article(2, "停电了"), article(3, polarity=Polarity.POSITIVE))
    report = tell(house)
    assert (report.inputs, report.outcomes) == (1, {"told": 1})
    (mail,) = mails(house)
    assert mail.subject == "【检索订阅】停水：新增 1 篇"
    assert mail.to == ("a@pizhou.example",)
    said = words(house, mail)
    assert "小区停水三天没人管" in said
    assert "/articles/article-001" in said
    assert tell(house).inputs == 0

    take(house, article(1, event_id="PZ-E-20261101-001"), article(4))
    with house.engine.begin() as connection:
        connection.execute(tables.articles.update().values(indexed=False))
    index_pending(house)
    assert tell(house).outcomes == {"told": 1}, "only the new one, though all were indexed anew"
    assert len(mails(house)) == 2
    assert "article-004" in words(house, mails(house)[1])


def test_a_mail_lists_so_many_and_counts_the_rest(tmp_path):
    house = opened(tmp_path, WATER)
    take(house, *(article(n) for n in range(8)))
    assert tell(house).outcomes == {"told": 3, "told/counted": 5}
    (mail,) = mails(house)
    said = words(house, mail)
    assert said.count("/articles/") == 3
    assert "另有 5 篇" in said
    assert tell(house).inputs == 0


def test_old_articles_are_no_news(tmp_path):
    house = opened(tmp_path, WATER)
    take(house, article(1, collected_at=NOW - timedelta(days=3)))
    assert tell(house).inputs == 0


def test_matters_of_minors_are_not_quoted(tmp_path):
    house = opened(tmp_path, WATER)
    take(house, article(1, "学校停水，学生某某说", topics=("T28",), topic="T28"))
    tell(house)
    said = words(house, mails(house)[0])
    assert "某某" not in said
    assert "（不摘录）" in said


def test_what_could_not_be_written_is_told_next_time(tmp_path):
    house = opened(tmp_path, WATER)
    take(house, article(1))
    outbox = house.settings.outbox
    outbox.parent.mkdir(parents=True, exist_ok=True)
    outbox.write_text("in the way")
    with pytest.raises(FileExistsError):
        tell(house)
    outbox.unlink()
    take(house, article(2))
    assert tell(house).outcomes == {"told": 2}
    assert len(mails(house)) == 1


def test_an_article_that_is_gone_before_it_is_told(tmp_path):
    house = opened(tmp_path, WATER)
    take(house, article(1))
    with house.engine.begin() as connection:
        connection.execute(tables.articles.delete())
    assert tell(house).outcomes == {"skipped/removed": 1}
    assert (mails(house), tell(house).inputs) == ([], 0)


@pytest.mark.parametrize(
    ("every", "expected"),
    [("now", (9, 30, 1)), ("hour", (9, 0, 1)), ("day", (8, 0, 1))],
)
def test_when_a_mail_is_due(every, expected):
    one = Subscription(id="x", name="x", query="x", to=("a@b.example",), every=every)
    at = until(one, NOW).astimezone(SHANGHAI)
    assert (at.hour, at.minute, at.day) == expected


def test_before_eight_the_day_is_not_over():
    one = Subscription(id="x", name="x", query="x", to=("a@b.example",))
    early = datetime(2026, 11, 1, 7, 59, tzinfo=SHANGHAI)
    assert until(one, early).isoformat() == "2026-10-31T08:00:00+08:00"


def test_a_question_that_cannot_be_read_holds_up_nobody(tmp_path, caplog):
    house = opened(tmp_path, WATER, "{id: bad, name: 错, query: 镇接:东湖, to: [a@b.example]}")
    take(house, article(1))
    assert "bad 的检索式第 1 列" in caplog.text
    assert tell(house).outcomes == {"told": 1}


def test_a_broken_file_holds_up_neither_ingest_nor_mail(tmp_path, caplog):
    house = opened(tmp_path, WATER, "{id: bad}")
    take(house, article(1))
    assert house.store.count() == 1
    assert tell(house).inputs == 0
    assert "subscriptions.yaml:3" in caplog.text


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("{id: bad, name: 错, query: 镇接:东湖, to: [a@b.example]}", "没有名为“镇接”的字段"),
        ("{id: bad, name: 错, query: 停水, to: [ab.example]}", "不是邮箱"),
        ("{id: bad, name: 错, query: 停水, to: [a@b.example], evry: day}", "是不是想写 every？"),
        ("{id: water, name: 错, query: 停水, to: [a@b.example]}", "出现了两次"),
    ],
)
def test_check_lists_every_fault(tmp_path, monkeypatch, capsys, entry, fault):
    folder = county(tmp_path, WATER, entry)
    monkeypatch.setenv("MINYIN_COUNTY", str(folder))
    assert run(["--home", str(tmp_path / "home"), "check"]) == 2
    said = capsys.readouterr().err
    assert "subscriptions.yaml:" in said
    assert fault in said


def test_the_command_tells_and_delivers(tmp_path, monkeypatch):
    house = opened(tmp_path, WATER)
    take(house, article(1))
    monkeypatch.setenv("MINYIN_COUNTY", str(house.county.folder))
    monkeypatch.setenv("MINYIN_NOW", NOW.isoformat())
    result = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "deliver"])
    assert result.exit_code == 0, result.output
    assert "检索订阅" in result.output
    assert "编入订阅邮件" in result.output
    assert "存发件箱" in result.output
