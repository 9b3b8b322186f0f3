"""The embedded store in trouble: killed writers, full disks, damaged files, other versions, many processes at once."""

import json
import random
import shutil
import threading
import time
from pathlib import Path

import pytest

from index.embedded import EmbeddedStore
from index.embedded_faults import guarded
from index.embedded_query import Compiler
from index.embedded_writing import writing
from index.mapping import VERSION
from index.port import SearchRequest
from index.query import parse
from minyin.clock import fixed_clock
from minyin.errors import DependencyError, OperatorError
from tests.support import index_writer
from tests.support.index_documents import NOW, cut, documents, plain

KILLS, BATCH = 50, 3
EVERY = index_writer.EVERY


def opened(folder, **options):
    return EmbeddedStore(folder, cut, clock=fixed_clock(NOW), **options)


def old(folder, number=60):
    """An index of mapping version 1, as far as it matters: its version.json."""
    opened(folder).write(documents(number))
    (folder / f"v{VERSION}").rename(folder / "data")
    (folder / "version.json").write_text(json.dumps({"mapping": VERSION - 1}), encoding="utf-8")


def until(true, seconds=120.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_killed_at_fifty_random_points_nothing_finished_is_lost_or_doubled(tmp_path):
    dice = random.Random(50)
    folder, log = tmp_path / "index", tmp_path / "log"
    reader = opened(folder)
    for _ in range(KILLS):
        before = index_writer.written(log)
        process = index_writer.started(index_writer.write, folder, log, before, len(EVERY), BATCH)
        until(lambda before=before: index_writer.written(log) > before)
        time.sleep(dice.random() * 0.05)  # somewhere inside one of the next batches
        process.kill()
        process.join()
        done, there = index_writer.written(log), reader.count()
        assert done <= there <= done + BATCH
        assert there % BATCH == 0  # a batch is there as a whole or not at all
    assert 0 < done < len(EVERY)
    ids = [document.id for document in opened(folder).scan()]
    assert len(ids) == len(set(ids)) == there
    assert reader.get([d.id for d in EVERY[:done]]) == plain(EVERY[:done])
    reader.write(EVERY)
    clean = opened(tmp_path / "clean")
    clean.write(EVERY)
    assert list(reader.scan()) == list(clean.scan())
    asked = SearchRequest(query="停水", limit=50, facets=("channel",), histogram="week")
    assert reader.search(asked) == clean.search(asked)


def test_readers_see_what_another_process_writes_and_writers_take_turns(tmp_path):
    folder, log = tmp_path / "index", tmp_path / "log"
    reader = opened(folder)
    assert reader.count() == 0
    process = index_writer.started(index_writer.write, folder, log, 0, 60, 10)
    until(lambda: index_writer.written(log))
    reader.write(documents(65)[60:])
    while process.is_alive():
        done = index_writer.written(log)
        assert reader.count() >= done + 5
    assert process.exitcode == 0
    assert reader.count() == 65


def test_a_writer_that_never_ends_is_told_of(tmp_path):
    store = opened(tmp_path, patience=0.2)
    with (
        writing(opened(tmp_path)._now(), 1),
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


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path):
    folder, said = tmp_path / "index", tmp_path / "said"
    opened(folder).write(documents(40))
    process = index_writer.started(index_writer.write_small_files, folder, said)
    process.join()
    assert process.exitcode == 0
    assert said.read_text(encoding="utf-8").startswith("DependencyError 40 检索库")
    assert "请检查磁盘空间" in said.read_text(encoding="utf-8")
    assert opened(folder).count() == 3_000  # and with room again it goes on


def test_a_folder_that_may_not_be_written(tmp_path):
    folder, said = tmp_path / "index", tmp_path.parent / "said-nobody"
    opened(folder).write(documents(40))
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_mode & 0o077 == 0:  # what pytest made for its own user alone
            path.chmod(0o755)
    process = index_writer.started(index_writer.write_as_nobody, folder, said)
    process.join()
    assert said.read_text(encoding="utf-8").startswith("DependencyError 检索库文件夹")
    assert "权限不足或只读" in said.read_text(encoding="utf-8")
    assert opened(folder).count() == 40


def test_an_index_of_a_newer_version_is_refused(tmp_path):
    opened(tmp_path).write(documents(3))
    (tmp_path / "version.json").write_text(json.dumps({"mapping": 999}), encoding="utf-8")
    with pytest.raises(OperatorError, match=r"由更新的民音建立（版本 999.*minyin rebuild"):
        opened(tmp_path)


@pytest.mark.parametrize(
    "name", ["version.json", f"v{VERSION}/meta.json", f"v{VERSION}/.managed.json"]
)
def test_a_broken_index_is_refused(tmp_path, name):
    opened(tmp_path).write(documents(3))
    (tmp_path / name).write_text("{", encoding="utf-8")
    with pytest.raises(OperatorError, match="minyin rebuild"):
        opened(tmp_path)


@pytest.mark.parametrize("suffix", ["fast", "idx", "pos", "store", "term"])
@pytest.mark.parametrize("harm", ["gone", "half", "other"])
def test_a_damaged_segment_is_told_of(tmp_path, suffix, harm):
    opened(tmp_path).write(documents(300))
    for path in tmp_path.rglob(f"*.{suffix}"):
        content = path.read_bytes()
        if harm == "gone":
            path.unlink()
        elif harm == "half":
            path.write_bytes(content[: len(content) // 2])
        else:
            path.write_bytes(bytes(255 - byte for byte in content[:-300]) + content[-300:])
    asked = SearchRequest(query="停水", limit=300, facets=("channel",), histogram="day")
    with pytest.raises(OperatorError, match=r"已损坏.*minyin rebuild"):
        opened(tmp_path).search(asked)


def test_a_panic_is_an_error_of_the_store(tmp_path):
    class PanicException(BaseException):  # what pyo3 calls it
        pass

    with pytest.raises(OperatorError, match="已损坏"), guarded(tmp_path):
        raise PanicException("index out of bounds")
    with pytest.raises(KeyboardInterrupt), guarded(tmp_path):
        raise KeyboardInterrupt


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


def test_an_old_index_is_read_and_not_written_until_it_is_migrated(tmp_path):
    old(tmp_path)
    reader, store = opened(tmp_path), opened(tmp_path)
    asked = SearchRequest(query="停水", facets=("street",), histogram="day", limit=60)
    before = reader.search(asked)
    assert before.total
    for call in (lambda: store.write(documents(1)), lambda: store.delete([documents(1)[0].id])):
        with pytest.raises(DependencyError, match=r"旧版本 1.*minyin index migrate"):
            call()
    with pytest.raises(OperatorError, match="minyin index migrate"):
        reader.search(SearchRequest(distinct=("author_hash",)))
    heard = []
    assert store.migrate(heard.append) == 60
    assert heard[-1] == 60
    assert reader.search(asked) == before  # the reader follows
    assert store.write(documents(61)) == 61
    assert reader.count() == 61
    assert reader.search(SearchRequest(distinct=("author_hash",))).distinct["author_hash"] > 1
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [f"v{VERSION}"]
    assert store.migrate(heard.append) == 0


def test_a_killed_migration_goes_on_and_search_stays_up(tmp_path):
    folder, log = tmp_path / "index", tmp_path / "log"
    old(folder, 400)
    reader = opened(folder)
    for seconds in (0.0, 0.05, 0.15):
        process = index_writer.started(index_writer.migrate, folder, log)
        while len(list(folder.iterdir())) < 3 and process.is_alive():
            time.sleep(0.002)
        time.sleep(seconds)
        assert reader.count() == 400
        process.kill()
        process.join()
        assert reader.count() == 400
    index_writer.started(index_writer.migrate, folder, log).join()
    assert reader.count() == 400
    assert plain(documents(400)) == reader.get([d.id for d in documents(400)])
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [f"v{VERSION}"]


def test_what_was_half_migrated_is_brought_up_to_date(tmp_path):
    old(tmp_path)
    half = opened(tmp_path / "half")
    changed = documents(10)[3].but(text="后来改过的正文", words_text="")
    half.write([changed, *documents(20, seed=9)])  # one as it was before, and some that are gone
    shutil.move(tmp_path / "half" / f"v{VERSION}", tmp_path / f"v{VERSION}")
    store = opened(tmp_path)
    expected = list(store.scan())
    assert store.migrate(lambda _: None) == 60
    assert list(store.scan()) == expected


def test_a_remade_index_gives_back_what_deleted_documents_took(tmp_path):
    store, reader = opened(tmp_path), opened(tmp_path)
    store.write(documents(600))
    store.delete([document.id for document in documents(600)[:550]])
    before, kept = size(tmp_path), list(store.scan())
    for _ in range(2):
        assert store.remake(lambda _: None) == 50
        assert list(reader.scan()) == kept
        assert size(tmp_path) < before / 3
    store.write(documents(600))
    assert reader.count() == 600


def size(folder: Path):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_pair_is_scored_like_the_phrase_it_stands_for(tmp_path):
    store = opened(tmp_path)
    store.write(documents(300))
    now = store._now()
    plainly, scores = Compiler(now.index.schema, cut), set()
    for words in ("停水", "问题", "学校"):
        node = parse(f'"{words}"', clock=fixed_clock(NOW))
        pairs, phrases = (
            {(at.segment_ord, at.doc): score for score, at in now.searcher.search(one, 300).hits}
            for one in (now.query(node), plainly.query(node))
        )
        # measured 0.035: a run of digits is one character and several pairs
        assert pairs == pytest.approx(phrases, rel=0.05)
        scores |= set(pairs.values())
    assert len(scores) > 5


def test_threads_share_a_store(tmp_path):
    store, faults = opened(tmp_path), []

    def reads():
        try:
            for _ in range(30):
                store.search(SearchRequest(query="停水", facets=("street",)))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=reads) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(0, 60, 20):
        store.write(documents(60)[start : start + 20])
    for thread in threads:
        thread.join()
    assert faults == []
