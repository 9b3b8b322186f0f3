"""Build, verify, tamper, sign: the brief's life on real files."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from sqlalchemy import Connection, Engine

from minyin.clock import SHANGHAI, fixed_clock
from minyin.county import County
from minyin.database import tables
from minyin.errors import InputError
from minyin.model import Brief
from minyin.settings import Settings
from reports.brief import build_brief, issue_brief, review_brief, sign_brief, verify_brief
from reports.correction import Grounds, correct_brief
from reports.document import BriefDocument, Cite, Link, Number

SIGNED_AT = datetime(2026, 11, 4, 10, tzinfo=SHANGHAI)
HEADINGS = (
    "一、总体情况", "二、舆情分布", "三、热点舆情TOP10", "四、重点舆情及处置情况", "五、预警与工单办理情况",
    "六、民生诉求热点", "七、研判与建议", "八、上期事项“回头看”", "附件1 工单明细", "附件2 承办单位办理情况表",
    "附件3 监测来源与数据口径说明",
)  # fmt: skip


@pytest.fixture
def copy(built: Any, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built.folder, tmp_path / "2026-10"))


@pytest.fixture(scope="module")
def brief_document(built: Any) -> BriefDocument:
    return BriefDocument.model_validate_json((built.folder / "brief.json").read_bytes())


def everything(document: BriefDocument) -> str:
    return "\n".join("".join(run.text for run in runs) for _, runs in document.places())


def test_an_untouched_brief_has_no_differences(built: Any) -> None:
    assert verify_brief(built.folder) == []
    assert verify_brief(built.folder / "brief.html") == []


def test_all_sections_of_the_template_are_there(brief_document: BriefDocument) -> None:
    titles = [section.title for section in brief_document.sections if section.level == 1]
    assert len(titles) == len(HEADINGS)
    for title, expected in zip(titles, HEADINGS, strict=True):
        assert title.startswith(expected)
    assert 3 <= len(brief_document.highlights) <= 5
    assert all(len(point.plain) <= 60 for point in brief_document.highlights)


def test_sentences_carry_the_months_numbers(brief_document: BriefDocument) -> None:
    text = everything(brief_document)
    assert "共监测到涉邳信息11条（去重后，原始采集13条）" in text
    assert "环比下降21.43%（上月14条）" in text
    assert "负面8条，占72.73%" in text
    assert "上月结转1件，本月新增4件" in text
    assert "应办4件；办结3件，结转下月1件" in text
    assert "按时办结率33.33%（以本月到期应办结3件为基数" in text
    assert "舆情高点出现在10月14日（6条），见图1，主要与“沂武路水管爆裂停水”有关" in text
    assert "10月14日12时首次回应" in text
    assert "官方答复：“网友您好：停水事项已核实" in text


def test_no_bare_red(brief_document: BriefDocument) -> None:
    """DOMAIN §0.10: 红 stands only in 红色·特别重大 and 红榜（先进）."""
    text = everything(brief_document) + "".join(s.title for s in brief_document.sections)
    allowed = re.sub(r"红色·特别重大|红榜（先进）", "", text)
    assert "红" not in allowed


def test_every_citation_resolves_and_every_link_leads_to_the_console(
    brief_document: BriefDocument, built: Any
) -> None:
    base = built.settings.console.public_url
    known = {c.number: c for c in brief_document.citations}
    cited = set()
    for _, runs in brief_document.places():
        cited |= {run.number for run in runs if isinstance(run, Cite)}
        for run in runs:
            if isinstance(run, Link):
                assert re.fullmatch(rf"{base}/(events|tickets)/PZ-[E0-9-]+", run.href)
    assert cited == set(known)
    assert {c.kind for c in known.values()} >= {"article", "event", "ticket"}
    for citation in known.values():
        assert citation.href == f"{base}/{citation.kind}s/{citation.object_id}"


def test_quotes_are_short_and_from_the_texts(brief_document: BriefDocument) -> None:
    views = [line for line in everything(brief_document).splitlines() if "网民主要观点" in line]
    quotes = re.findall(r"是“([^”]+)”", views[0])
    assert 2 <= len(quotes) <= 3
    assert all(len(quote) <= 60 for quote in quotes)
    assert "损失" in "".join(quotes)
    assert "相近表述占" in views[0]


def test_building_twice_gives_the_same_files(built: Any) -> None:
    before = {p.name: p.read_bytes() for p in built.folder.rglob("*") if p.is_file()}
    build_brief(
        built.engine,
        county=built.county,
        settings=built.settings,
        period="2026-10",
        clock=built.clock,
    )
    after = {p.name: p.read_bytes() for p in built.folder.rglob("*") if p.is_file()}
    assert set(after) == set(before)
    assert [name for name in before if before[name] != after[name]] == []


def _json_number(folder: Path) -> None:
    path = folder / "brief.json"
    document = BriefDocument.model_validate_json(path.read_bytes())
    data = document.encode().decode()
    changed = data.replace('"text": "72.73%"', '"text": "62.73%"', 1)
    assert changed != data
    path.write_text(changed, encoding="utf-8")


def _json_sentence(folder: Path) -> None:
    path = folder / "brief.json"
    path.write_text(path.read_text("utf-8").replace("首次回应。", "及时首次回应。"), "utf-8")


def _frozen(folder: Path) -> None:
    path = folder / "frozen.json"
    path.write_text(path.read_text("utf-8").replace('"negative"', '"neutral"', 1), "utf-8")


def _html(folder: Path) -> None:
    path = folder / "brief.html"
    path.write_text(path.read_text("utf-8").replace(">72.73%<", ">52.73%<", 1), "utf-8")


def _metrics(folder: Path) -> None:
    path = folder / "metrics.json"
    data = json.loads(path.read_text("utf-8"))
    data["items_total"]["values"][""] = 12.0
    path.write_text(json.dumps(data), "utf-8")


def _docx(folder: Path) -> None:
    word = docx.Document(str(folder / "brief.docx"))
    for paragraph in word.paragraphs:
        for run in paragraph.runs:
            if run.text == "72.73%":
                run.text = "32.73%"
    word.save(str(folder / "brief.docx"))


def _pdf(folder: Path) -> None:
    with (folder / "brief.pdf").open("ab") as file:
        file.write(b"\n")


@pytest.mark.parametrize(
    ("tamper", "line"),
    [
        (_json_number, "写作“62.73%”，按冻结数据应为“72.73%”"),
        (_json_sentence, "文字与冻结数据生成的不同"),
        (_frozen, "冻结数据被改动"),
        (_html, "brief.html 第"),
        (_metrics, "metrics.json 中 items_total"),
        (_docx, "brief.docx 中找不到"),
        (_pdf, "brief.pdf 在生成之后被改动"),
    ],
)
def test_tampering_is_found(copy: Path, tamper: Callable[[Path], None], line: str) -> None:
    tamper(copy)
    assert any(line in difference for difference in verify_brief(copy))


def test_every_single_number_is_held_by_its_metric(
    copy: Path, brief_document: BriefDocument
) -> None:
    """Each number of the body raised by one gives a line of its own."""
    from reports.frozen import decode
    from reports.metrics import Measures
    from reports.verify import numbers

    measures = Measures(decode((copy / "frozen.json").read_bytes()))
    assert numbers(brief_document, measures) == []
    total = 0
    sections = []
    for section in brief_document.sections:
        blocks = []
        for block in section.blocks:
            if block.kind != "paragraph":
                blocks.append(block)
                continue
            total += sum(isinstance(run, Number) for run in block.runs)
            wrong = (r.but(text=f"{r.text}1") if isinstance(r, Number) else r for r in block.runs)
            blocks.append(block.but(runs=tuple(wrong)))
        sections.append(section.but(blocks=tuple(blocks)))
    changed = brief_document.but(sections=tuple(sections))
    assert total > 80
    assert len(numbers(changed, measures)) == total


def test_an_unreadable_file_is_reported_not_raised(copy: Path) -> None:
    (copy / "frozen.json").write_text("{}", "utf-8")
    assert "读不出" in verify_brief(copy)[0]


def test_a_folder_without_a_brief_is_an_operators_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有简报"):
        verify_brief(tmp_path)


def test_an_empty_month_says_so(built_empty: Any) -> None:
    document = BriefDocument.model_validate_json((built_empty.folder / "brief.json").read_bytes())
    text = everything(document)
    assert "本月未监测到涉邳公开信息" in text
    assert "本月未监测到舆情事件" in text
    assert "本月未发布预警" in text
    assert "本月无结转工单，无新增工单" in text
    assert "本月未监测到民生诉求" in text
    assert all(section.blocks for section in document.sections if section.level > 1)
    assert verify_brief(built_empty.folder) == []
    assert not list((built_empty.folder / "charts").iterdir())


def test_before_the_month_ends_the_brief_says_as_of(
    tmp_path: Path, reports_county: County, engine: Engine
) -> None:
    early = fixed_clock(datetime(2026, 10, 10, 8, tzinfo=SHANGHAI))
    settings = Settings(home=tmp_path)
    brief = build_brief(
        engine, county=reports_county, settings=settings, period="2026-10", clock=early
    )
    document = BriefDocument.model_validate_json((Path(brief.folder) / "brief.json").read_bytes())
    assert document.cutoff_text == "数据截至2026年10月10日8时，本月未结束，数字为阶段数"
    with pytest.raises(InputError, match="还没有开始"):
        build_brief(engine, county=reports_county, settings=settings, period="2026-11", clock=early)


def test_signing_takes_a_number_and_closes_the_brief(
    built_empty: Any, tmp_path: Path, engine: Engine
) -> None:
    settings = Settings(home=tmp_path / "home")
    build = {"county": built_empty.county, "settings": settings, "clock": built_empty.clock}
    build_brief(engine, period="2026-10", **build)
    with engine.begin() as connection:
        assert review_brief(connection, "2026-10").state == "review"
        with pytest.raises(InputError, match="签发之后"):
            issue_brief(connection, "2026-10")
        signed = sign_brief(connection, "2026-10", actor="王主任", at=SIGNED_AT)
    assert (signed.issue, signed.issue_total, signed.state) == (1, 25, "signed")
    folder = Path(signed.folder)
    html = (folder / "brief.html").read_text("utf-8")
    assert "2026年第1期（总第25期）" in html
    assert "2026年11月4日" in html
    assert verify_brief(folder) == []
    with pytest.raises(InputError, match="更正"):
        build_brief(engine, period="2026-10", **build)
    with engine.begin() as connection:
        with pytest.raises(InputError, match="不能再次签发"):
            sign_brief(connection, "2026-10", actor="王主任", at=SIGNED_AT)
        assert issue_brief(connection, "2026-10").state == "issued"


def test_a_tampered_draft_is_not_signed(tmp_path: Path, built_empty: Any, engine: Engine) -> None:
    brief = build_brief(
        engine, county=built_empty.county, settings=Settings(home=tmp_path), period="2026-10",
        clock=built_empty.clock,
    )  # fmt: skip
    (Path(brief.folder) / "brief.html").write_text("改过", "utf-8")
    with engine.begin() as connection, pytest.raises(InputError, match="不能签发"):
        sign_brief(connection, "2026-10", actor="王主任", at=SIGNED_AT)


def test_a_signed_brief_is_corrected_beside_the_first_edition(
    own: Engine, built: Any, tmp_path: Path
) -> None:
    build = {"county": built.county, "settings": Settings(home=tmp_path), "clock": built.clock}

    def correct(connection: Connection, reason: str) -> Brief:
        grounds = Grounds(reason=reason, made_by="王主任", at=SIGNED_AT)
        return correct_brief(connection, "2026-10", grounds, county=built.county)

    build_brief(own, period="2026-10", **build)
    with own.begin() as connection:
        with pytest.raises(InputError, match="尚未签发"):
            correct(connection, "误报")
        first = sign_brief(connection, "2026-10", actor="王主任", at=SIGNED_AT)
        with pytest.raises(InputError, match="没有差异，无需更正"):
            correct(connection, "误报")
    original = {path: path.read_bytes() for path in Path(first.folder).iterdir() if path.is_file()}
    articles = tables.articles
    with own.begin() as connection:
        connection.execute(
            articles.update().where(articles.c.polarity == "negative").values(polarity="neutral")
        )
        with pytest.raises(InputError, match="须写明原因"):
            correct(connection, " ")
        second = correct(connection, "倾向判定有误")
    assert (second.state, second.issue, second.corrections) == ("corrected", first.issue, 1)
    assert verify_brief(Path(second.folder)) == verify_brief(Path(first.folder)) == []
    assert {path: path.read_bytes() for path in original} == original
    html = (Path(second.folder) / "brief.html").read_text("utf-8")
    assert "期（更正）（总第" in html
    assert "本件为更正件，请以本件为准。更正原因：倾向判定有误" in html
    assert "敏感信息量：原为“8”，更正为“0”" in html
    with own.begin() as connection:
        connection.execute(articles.update().values(title="改了标题"))
        third = correct(connection, "标题有误")
    assert third.corrections == 2
    assert "（第2次更正）" in (Path(third.folder) / "brief.html").read_text("utf-8")
