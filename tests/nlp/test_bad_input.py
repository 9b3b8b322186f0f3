"""What no writer meant to send: each gets a record or a counted rejection, whichever room reads it."""

import json
from pathlib import Path

import pytest
import rjieba

from minyin.clock import fixed_clock, system_clock
from minyin.county import load_county
from nlp.analyse import Analyser
from nlp.bulk import Understander, analyse_file
from nlp.bulk_lines import Row
from nlp.event.file import cluster
from nlp.event.judge import judge_of
from nlp.event.summary import Source, summarise
from nlp.explain import explain
from nlp.opinion.linear import LinearClassifier
from nlp.repost.fingerprint import signature_of
from nlp.repost.reposts import same_text
from nlp.together import Together

TEXTS = {
    "empty": "",
    "blank": " \n\t\u3000",
    "emoji": "😡😡😡👎🏻👨‍👩‍👧‍👦🇨🇳",
    "control": "停\x00水\x07了\x1b[31m，\u202e人没\u200b管\ufeff\x7f",
    "traditional": "我們小區停水三天了，沒人管，請相關部門儘快處理。运河街道這邊。",
    "english": "The tap water in our compound has been cut for three days, please help! call 13800138000",
    "uyghur and russian": "سۇ ئۈزۈلۈپ قالدى. Воду отключили три дня назад. 水が止まった。수돗물",
    "html": "<div class='a'>停水<br/>&nbsp;三天&#33;<script>alert('没人管')</script></p></div><!-- 注释",
    "half a pair": "停水\ud83d三天",
    "one line of 100,000": "停水三天没人管，" * 12_500,
    "one letter": "水" * 100_000,
    "a megabyte": ("运河街道建设路停水三天，电话13812345678，身份证320382199001011234。" * 30_000)[
        :350_000
    ],
    "brackets": "【（[{" * 20_000,
    "numbers": "1234567890" * 20_000,
    "combining": "停" + "\u0301" * 5_000 + "水",
}


@pytest.fixture(scope="module")
def understander() -> Understander:
    county = load_county("pizhou")
    return Understander(county, Analyser(county, LinearClassifier.load()), fixed_clock(system_clock())())  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_record_or_a_counted_rejection(name: str, tmp_path: Path, understander: Understander) -> None:  # fmt: skip
    text = TEXTS[name]
    rows = [{"id": 1, "text": text}, {"id": 2, "text": "路灯坏了", "title": text}]
    (tmp_path / "in").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="ascii")
    alone = Together(understander.lines, lambda: understander.lines, workers=1)
    done = analyse_file(tmp_path / "in", tmp_path / "out", alone)
    assert done.written + len(done.rejected) == 2
    for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        length = len(rows[record["id"] - 1]["text"])
        assert record["polarity"] in ("neg", "neu", "pos")
        assert all(0 <= start < end <= length for start, end, _ in record["mask_spans"])
        assert sum(record["probabilities"].values()) == pytest.approx(1, abs=0.01)
        assert "13812345678" not in record["masked_text"]


@pytest.mark.parametrize("name", TEXTS)
def test_events_reposts_explanations_and_summaries(name: str, understander: Understander) -> None:
    text = TEXTS[name]
    lines = [json.dumps({"id": n, "text": text, "title": text[:50], "time": "2026-10-01"}).encode() for n in range(2)]  # fmt: skip
    found = list(cluster(lines, judge_of(understander.county, rjieba.cut)))
    assert len(found) == 2
    assert all((line.event_id is None) == (line.reason is not None) for line in found)
    assert signature_of(text) == signature_of(text)
    if len(text) < 10_000:
        assert same_text(text, text) == bool(signature_of(text))
        row = Row(1, "x", text.replace("\ud83d", "\ufffd"))
        told = explain(understander, row)
        assert {one.key for one in told.findings} >= {"polarity"}
    whole = [Source(id="a", text=text, at=understander._now)] if text.strip() else []
    for sentence in summarise(whole):
        assert sentence.articles == ("a",)
