"""More like this: documents that share an article's telling words, on any engine by ordinary searches.

Telling words are those frequent in the article and rare in the store (tf-idf). What an engine finds for any of them is
put in order here, by the weight of the words shared, so that the order does not hang on an engine's scoring.
"""

import math
from collections import Counter
from collections.abc import Mapping

from index.port import ArticleStore, Hit, SearchRequest
from index.text import Cut, fold, is_cjk, query_words
from minyin.model import Document

CANDIDATES = 100  # read and compared for one answer
CONSIDERED = 60  # words of the article whose frequency in the store is asked for
TELLING = 12
LEAST = 0.3  # share of the weight that a similar document has to hold


def similar(
    store: ArticleStore, document: Document, cut: Cut, *, query: str = "", limit: int = 10
) -> tuple[Hit, ...]:
    """Documents like this one among those of `query`, most alike first; `score` is 0 to 1, the document itself is left out."""
    weights = telling_words(store, document, cut)
    if not weights:
        return ()
    words = " or ".join(f'"{word}"' for word in weights)
    asked = f"({words}) and ({query})" if query.strip() else words
    found = store.search(
        SearchRequest(query=asked, sort="relevance", limit=CANDIDATES, highlight=False)
    )
    scored = [
        hit.but(score=likeness(hit.document, weights), sort_key=())
        for hit in found.hits
        if hit.document.id != document.id
    ]
    near = [hit for hit in scored if hit.score >= LEAST]
    return tuple(sorted(near, key=lambda hit: (-hit.score, hit.document.id))[:limit])


def telling_words(store: ArticleStore, document: Document, cut: Cut) -> dict[str, float]:
    """Words and their weights, the weightiest first. A word that no other document has tells nothing."""
    frequencies = _frequencies(document, cut)
    words = sorted(frequencies, key=lambda word: (-frequencies[word], word))[:CONSIDERED]
    total, *counts = store.counts(["", *(f'"{word}"' for word in words)])
    weights = {
        word: (1 + math.log(frequencies[word])) * math.log(1 + total / count)
        for word, count in zip(words, counts, strict=True)
        if count > 1
    }
    best = sorted(weights, key=lambda word: (-weights[word], word))[:TELLING]
    return {word: weights[word] for word in best}


def likeness(document: Document, weights: Mapping[str, float]) -> float:
    """The share of the weight that the words in this document make up."""
    text = fold(f"{document.title or ''}\n{document.text}")
    return sum(weight for word, weight in weights.items() if word in text) / sum(weights.values())


def _frequencies(document: Document, cut: Cut) -> Counter[str]:
    """How often each word of two characters or more stands in title and text; the title's count twice."""
    counted: Counter[str] = Counter()
    for text, times in ((document.title or "", 2), (document.text, 1)):
        folded = fold(text)
        for word in query_words(text, cut):
            if _tells(word):
                counted[word] += times * max(1, folded.count(word))
    return counted


def _tells(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and any(map(is_cjk, word)) and '"' not in word
