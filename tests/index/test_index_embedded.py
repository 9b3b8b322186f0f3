"""The embedded store in trouble: killed writers, two writers, other versions, broken folders."""

import json
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.embedded import EmbeddedStore
from index.port import SearchRequest
from minyin.clock import fixed_clock
from minyin.errors import DependencyError, OperatorError
from tests.support.index_documents import NOW, cut, documents, plain

WRITER = Path(__file__).parents[1] / "support" / "index_writer.py"
COUNT, BATCH = 300, 20


def writer(folder):
    command = [sys.executable, str(WRITER), str(folder), str(COUNT), str(BATCH)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def opened(folder, **options):
    return EmbeddedStore(folder, cut, clock=fixed_clock(NOW), **options)


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_writer_loses_nothing_it_had_finished(tmp_path, seed):
    dice = random.Random(seed)
    process = writer(tmp_path)
    acknowledged = 0
    for _ in range(dice.randrange(1, 8)):
        acknowledged = int(process.stdout.readline())
    threading.Event().wait(dice.random() * 0.03)  # somewhere inside the next batch
    process.kill()
    rest = [int(line) for line in process.stdout.read().split()]
    process.wait()
    process.stdout.close()
    acknowledged = max([acknowledged, *rest])

    store = opened(tmp_path)
    every = documents(COUNT)
    there = store.count()
    assert there in range(acknowledged, acknowledged + BATCH + 1)
    assert there % BATCH == 0  # a batch is there as a whole or not at all
    assert store.get([d.id for d in every[:acknowledged]]) == plain(every[:acknowledged])
    store.write(every)
    clean = opened(tmp_path / "clean")
    clean.write(every)
    assert list(store.scan()) == list(clean.scan())
    asked = SearchRequest(query="停水", limit=50, facets=("channel",), histogram="week")
    assert store.search(asked) == clean.search(asked)


def test_a_reader_sees_what_another_process_writes(tmp_path):
    reader = opened(tmp_path)
    assert reader.count() == 0
    with writer(tmp_path) as process:
        for line in process.stdout:
            assert reader.count() >= int(line)
    assert reader.count() == COUNT


def test_writers_take_turns(tmp_path):
    store = opened(tmp_path)
    with writer(tmp_path) as process:
        process.stdout.readline()
        extra = documents(COUNT + 10)[COUNT:]
        store.write(extra)
        process.stdout.read()
    assert store.count() == COUNT + 10


def test_a_writer_that_never_ends_is_told_of(tmp_path):
    store = opened(tmp_path, patience=0.2)
    with (
        opened(tmp_path)._writer(),
        pytest.raises(DependencyError, match=r"等了 0\.2 秒"),
    ):
        store.write(documents(1))
    assert store.write(documents(1)) == 1


def test_a_failed_batch_leaves_nothing_behind(tmp_path):
    store = opened(tmp_path)

    def broken():
        yield from documents(5)
        raise RuntimeError("source broke")

    with pytest.raises(RuntimeError, match="source broke"):
        store.write(broken())
    assert store.count() == 0
    assert store.write(documents(5)) == 5


def test_an_index_of_another_version_is_refused(tmp_path):
    opened(tmp_path).write(documents(3))
    (tmp_path / "version.json").write_text(json.dumps({"mapping": 999}), encoding="utf-8")
    with pytest.raises(OperatorError, match=r"版本是 999.*minyin rebuild"):
        opened(tmp_path)


def test_a_broken_index_is_refused(tmp_path):
    opened(tmp_path).write(documents(3))
    (tmp_path / "data" / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(OperatorError, match="minyin rebuild"):
        opened(tmp_path)


def test_a_folder_that_is_none(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DependencyError, match="不能读写"):
        opened(tmp_path / "file")


def test_without_words_the_store_segments_itself(tmp_path):
    store = opened(tmp_path)
    bare = plain(documents(50))
    store.write(bare)
    with_words = opened(tmp_path / "words")
    with_words.write(documents(50))
    for query in ("小区停水", "停水 and 物业", "公司自来水"):
        assert store.count(query) == with_words.count(query)
