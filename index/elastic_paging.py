"""Page after page of everything found, as it was when the first page was asked for (point in time, PIT)."""

from collections.abc import Iterator
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

PAGE = 1_000
KEEP = "2m"

# A node that restarts, or a reader that is slower than KEEP, loses the point in time; the walk goes on from a new one.
# More often than this in a row, without a page in between, it is something else.
LOST = 3


def pages(
    client: Elasticsearch, index: str, *, query: dict[str, Any], sort: list[dict[str, Any]]
) -> Iterator[list[Any]]:
    """Raw hits, PAGE at a time, in the order of `sort`, whose last key must tell any two documents apart."""
    after: list[Any] | None = None
    lost = 0
    while True:
        pit = client.open_point_in_time(index=index, keep_alive=KEEP)["id"]
        try:
            while True:
                answer = client.search(
                    pit={"id": pit, "keep_alive": KEEP},
                    query=query,
                    sort=sort,
                    size=PAGE,
                    search_after=after,
                    track_total_hits=False,
                    allow_partial_search_results=False,
                )
                hits = answer["hits"]["hits"]
                pit, lost = answer["pit_id"], 0
                if hits:
                    yield hits
                    after = hits[-1]["sort"][: len(sort)]
                if len(hits) < PAGE:
                    return
        except NotFoundError:
            lost += 1
            if lost > LOST:
                raise
        finally:
            _close(client, pit)


def _close(client: Elasticsearch, pit: str) -> None:
    client.options(ignore_status=404).close_point_in_time(id=pit)
