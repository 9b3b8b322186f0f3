"""Counts how many ordinary texts carry a term: `python -m nlp.training.terms --data DIR` writes `nlp/data/terms.npz`.

And how many carry a pair of characters: `nlp/data/eventgrams.npz` lists those of every text and those that say what
a text is about; all others are rare enough to be part of a name.

Background only: citizen messages and replies, news and Weibo; no text that judges event detection is among them.
"""

import argparse
import gzip
import io
import json
import os
from collections import Counter
from collections.abc import Iterator
from math import log
from pathlib import Path

import numpy as np
import rjieba

from nlp.event.sketch import GRAMS, bare, grams_of
from nlp.event.words import HEAD, TABLE, raw_terms
from nlp.training.datasets import read_jsonl

RARE, MID = 6.2, 4.0  # idf; three bands of pairs told events apart better than weighing each pair
LEAST = 8  # texts; rarer terms are as good as unknown
NEWS = 4000


def background(data: Path) -> Iterator[str]:
    messages = data / "civic_messages"
    judged = {row["text"].strip() for row in read_jsonl(messages / "complaints_2019.jsonl")}
    for name in ("replies_2011_2020", "leader_board", "unlabelled", "categories_raw"):
        for row in read_jsonl(messages / f"{name}.jsonl"):
            if row.get("text", "").strip() in judged:
                continue
            yield " ".join(
                str(row[field]) for field in ("title", "text", "content", "reply") if row.get(field)
            )
    for row in read_jsonl(data / "local" / "traps_train.jsonl"):
        yield row["text"]
    for row in list(read_jsonl(data / "sentiment" / "smp2020.jsonl"))[:4000]:
        yield row["text"]
    with gzip.open(data / "streams" / "tv_news_2022_2026.jsonl.gz", "rt", encoding="utf-8") as file:
        for _, line in zip(range(NEWS), file, strict=False):
            row = json.loads(line)
            yield f"{row['title']} {row['text']}"


def main() -> None:
    parser = argparse.ArgumentParser(description="统计常见词项的文档频率")
    default = os.environ.get("MINYIN_DATA", "../shared/data")
    parser.add_argument("--data", type=Path, default=Path(default), help="研究数据文件夹")
    parser.add_argument("--out", type=Path, default=TABLE)
    arguments = parser.parse_args()
    frequency: Counter[str] = Counter()
    grams: Counter[str] = Counter()
    documents = 0
    for text in background(arguments.data):
        frequency.update(set(raw_terms(text[:HEAD], rjieba.cut)))
        grams.update(set(grams_of(bare(text[:HEAD]))))
        documents += 1
    known = sorted(term for term, count in frequency.items() if count >= LEAST)
    file = io.BytesIO()
    np.savez_compressed(
        file,
        terms=np.frombuffer("\n".join(known).encode(), np.uint8),
        frequency=np.array([frequency[term] for term in known], np.uint16),
        documents=np.array(documents),
    )
    arguments.out.write_bytes(file.getvalue())
    _write_grams(grams, documents)
    print(f"{documents} texts, {len(known)} terms, {len(file.getvalue()):,} bytes")


def _write_grams(grams: Counter[str], documents: int) -> None:
    """Pairs by idf: below MID they tell nothing, up to RARE they say what a text is about."""
    common = sorted(g for g, n in grams.items() if log((1 + documents) / (1 + n)) < MID)
    mid = sorted(g for g, n in grams.items() if MID <= log((1 + documents) / (1 + n)) < RARE)
    file = io.BytesIO()
    np.savez_compressed(
        file,
        common=np.frombuffer("\n".join(common).encode(), np.uint8),
        mid=np.frombuffer("\n".join(mid).encode(), np.uint8),
    )
    GRAMS.write_bytes(file.getvalue())


if __name__ == "__main__":
    main()
