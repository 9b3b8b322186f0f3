"""Standing queries on a cluster: its percolator where it has one, else the evaluator of this process.

Both give the same answers (tests/index/test_index_standing.py), so a cluster that has no percolator, or fails while it
is asked, holds up no alert and no mail: the evaluator goes on. `index.standing` settles it otherwise.
"""

import logging
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal

from elasticsearch import Elasticsearch

from index.ast import Node
from index.elastic_access import Asking
from index.percolator import Lacking, Percolator
from index.standing import Standing
from index.text import Cut
from minyin.errors import DependencyError, OperatorError
from minyin.model import Document

log = logging.getLogger(__name__)


class ClusterStanding:
    """`index.port.StandingQueries` on a cluster. After one failure it stays with the evaluator: a run waits once."""

    def __init__(
        self,
        questions: Mapping[str, Node],
        cut: Cut,
        *,
        client: Elasticsearch,
        alias: str,
        ask: Asking,
        how: Literal["auto", "percolator"],
    ) -> None:
        self._questions = dict(questions)
        self._cut = cut
        self._ask = ask
        self._must = how == "percolator"
        self._percolator: Percolator | None = Percolator(client, alias, cut, questions)

    def matches(self, documents: Iterable[Document]) -> dict[str, tuple[str, ...]]:
        """Raises DependencyError and OperatorError only where the percolator is insisted on."""
        batch = list(documents)
        if not batch or not self._questions:
            return {}
        found = self._percolated(batch)
        return self._memory.matches(batch) if found is None else found

    def _percolated(self, batch: list[Document]) -> dict[str, tuple[str, ...]] | None:
        """None where this process has to answer."""
        if self._percolator is None:
            return None
        try:
            found = self._percolator.matches(batch, self._ask)
        except Lacking as error:
            if self._must:
                raise OperatorError(
                    "集群没有 percolator 模块，常设检索问不了它；请把 index.standing 改为 auto"
                ) from error
            log.info("the cluster has no percolator: standing queries are answered here")
        except (DependencyError, OperatorError) as error:
            if self._must:
                raise
            log.warning("standing queries are answered here, the cluster failed: %s", error)
        else:
            rest = self._answered_here(self._percolator.left, batch)
            joined = {name: tuple(ids) for name, ids in found.items()} | rest
            return {name: joined[name] for name in self._questions if name in joined}
        self._percolator = None
        return None

    def _answered_here(self, names: set[str], batch: list[Document]) -> dict[str, tuple[str, ...]]:
        if not names:
            return {}
        left = {name: self._questions[name] for name in names}
        return Standing(left, self._cut).matches(batch)

    @cached_property
    def _memory(self) -> Standing:
        return Standing(self._questions, self._cut)
