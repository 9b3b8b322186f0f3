"""How fast articles are indexed and found: `python -m benchmarks.index --documents 100000 [--engines …] [--data DIR]`.

The embedded store, SQLite FTS5 and, where MINYIN_ELASTICSEARCH_URL names one, Elasticsearch, with the same documents and
questions in one run. Words are segmented before the clock starts, since ingest brings them along. Beside every time
by the clock stands the processor's own, and the load of the machine: on a busy one the clock says little.
"""

import argparse
import importlib
import os
import resource
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import rjieba

from benchmarks.index_documents import Pool, made, questions, sentences
from benchmarks.index_sqlite import SqliteStore
from index.embedded import EmbeddedStore
from index.port import ArticleStore, SearchRequest
from index.query import parse
from minyin.clock import fixed_clock
from minyin.settings import IndexSettings
from tests.support.index_documents import NOW

ROOT = Path(__file__).resolve().parents[1]
CHUNK = 20_000
DASHBOARD = SearchRequest(
    facets=("channel", "polarity", "street", "topics"), histogram="day", limit=50
)
# (floor, goal)
LIMITS = {
    "篇/秒": (2_000, 4_000),
    "查询 p95 毫秒": (30, 10),
    "总览毫秒": (250, 100),
    "磁盘 GB": (3.0, 1.5),
    "内存 GB": (1.2, 0.8),
    "常设检索秒": (3.0, 1.0),
    "写后可见秒": (2.0, 1.0),
}


class Spent(NamedTuple):
    """Seconds by the clock and of the processor."""

    wall: float
    cpu: float


def spent(call: Callable[[], object]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def tell(engine: str, what: str, value: float, spare: str = "") -> None:
    floor, goal = LIMITS.get(what, (None, None))
    limits = f"（底线 {floor}，目标 {goal}）" if floor else ""
    print(
        f"{engine:<14}{what:<10} {value:>10,.2f} {limits} {spare} 负载 {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def fill(engine: str, write: Callable[[Sequence], object], number: int, pool: Pool) -> None:
    """Writes are measured, the making of documents is not."""
    source, total, written = made(number, pool), Spent(0, 0), 0
    while chunk := list(islice(source, CHUNK)):
        one = spent(lambda chunk=chunk: write(chunk))
        total, written = Spent(total.wall + one.wall, total.cpu + one.cpu), written + len(chunk)
    tell(engine, "篇/秒", written / total.wall, f"每 CPU 秒 {written / total.cpu:,.0f} 篇")


class Memory:
    """The most memory while something runs, in GB, looked at twenty times a second: all, its own, mapped files."""

    KINDS = ("VmRSS", "RssAnon", "RssFile")

    def __enter__(self) -> "Memory":
        self.most = dict.fromkeys(self.KINDS, 0.0)
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
            told = dict(line.split(":", 1) for line in lines)
            for kind in self.KINDS:
                self.most[kind] = max(self.most[kind], int(told[kind].split()[0]) / 1e6)


def ask(engine: str, calls: Sequence[Callable[[], object]]) -> None:
    for call in calls[:20]:
        call()
    times = [spent(call) for call in calls]
    walls, cpus = ([t[n] * 1000 for t in times] for n in (0, 1))
    middle, cpu = statistics.median(walls), statistics.quantiles(cpus, n=20)[18]
    tell(
        engine,
        "查询 p95 毫秒",
        statistics.quantiles(walls, n=20)[18],
        f"p50 {middle:.1f}，CPU p50 {statistics.median(cpus):.1f} p95 {cpu:.1f}",
    )


def board(engine: str, call: Callable[[], object]) -> None:
    times = [spent(call) for _ in range(9)]
    cpu = statistics.median(t.cpu for t in times) * 1000
    tell(engine, "总览毫秒", statistics.median(t.wall for t in times) * 1000, f"CPU {cpu:.1f}")


def live(engine: str, writer: ArticleStore, reader: ArticleStore, pool: Pool) -> None:
    """From the call that writes one article until another store object, as another process has it, finds it."""
    times, ids = [], []
    for number, document in enumerate(islice(made(7, pool), 7)):
        name = f"LIVE-{os.getpid()}-{number}"
        ids.append(f"live-{os.getpid()}-{number}")
        watch = threading.Thread(target=until_found, args=(reader, name, times))
        watch.start()
        writer.write([document.but(id=ids[-1], event_id=name)])
        watch.join()
    writer.delete(ids)
    tell(engine, "写后可见秒", statistics.median(times), f"最长 {max(times):.2f}")


def until_found(reader: ArticleStore, event: str, times: list[float]) -> None:
    start = time.perf_counter()
    while not reader.count(f"event_id:{event}"):
        time.sleep(0.002)
    times.append(time.perf_counter() - start)


def measure(engine: str, writer: ArticleStore | None, reader: ArticleStore, pool: Pool) -> None:
    asked = [one.request for one in questions(pool)]
    ask(engine, [lambda request=request: reader.search(request) for request in asked])
    board(engine, lambda: reader.search(DASHBOARD))
    if writer is not None:
        live(engine, writer, reader, pool)


def embedded(folder: Path, number: int, pool: Pool, *, ready: bool) -> EmbeddedStore:
    writer, reader = (EmbeddedStore(folder, rjieba.cut, clock=fixed_clock(NOW)) for _ in range(2))
    if not ready:
        with Memory() as memory:
            fill("embedded", writer.write, number, pool)
        own, mapped = memory.most["RssAnon"], memory.most["RssFile"]
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        tell("embedded", "内存 GB", most, f"最多时自有 {own:.2f}、映射文件 {mapped:.2f}")
    tell("embedded", "磁盘 GB", size(folder) / 1e9, f"{reader.count():,} 篇")
    measure("embedded", None if ready else writer, reader, pool)
    return reader


def sqlite(folder: Path, number: int, pool: Pool, beside: EmbeddedStore | None) -> None:
    store = SqliteStore(folder)
    fill("sqlite-fts5", store.write, number, pool)
    tell("sqlite-fts5", "磁盘 GB", size(folder) / 1e9)
    asked = questions(pool)
    if beside:
        same = sum(store.search(one) == beside.count(one.request.query) for one in asked)
        print(f"sqlite-fts5 与 embedded 命中数相同的查询：{same} / {len(asked)}")
    ask("sqlite-fts5", [lambda one=one: store.search(one) for one in asked])
    board("sqlite-fts5", store.dashboard)


def elasticsearch(url: str, number: int, pool: Pool, beside: EmbeddedStore | None) -> None:
    """A node of its own, in its own process: its memory is not counted here, its time only by the clock."""
    from index.elastic import ElasticStore

    name = f"minyin-bench-{os.getpid()}"
    settings = IndexSettings(hosts=(url,), name=name)
    store = ElasticStore(settings, rjieba.cut, clock=fixed_clock(NOW))
    try:
        fill("elasticsearch", store.write, number, pool)
        tell("elasticsearch", "磁盘 GB", taken(url, name) / 1e9, f"{store.count():,} 篇")
        if beside:
            asked = [one.request.query for one in questions(pool)]
            same = sum(
                one == other
                for one, other in zip(store.counts(asked), beside.counts(asked), strict=True)
            )
            print(f"elasticsearch 与 embedded 命中数相同的查询：{same} / {len(asked)}")
        measure("elasticsearch", store, store, pool)
    finally:
        forget(url, name)


def taken(url: str, name: str) -> int:
    """Bytes of its indices."""
    from elasticsearch import Elasticsearch

    with Elasticsearch(url, request_timeout=60) as client:
        client.indices.flush(index=f"{name}*")
        told = client.indices.stats(index=f"{name}*", metric="store")
        return int(told["_all"]["primaries"]["store"]["size_in_bytes"])


def forget(url: str, name: str) -> None:
    """Nothing of the benchmark stays in the cluster."""
    from elasticsearch import Elasticsearch

    with Elasticsearch(url, request_timeout=60) as client:
        for index in client.indices.get(index=f"{name}*", ignore_unavailable=True):
            client.indices.delete(index=index)
        for template in client.indices.get_index_template(name=f"{name}*")["index_templates"]:
            client.indices.delete_index_template(name=template["name"])


def standing(pool: Pool) -> None:
    """1,000 standing queries over 1,000 new articles, where the project has them."""
    try:
        room = importlib.import_module("index.standing")
    except ModuleNotFoundError:
        return
    asked = [one.request.query for one in questions(pool)]
    kept = {f"{n}": parse(asked[n % len(asked)], clock=fixed_clock(NOW)) for n in range(1_000)}
    fresh = list(made(1_000, pool))
    ready = room.Standing(kept, rjieba.cut)
    took = spent(lambda: ready.matches(fresh))
    tell("standing", "常设检索秒", took.wall, f"CPU {took.cpu:.2f}")


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--engines", default="embedded,sqlite,elasticsearch,standing")
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("MINYIN_DATA", ROOT.parent / "shared" / "data")
    )
    parser.add_argument(
        "--folder", type=Path, help="an embedded index that is filled already; only asked, and kept"
    )
    given = parser.parse_args()
    pool = sentences(Path(given.data))
    engines, folder = given.engines.split(","), Path(tempfile.mkdtemp(prefix="minyin-bench-"))
    url = os.environ.get("MINYIN_ELASTICSEARCH_URL")
    try:
        beside = None
        if "embedded" in engines:
            place = given.folder or folder / "embedded"
            beside = embedded(place, given.documents, pool, ready=bool(given.folder))
        if "sqlite" in engines:
            (folder / "sqlite").mkdir()
            sqlite(folder / "sqlite", given.documents, pool, beside)
        if "elasticsearch" in engines and url:
            elasticsearch(url, given.documents, pool, beside)
        if "standing" in engines:
            standing(pool)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
