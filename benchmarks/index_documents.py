"""Documents and questions for the index benchmark: texts recombined from sentences of real complaints, every field filled."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import rjieba

from index.dates import milliseconds
from index.port import SearchRequest
from index.text import gram_texts
from minyin.clock import day_start, local
from minyin.model import Document
from tests.support.index_documents import NOW, document

Pool = list[tuple[str, str]]
STREET = "320382001"


def sentences(data: Path) -> Pool:
    """(sentence, its words joined by spaces)"""
    path = data / "civic_messages" / "complaints_2019.jsonl"
    if not path.exists():
        raise SystemExit(f"no {path}: set MINYIN_DATA or --data to the research data")
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    whole = "。".join(texts).replace("\n", "").replace("！", "。").replace("？", "。")
    found = [part.strip() + "。" for part in whole.split("。") if 8 <= len(part.strip()) <= 80]
    return [(part, " ".join(rjieba.cut(part))) for part in dict.fromkeys(found)]


def made(number: int, pool: Pool) -> Iterator[Document]:
    """Documents of 200 to 400 characters over 400 days, the same every time."""
    dice = random.Random(11)
    shapes = [document(dice, serial) for serial in range(2_000)]
    for serial in range(number):
        chosen, length = [], 0
        wanted = dice.randint(200, 400)
        while length < wanted:
            chosen.append(dice.choice(pool))
            length += len(chosen[-1][0])
        title = dice.choice(pool)
        yield shapes[serial % len(shapes)].model_copy(
            update={
                "id": f"{serial:026}",
                "title": title[0],
                "words_title": title[1],
                "text": "".join(part[0] for part in chosen),
                "words_text": " ".join(part[1] for part in chosen),
                "published_at": NOW - timedelta(seconds=dice.randrange(400 * 86_400)),
            }
        )


@dataclass(frozen=True)
class Question:
    """The same question for our stores and, as SQL over `a` (articles) and `f` (FTS5), for SQLite."""

    request: SearchRequest
    sql: str
    given: tuple[object, ...]


def questions(pool: Pool) -> list[Question]:
    """200 mixed: words, pairs, phrases, filters and ranges; by time and by relevance."""
    dice = random.Random(5)
    words = [word for _, line in pool for word in line.split() if 2 <= len(word) <= 4]
    return [_question(dice, number, words, pool) for number in range(200)]


def _question(dice: random.Random, number: int, words: list[str], pool: Pool) -> Question:
    first, second, whole = dice.choice(words), dice.choice(words), dice.choice(pool)[0]
    start = dice.randrange(max(1, len(whole) - 5))
    phrase = whole[start : start + 4].translate({ord(sign): None for sign in '“”"\\'})
    days = dice.randint(7, 300)
    since = milliseconds(day_start(local(NOW - timedelta(days=days)).date()))
    query, sql, given = (
        (f'"{first}"', "f match ?", (_fts(first),)),
        (f'"{first}" and "{second}"', "f match ?", (f"({_fts(first)}) AND ({_fts(second)})",)),
        (f'"{phrase}"', "f match ?", (_fts(phrase),)),
        (
            f'"{first}" and 情感:负面 and 时间>=now-{days}d/d',
            "f match ? and a.polarity = 'negative' and a.published_at >= ?",
            (_fts(first), since),
        ),
        (
            f'镇街:{STREET} and 等级>=2 and not "{first}"',
            "a.street = ? and a.severity >= 2 and a.rowid not in (select rowid from f where f match ?)",
            (STREET, _fts(first)),
        ),
    )[number % 5]
    sort = "relevance" if number % 3 == 0 else "time"
    return Question(SearchRequest.model_validate({"query": query, "sort": sort}), sql, given)


def _fts(text: str) -> str:
    """The characters side by side in title or text, as FTS5 is asked for them."""
    line = " ".join(gram_texts(text)) or "没有这样的字"
    return f'"{line}"'
