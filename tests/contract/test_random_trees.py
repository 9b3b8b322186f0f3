"""Random trees: the same documents on either engine as by reading every one, and the same again when written as KQL."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.ast import Nothing, Prefix, Term, children
from index.match import too_open
from index.names import names_of
from index.query import parse
from minyin.clock import fixed_clock
from tests.support.index_corpus import NOW, corpus, county
from tests.support.index_trees import as_kql, exact, texts, trees

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LEAVES = st.deferred(lambda: st.one_of(texts(corpus().documents), exact(corpus().documents)))


@given(tree=trees(LEAVES))
@QUICK
def test_any_tree_finds_what_reading_finds(engine, naive, tree):
    assert engine.ids(tree) == naive.found(tree)


NAMES = names_of(county())


def sayable(node) -> bool:
    """Whether the language lets it be asked: no word too open, no value that a closed list has not (two texts are T00)."""
    match node:
        case Prefix(None | "title" | "text", value) if too_open(value):
            return False
        case Term(str(field), value) if NAMES.codes(field, value) is None:
            return False
    return node != Nothing() and all(sayable(part) for part in children(node))


@given(tree=trees(LEAVES).filter(sayable))
@QUICK
def test_a_tree_written_as_kql_is_read_back(naive, tree):
    read = parse(as_kql(tree), clock=fixed_clock(NOW), names=NAMES)
    assert naive.numbers(read) == naive.numbers(tree)
