"""Names written with a wrong character of the same sound: 宿阳山 for 宿羊山, 郫州 for 邳州 (DOMAIN §5.5, spam and typing).

Sounds are those of pypinyin's table (MIT) without tones, of the common characters. Left to others: what a name that
was written wrong is worth.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from nlp.normal import DATA


@cache
def _sounds() -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """Character → syllables; syllable → characters."""
    syllables: dict[str, set[str]] = defaultdict(set)
    characters: dict[str, str] = {}
    for line in (DATA / "sounds.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            syllable, same = line.split("\t")
            characters[syllable] = same
            for char in same:
                syllables[char].add(syllable)
    return {char: frozenset(found) for char, found in syllables.items()}, characters


def misspelt(name: str, *, keep: int = 0) -> Iterator[str]:
    """Every name that differs from this one in one character of the same sound; the last `keep` characters stay.

    >>> "宿阳山" in set(misspelt("宿羊山")), "邢娄镇" in set(misspelt("邢楼镇", keep=1))
    (True, True)
    """
    syllables, characters = _sounds()
    for place, char in enumerate(name[: len(name) - keep]):
        for syllable in syllables.get(char, ()):
            for other in characters[syllable]:
                if other != char:
                    yield name[:place] + other + name[place + 1 :]


def initials(name: str) -> str:
    """First letters of the sounds of a name, two to four, or nothing where a sign is rare.

    >>> initials("邳州"), initials("乌鲁木齐")
    ('PZ', 'WLMQ')
    """
    syllables, _ = _sounds()
    letters = "".join(min(syllables[char])[0].upper() for char in name[:4] if char in syllables)
    return letters if len(letters) > 1 else ""
