"""How fast articles are understood: `python benchmarks/nlp.py [--texts N] [--encoder DIR]`.

Articles of 300 characters are recombined from sentences of real complaints (MINYIN_DATA). The whole analysis is timed
(mask, segment, places, topics, polarity, fingerprint, event) in CPU seconds of one thread, no database; then jieba + SnowNLP on the
same texts, where SnowNLP is installed; then start-up and memory of a fresh process.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from minyin.county import load_county
from minyin.model import Article, Channel
from nlp.analyse import Analyser, document_of
from nlp.eventjudge import judge_of
from nlp.eventmemory import MemoryStore
from nlp.eventprofile import Tuning
from nlp.events import EventBook
from nlp.eventsketch import Embedder
from nlp.linear import LinearClassifier
from nlp.reposts import signature_of
from nlp.words import Segmenter

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data"))
AT = datetime(2026, 10, 1, tzinfo=UTC)
LENGTH, BATCH, COMPARED = 300, 64, 20
START = """
import time; started = time.perf_counter()
from minyin.county import load_county
from minyin.model import Article, Channel
from nlp.analyse import Analyser
from nlp.linear import LinearClassifier
from datetime import datetime, UTC
at = datetime(2026, 10, 1, tzinfo=UTC)
Analyser(load_county("pizhou"), LinearClassifier.load()).analyse(Article(id="a", source_id="s", url="urn:a",
    channel=Channel.FORUM, tier=5, text="祥润家园停水三天了，没人管", published_at=at, collected_at=at))
import resource
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def pool_of() -> list[str]:
    """Sentences of real complaints."""
    path = DATA / "civic_messages" / "complaints_2019.jsonl"
    if not path.exists():
        raise SystemExit(f"no {path}: set MINYIN_DATA to the research data")
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    parts = "。".join(texts).replace("\n", "").replace("！", "。").replace("？", "。").split("。")
    return [part.strip() + "。" for part in parts if 8 <= len(part.strip()) <= 80]


def articles(number: int) -> list[Article]:
    pool, dice = pool_of(), random.Random(11)
    made = []
    for serial in range(number):
        text = ""
        while len(text) < LENGTH:
            text += dice.choice(pool)
        at = AT + timedelta(minutes=serial)
        made.append(
            Article(
                id=f"a{serial}", source_id="s", url=f"urn:{serial}", channel=Channel.FORUM, tier=5,
                title=dice.choice(pool)[:30], text=text[:LENGTH], published_at=at, collected_at=at,
            )
        )  # fmt: skip
    return made


def whole(given: Sequence[Article], embedder: Embedder | None) -> float:
    """Articles per second of the whole analysis, after a warm-up."""
    county = load_county("pizhou")
    segmenter = Segmenter(county)
    analyser = Analyser(county, LinearClassifier.load(), segmenter)
    tuning = Tuning() if embedder is None else Tuning(pairs=0.02)
    book = EventBook(MemoryStore(), judge_of(county, segmenter.cut, embedder), tuning)
    analyser.analyse(given[0])
    started = time.process_time()
    for start in range(0, len(given), BATCH):
        batch = given[start : start + BATCH]
        found = analyser.analyse_many((one, None) for one in batch)
        for one, analysis in zip(batch, found, strict=True):
            made = document_of(one, analysis, "s")
            signature_of(made.text)
            book.assign(made)
    return len(given) / (time.process_time() - started)


def rivals(given: Sequence[Article]) -> float | None:
    """jieba's words and SnowNLP's sentiment of the same texts; None where SnowNLP is not installed."""
    if find_spec("snownlp") is None:
        return None
    import jieba
    from snownlp import SnowNLP

    jieba.lcut("预热")
    SnowNLP("预热").sentiments  # noqa: B018 - loads its model
    started = time.process_time()
    for one in given[:COMPARED]:
        jieba.lcut(one.text)
        SnowNLP(one.text).sentiments  # noqa: B018 - a property that does the work
    return COMPARED / (time.process_time() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument(
        "--encoder", type=Path, help="folder of an ONNX encoder: events with embeddings"
    )
    arguments = parser.parse_args()
    given = articles(arguments.texts)
    pace = whole(given, None)
    print(f"linear: {pace:,.0f} articles/s")
    if arguments.encoder:
        from nlp.training.embedding import OnnxEmbedder

        print(
            f"events with embeddings: {whole(given, OnnxEmbedder(arguments.encoder)):,.0f} articles/s"
        )
    slow = rivals(given)
    if slow is None:
        print("jieba + SnowNLP: snownlp is not installed")
    else:
        print(f"jieba + SnowNLP: {slow:,.1f} articles/s, {pace / slow:,.0f} times slower")
    print(
        f"this process at its largest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )
    out = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, megabytes = out.stdout.split()
    print(f"start to first analysis: {float(seconds):.1f} s, {float(megabytes):.0f} MB")


if __name__ == "__main__":
    main()
