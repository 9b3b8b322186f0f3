"""How fast articles are understood: `python -m benchmarks.nlp [--texts N] [--cascade] [--workers N]`.

Articles of 300 characters are recombined from sentences of real complaints (MINYIN_DATA). The whole analysis is timed
(mask, segment, places, topics, polarity, fingerprint, event), no database: first on one core, in CPU seconds of one
thread, with a table of its stages; and on several cores, by the clock and by the CPU seconds of the busiest process:
the two agree where nothing else runs. Where SnowNLP is installed, jieba + SnowNLP read the same texts in the same run:
they give words and a sentiment, so they are compared with our words and polarity alone, and, unlike as that is, with the
whole analysis, on one core and on as many. Last come the linear classifier alone, memory, and the start of a process.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from multiprocessing import active_children
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.nlp_stages import (
    BATCH,
    Part,
    batches_of,
    event_book,
    part_of,
    segmenter,
    stages,
)
from minyin.model import Article, Channel, Document
from nlp.opinion.linear import LinearClassifier
from nlp.together import Together, cores

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data"))
AT = datetime(2026, 10, 1, tzinfo=UTC)
LENGTH, COMPARED = 300, 40
B = TypeVar("B")
R = TypeVar("R")
START = """
import time; started = time.perf_counter()
from minyin.county import load_county
from minyin.model import Article, Channel
from nlp.analyse import Analyser
from nlp.opinion.linear import LinearClassifier
from datetime import datetime, UTC
at = datetime(2026, 10, 1, tzinfo=UTC)
Analyser(load_county("pizhou"), LinearClassifier.load()).analyse(Article(id="a", source_id="s", url="urn:a",
    channel=Channel.FORUM, tier=5, text="祥润家园停水三天了，没人管", published_at=at, collected_at=at))
print(time.perf_counter() - started)
from benchmarks.nlp import peak
print(peak())
"""


def peak(process: str = "self") -> float:
    """Megabytes of a process at its largest; `ru_maxrss` would be that of whoever started it, if larger."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


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


def alone(given: Sequence[Article], part: Part, *, cascade: bool) -> float:
    """Articles per CPU second of one thread."""
    book = event_book(cascade=cascade)
    with Together(part, partial(part_of, cascade), workers=1) as together:
        started = time.process_time()
        for documents in together.results(batches_of(given)):
            for document in documents:
                book.assign(document)
        return len(given) / (time.process_time() - started)


class Pace(NamedTuple):
    """Texts per second: by the clock, and by the CPU seconds of the busiest process."""

    clock: float
    cpu: float


def pace(
    together: Together[B, R], batches: Iterable[B], texts: int, use: Callable[[R], Any]
) -> Pace:
    """Of texts in batches, worked on together; `use` takes each result here."""
    together.wait()
    processes = ["self", *(str(child.pid) for child in active_children())]
    before, started = [busy(one) for one in processes], time.perf_counter()
    for result in together.results(batches):
        use(result)
    spent = time.perf_counter() - started
    took = [busy(one) - first for one, first in zip(processes, before, strict=True)]
    sizes = [peak(one) for one in processes]
    print(f"  memory: {' + '.join(f'{size:.0f}' for size in sizes)} = {sum(sizes):.0f} MB")
    print(f"  CPU seconds: {' + '.join(f'{one:.1f}' for one in took)}, by the clock {spent:.1f}")
    return Pace(texts / spent, texts / max(took))


def busy(process: str) -> float:
    """CPU seconds of a process until now, all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def many(given: Sequence[Article], part: Part, workers: int, *, cascade: bool) -> Pace:
    """The pure part in `workers` processes, events in this one."""
    book = event_book(cascade=cascade)

    def assign(documents: list[Document]) -> None:
        for document in documents:
            book.assign(document)

    with Together(part, partial(part_of, cascade), workers) as together:
        return pace(together, batches_of(given), len(given), assign)


def snownlp() -> Callable[[Sequence[str]], None]:
    import jieba
    from snownlp import SnowNLP

    jieba.setLogLevel("WARNING")

    def read(texts: Sequence[str]) -> None:
        for text in texts:
            jieba.lcut(text)
            SnowNLP(text).sentiments  # noqa: B018 - a property that does the work

    read(["预热"])
    return read


def rivals(given: Sequence[Article], workers: int) -> tuple[float, Pace]:
    """Texts per CPU second on one core, and on as many cores."""
    read, texts = snownlp(), [one.text for one in given]
    started = time.process_time()
    read(texts[:COMPARED])
    one = COMPARED / (time.process_time() - started)
    some = [[text] for text in texts[: COMPARED * workers]]
    with Together(read, snownlp, workers) as together:
        return one, pace(together, some, len(some), lambda _: None)


def classifier(given: Sequence[Article]) -> float:
    """Texts per CPU second of the linear classifier alone: what `classify` gives, evidence included."""
    linear = LinearClassifier.load()
    texts, channels = [one.text for one in given], [one.channel for one in given]
    linear.classify(texts[:10], channels[:10])
    started = time.process_time()
    linear.classify(texts, channels)
    return len(texts) / (time.process_time() - started)


def words_and_polarity(given: Sequence[Article]) -> float:
    """Texts per CPU second of what jieba + SnowNLP give and no more: words, and the attitude with its evidence."""
    linear, cut = LinearClassifier.load(), segmenter().cut
    texts, channels = [one.text for one in given], [one.channel for one in given]

    def read(some: slice) -> None:
        for text in texts[some]:
            cut(text)
        linear.classify(texts[some], channels[some])

    read(slice(0, 10))
    started = time.process_time()
    for start in range(0, len(texts), BATCH):
        read(slice(start, start + BATCH))
    return len(texts) / (time.process_time() - started)


def compared(given: Sequence[Article], one: float, all_cores: Pace, workers: int) -> None:
    """Ours beside jieba + SnowNLP in this run, like with like first."""
    ours = words_and_polarity(given)
    print(f"words and polarity alone: {ours:,.0f} texts/s on one core")
    if find_spec("snownlp") is None:
        print("jieba + SnowNLP: snownlp is not installed")
        return
    slow, slow_all = rivals(given, workers)
    print(
        f"jieba + SnowNLP (words and a sentiment): {slow:,.1f} texts/s on one core, {slow_all.cpu:,.1f} on {workers}"
    )
    print(f"times as fast at the same work, words and polarity, one core each: {ours / slow:,.0f}")
    print(f"times as fast with the whole analysis against their words and sentiment: {one / slow:,.0f} on one core, "
          f"{all_cores.cpu / slow_all.cpu:,.0f} on {workers}, {all_cores.cpu / slow:,.0f} for {workers} against its one")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--cascade", action="store_true", help="cascade, events with embeddings")
    parser.add_argument("--workers", type=int, default=cores())
    arguments = parser.parse_args()
    given, cascade = articles(arguments.texts), arguments.cascade
    part = part_of(cascade)
    part(given[:10])
    all_cores = many(given, part, arguments.workers, cascade=cascade)
    print(
        f"{arguments.workers} cores: {all_cores.cpu:,.0f} articles/s, {all_cores.clock:,.0f} by the clock"
    )
    for name, spent in stages(given[: min(len(given), 512)], cascade=cascade):
        print(f"  {name:12} {spent:7.0f} µs")
    one = alone(given, part, cascade=cascade)
    print(f"one core: {one:,.0f} articles/s")
    compared(given, one, all_cores, arguments.workers)
    print(f"linear classifier alone: {classifier(given):,.0f} texts/s on one core")
    out = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, megabytes = out.stdout.split()
    print(f"start to first analysis: {float(seconds):.1f} s, {float(megabytes):.0f} MB")


if __name__ == "__main__":
    main()
