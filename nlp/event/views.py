"""What people mainly say of an event (观点聚类): a few of their own sentences and how many texts stand near each.

Sentences are chosen so that together they cover the most texts; each text then belongs to its nearest sentence. No
model, no wording of our own: a quote is masked text of at most 60 characters.
"""

from collections.abc import Sequence

from minyin.model import Value
from nlp.event.sentences import cover, nearness, pairs, rarity, sentences, unit

NEAR = 0.12  # cosine below this: the text says something else
VIEWS = 3
ENOUGH = 5  # texts needed before shares mean anything


class View(Value):
    quote: str
    article_id: str
    texts: int
    total: int


def main_views(said: Sequence[tuple[str, str]], number: int = VIEWS) -> tuple[View, ...]:
    """Views of (article id, text), most shared first; none where nobody said a quotable sentence."""
    bags = [pairs(text) for _, text in said]
    weights = rarity(bags)
    texts = [unit(bag, weights) for bag in bags]
    candidates = [(s, i) for i, (_, text) in enumerate(said) for s in sentences(text)]
    near = nearness([unit(pairs(s), weights) for s, _ in candidates], texts)
    chosen = cover(near, number)
    counts = dict.fromkeys(chosen, 0)
    for text in range(len(said) if chosen else 0):
        index = max(chosen, key=lambda c: (near[c][text], -c))
        counts[index] += near[index][text] >= NEAR
    return tuple(
        View(
            quote=candidates[c][0].rstrip("。").replace("“", "‘").replace("”", "’"),
            article_id=said[candidates[c][1]][0],
            texts=counts[c],
            total=len(said),
        )
        for c in sorted(chosen, key=lambda c: (-counts[c], c))
        if counts[c] > 0 or len(said) < ENOUGH
    )
