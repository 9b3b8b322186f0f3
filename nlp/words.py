"""Words: jieba's, with the county's own names and terms kept whole.

rjieba (jieba in Rust) gives the same words some twenty times faster (measured: every difference lies in ASCII runs);
where it has no wheel, plain jieba does the work. A county's words are in an instance of its own, so two counties can
live in one process; jieba's own dictionary is the one that rjieba reads when imported (25 MB, 0.2 s): nobody adds to it.
"""

import logging
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from minyin.county import County
from nlp.normal import fold

try:
    import rjieba
except ImportError:  # no wheel for this machine
    rjieba = None  # type: ignore[assignment]

NAME_FREQUENCY = 200_000
"""Above every two-word path through a place name: jieba cuts 土|山镇 and 八义|集镇 by itself (DOMAIN §5.5)."""


class Segmenter:
    """Cuts text into words with the county's dictionary; `engine` picks 'rjieba' or 'jieba'."""

    def __init__(self, county: County, *, engine: str | None = None) -> None:
        self.engine = engine or ("rjieba" if rjieba is not None else "jieba")
        self._cut = _instance(self.engine, dictionary(county))

    def cut(self, text: str) -> list[str]:
        """Words of the folded text in order, white space left out."""
        return spoken(fold(text), self._cut)


def spoken(text: str, cut: Callable[[str], list[str]]) -> list[str]:
    """Words of a text without white space; few texts have any."""
    words = cut(text)
    if text.split(None, 1) == [text]:
        return words
    return [word for word in words if not word.isspace()]


def dictionary(county: County) -> dict[str, int | None]:
    """Word → frequency; None lets jieba find one just high enough to keep the word whole."""
    words: dict[str, int | None] = dict.fromkeys(_terms(county))
    words.update(dict.fromkeys(_names(county), NAME_FREQUENCY))
    return {word: freq for word, freq in words.items() if len(word) >= 2}


def _terms(county: County) -> Iterator[str]:
    yield from county.words
    for topic in county.topics:
        yield from topic.keywords
        yield from topic.escalators


def _names(county: County) -> Iterator[str]:
    yield county.profile.name
    yield from (name for name in county.profile.short_names if len(name) > 1)
    for street in county.streets:
        yield street.name
        yield from street.aliases
    for village in county.villages:
        yield from village_names(village.name, village.short)


def village_names(name: str, short: str) -> tuple[str, ...]:
    """The ways to write one 村居 that need no context: always with a suffix, an ordinary word may be its core.

    >>> village_names("青平村委会", "青平")
    ('青平村委会', '青平村', '青平村民委员会')
    >>> village_names("丰华社区居委会", "丰华")
    ('丰华社区居委会', '丰华社区', '丰华居委会')
    """
    core = short.removesuffix("村").removesuffix("社区") or short
    if name.endswith("村委会") or name.endswith("村"):
        forms: tuple[str, ...] = (name, f"{core}村", f"{core}村民委员会")
    elif name.endswith("居委会") or name.endswith("社区"):
        forms = (name, f"{core}社区", f"{core}居委会")
    else:
        forms = (name,)
    return tuple(dict.fromkeys(forms))


def _instance(engine: str, words: dict[str, int | None]) -> Callable[[str], list[str]]:
    if engine == "rjieba":
        return _rust(words)
    return _python(words)


def _rust(words: dict[str, int | None]) -> Callable[[str], list[str]]:
    cutter = rjieba.Jieba()
    for word, frequency in words.items():
        if frequency is not None or not cutter.has_word(word):
            cutter.add_word(word, frequency, None)

    return cutter.cut


def _python(words: dict[str, int | None]) -> Callable[[str], list[str]]:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    for word, frequency in words.items():
        if frequency is not None or not cutter.FREQ.get(word):
            cutter.add_word(word, frequency)

    def cut(text: str) -> list[str]:
        return cutter.lcut(text)  # type: ignore[no-any-return]

    return cut


@cache
def _tagger() -> Callable[[str], tuple[str, ...]]:
    """Tags of a word in jieba's own dictionary, none if it is not one word there."""
    if rjieba is not None:

        def tags(word: str) -> tuple[str, ...]:
            return (rjieba.tag(word)[0][1],) if rjieba.has_word(word) else ()

        return tags
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    plain = jieba.Tokenizer()
    plain.initialize()
    tagger = jieba.posseg.POSTokenizer(plain)

    def slow_tags(word: str) -> tuple[str, ...]:
        return (tagger.lcut(word)[0].flag,) if plain.FREQ.get(word) else ()

    return slow_tags


@cache
def _plain_cut() -> Callable[[str], list[str]]:
    if rjieba is None:
        return _instance("jieba", {})
    return rjieba.cut


def plain_cut(text: str) -> list[str]:
    """Words by jieba's own dictionary; they join to the text."""
    return _plain_cut()(text)


def splits_word(text: str, start: int, end: int) -> bool:
    """Does [start, end) of a short text begin or end inside a word of general Chinese?

    >>> splits_word("港上市首日", 0, 2), splits_word("陈楼房价", 0, 2)
    (True, False)
    """
    edges, position = {0}, 0
    for word in plain_cut(text):
        position += len(word)
        edges.add(position)
    return not {start, end} <= edges


def tagged(text: str) -> list[tuple[str, str]]:
    """Words and parts of speech by jieba's own dictionary, unknown words guessed; the words join to the text."""
    return _pos()(text)


@cache
def _pos() -> Callable[[str], list[tuple[str, str]]]:
    if rjieba is not None:
        return rjieba.tag
    import jieba
    import jieba.posseg

    tagger = jieba.posseg.POSTokenizer(jieba.Tokenizer())
    return lambda text: [(pair.word, pair.flag) for pair in tagger.lcut(text)]


@lru_cache(maxsize=50_000)
def word_tags(word: str) -> tuple[str, ...]:
    """Part of speech of a word in jieba's own dictionary, nothing if it is not one word there."""
    return _tagger()(word) if len(word) > 1 else ()


@cache
def ordinary(word: str) -> bool:
    """A word of general Chinese that is no name of a person or place: 葡萄, 车站, 高度.

    >>> ordinary("车站"), ordinary("李明"), ordinary("徐塘")
    (True, False, False)
    """
    tags = word_tags(word)
    return bool(tags) and not tags[0].startswith(("nr", "ns", "nt"))
