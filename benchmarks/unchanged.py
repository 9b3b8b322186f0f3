"""Has a faster way found something else? Everything that analysis says of some thousand texts, kept and compared.

    python -m benchmarks.unchanged keep FILE
    python -m benchmarks.unchanged compare FILE

Texts are the sample quarter's and those of MINYIN_DATA, with what breaks programs between them. Kept are masks, places,
topics, category, opinion, probabilities (to 1e-6), contexts, casualties, alerts, signatures, words, and the events
that all of it adds up to. The file holds what people wrote: keep it out of the project.
"""

import argparse
import gzip
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from minyin.county import load_county
from minyin.model import Article, ArticleKind, Channel
from nlp.analyse import Analyser, Understood, document_of
from nlp.bulk import whole_of
from nlp.category import CategoryModel
from nlp.event.book import EventBook
from nlp.event.judge import judge_of
from nlp.event.memory import MemoryStore
from nlp.opinion.linear import LinearClassifier
from nlp.opinion.worth import worth
from nlp.repost.fingerprint import signature_of
from nlp.words import Segmenter

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data"))
AT = datetime(2026, 10, 1, tzinfo=UTC)
BATCH = 64
TOLERANCE = 1.5e-6
SETS = (
    ("civic_messages/categories_raw.jsonl", 400), ("civic_messages/complaints_2019.jsonl", 800),
    ("civic_messages/leader_board.jsonl", 300), ("civic_messages/replies_2011_2020.jsonl", 300),
    ("civic_messages/unlabelled.jsonl", 300), ("civic_opinion/dev.jsonl", 500),
    ("civic_opinion/train.jsonl", 600), ("local/masking_dev.jsonl", 100), ("local/masking_extra.jsonl", 100),
    ("local/places_dev.jsonl", 200), ("local/places_extra.jsonl", 200), ("local/traps_dev.jsonl", 200),
    ("local/traps_extra.jsonl", 100), ("local/traps_train.jsonl", 300), ("sentiment/smp2020.jsonl", 300),
)  # fmt: skip
NASTY = (
    "", " ", "\n", "😀🎉" * 40, "\x00\x01\x07\x1b[31m", "運河街道停水三天，沒人管", "The water is off again.", "Вода отключена",
    "<div class='a'>停水&nbsp;<br></div><script>x</script>", "水" * 5000, "啊！" * 3000, "张庄村、" * 500,
    "停水三天没人管。" * 600, "\ufffd半个表情", "1" * 5000, "@" * 2000, "来电人" * 800, "Ａ１２３４５ｂ①②③㈠㍿ﬁ½", "ⅣⅧ℃㎡㏑",
    "十五里\u3000 \u00a0官 湖 镇\u200b停#水*了", "八/义/集/镇/收费", "ＨＴＴＰ://Ａ.cn @某人：转发微博//@张三:停水",
)  # fmt: skip


def texts() -> Iterator[dict[str, Any]]:
    """Title, text and the like of every text, in a fixed order."""
    for text in NASTY:
        yield {"text": text}
        yield {"text": text, "title": text[:200]}
    for line in (ROOT / "samples" / "data" / "items.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)
    for name, most in SETS:
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
        for line in lines[:: max(1, len(lines) // most)]:
            yield json.loads(line)
    for path in sorted((DATA / "incidents").rglob("*.xml"))[::3]:
        yield {"text": path.read_text(encoding="utf-8", errors="replace")}


def articles() -> list[Article]:
    channels, made = list(Channel), []
    for serial, one in enumerate(texts()):
        at = AT + timedelta(minutes=7 * serial)
        made.append(
            Article(
                id=f"a{serial}", source_id="s", url=f"urn:{serial}", tier=1 + serial % 5, published_at=at, collected_at=at,
                channel=channels[serial % len(channels)], title=one.get("title") or None, local_source=bool(serial % 3),
                text=one.get("text") or one.get("content") or "", outlet="官湖镇" if serial % 7 == 0 else None,
                kind=ArticleKind.REPLY if serial % 17 == 0 else ArticleKind.ARTICLE,
            )
        )  # fmt: skip
    return made


def found_in(given: list[Article]) -> Iterator[dict[str, Any]]:
    """What is found in every article; every 17th answers the one before."""
    county = load_county("pizhou")
    segmenter, classifier, category = (
        Segmenter(county),
        LinearClassifier.load(),
        CategoryModel.load(),
    )
    analyser = Analyser(county, classifier, segmenter)
    book = EventBook(MemoryStore(), judge_of(county, segmenter.cut))
    parent = None
    for start in range(0, len(given), BATCH):
        batch = given[start : start + BATCH]
        pairs = [(one, parent if one.kind is ArticleKind.REPLY else None) for one in batch]
        understood = analyser.understand(pairs)
        wholes = [whole_of(one) for one in understood]
        judged = classifier.judge(wholes, [one.channel for one in batch])
        for number, (one, kind) in enumerate(
            zip(understood, category.classify(wholes), strict=True)
        ):
            document = document_of(one.article, one.analysis, "s")
            row = facts(one)
            row["chances"] = [
                round(float(p), 6) for p in (*judged.polarity[number], *judged.flags[number])
            ]
            row["category"] = [kind.name, round(kind.confidence, 6)]
            row["signature"] = signature_of(document.text).hex()
            row["event"] = _event(book.assign(document))
            parent = document
            yield row


def _event(assigned: Any) -> list[Any]:
    return [assigned.event_id, list(assigned.also)]


def facts(one: Understood) -> dict[str, Any]:
    """Everything that an analysis and its grounds say."""
    masks = [
        [list(pair) for pair in masked.originals] for masked in (one.title, one.text) if masked
    ]
    return {
        "id": one.article.id,
        "analysis": one.analysis.model_dump(mode="json"),
        "originals": masks,
        "places": [
            one.places.relevance,
            [span.model_dump(mode="json") for span in one.places.strangers],
        ],
        "topics": json.loads(
            json.dumps(one.topics, default=lambda span: span.model_dump(mode="json"))
        ),
        "worth": list(worth(one)),
    }


def keep(path: Path) -> None:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as file:
        for row in found_in(articles()):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def compare(path: Path) -> int:
    """How many texts have something found in them that is not what was kept; the first of each kind is shown."""
    told: Counter[str] = Counter()
    changed = number = 0
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line, row in zip(file, found_in(articles()), strict=True):
            number += 1
            before, after = _flat(json.loads(line)), _flat(json.loads(json.dumps(row)))
            changed += not same(before, after)
            for key in sorted(before.keys() | after.keys()):
                if not same(before.get(key), after.get(key)):
                    told[key] += 1
                    if told[key] <= 3:
                        print(f"{row['id']} {key}: {before.get(key)!r} → {after.get(key)!r}"[:600])
    print(f"{number} texts, {changed} changed; {dict(told)}")
    return changed


def same(one: Any, other: Any) -> bool:
    """Equal, numbers but for what another order of summing does to them."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= TOLERANCE
    return bool(one == other)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    analysis = row.pop("analysis")
    return row | {f"analysis.{key}": value for key, value in analysis.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=("keep", "compare"))
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    if arguments.act == "keep":
        keep(arguments.file)
    else:
        sys.exit(1 if compare(arguments.file) else 0)


if __name__ == "__main__":
    main()
