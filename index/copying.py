"""From one store to another, whatever they are: the same documents again change nothing, and a kill costs one batch.

What the target has and the source has not is left alone by `copy` and removed by `prune`.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from index.port import ArticleStore
from minyin.accounting import Tally

BATCH = 2_000
T = TypeVar("T")


def copy(source: ArticleStore, target: ArticleStore, report: Callable[[int], None]) -> Tally:
    """Every document of `source` is in `target` afterwards; outcomes stored, updated, unchanged, one per document.

    `report` hears the number so far. Words are not kept by a store: the target segments what it is given.
    """
    tally = Tally()
    for batch in batches(source.scan(), BATCH):
        tally.take(len(batch))
        there = {document.id: document for document in target.get([d.id for d in batch])}
        changed = [document for document in batch if there.get(document.id) != document]
        if changed:
            target.write(changed)
        updated = sum(document.id in there for document in changed)
        tally.give("stored", len(changed) - updated)
        tally.give("updated", updated)
        tally.give("unchanged", len(batch) - len(changed))
        report(tally.inputs)
    return tally


def prune(source: ArticleStore, target: ArticleStore) -> int:
    """Delete from `target` what `source` has not; returns how many."""
    if target.count() == source.count():
        return 0
    gone = 0
    for batch in batches((document.id for document in target.scan()), BATCH):
        known = {document.id for document in source.get(batch)}
        gone += target.delete([id for id in batch if id not in known])
    return gone


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
