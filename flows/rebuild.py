"""Rebuild: the index is a projection of the database and can be made again at any time."""

import shutil

from sqlalchemy import update

from flows.bootstrap import House, Progress, no_progress
from flows.ingest import index_pending
from minyin.database import tables


def rebuild(house: House, progress: Progress = no_progress) -> int:
    """Empty the index and write every article again; returns how many. A kill on the way is mended by running it again."""
    if house.settings.index.engine == "embedded":
        shutil.rmtree(house.settings.index_folder, ignore_errors=True)
    else:
        from index.elastic import ElasticStore

        assert isinstance(house.store, ElasticStore)
        house.store.clear()
    with house.engine.begin() as connection:
        connection.execute(update(tables.articles).values(indexed=False))
    return index_pending(house, progress)
