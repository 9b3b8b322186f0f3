"""How long each finder of personal data takes for a line of one megabyte: `python -m benchmarks.masking`.

A megabyte in UTF-8: 350,000 Chinese characters of running text, and a million signs of the nastiest repetitions.
"""

import time
from collections.abc import Iterator

from nlp.mask.masking import FINDERS, mask, patterns
from nlp.mask.names import names
from nlp.normal import fold

TEXT = "来电人反映：官湖镇新华村板材厂夜间排放废气，村民多次拨打12345，答复都说已转办，至今三个月没有人来看过，希望有关部门管一管。"
PIECES = (
    "1",
    "1 ",
    "一",
    "张",
    "我家",
    "@",
    "a@",
    "a.",
    "来电人",
    "3号楼",
    "村民王",
    "（",
    "王伟、",
    "微信",
)
SIZE = 1_000_000


def lines() -> Iterator[tuple[str, str]]:
    yield "running text", TEXT * (SIZE // len(TEXT.encode()))
    for piece in PIECES:
        yield repr(piece), piece * (SIZE // len(piece.encode()))


def main() -> None:
    worst: dict[str, tuple[float, str]] = {}
    for name, line in lines():
        seen = patterns().scan(fold(line))
        for finder in (*FINDERS, names):
            began = time.perf_counter()
            for _ in finder(seen):
                pass
            spent = time.perf_counter() - began
            if name == "running text":
                print(f"{finder.__name__:16} {spent * 1000:8.1f} ms  running text")
            worst[finder.__name__] = max(worst.get(finder.__name__, (0.0, "")), (spent, name))
    for finder_name, (spent, name) in worst.items():
        print(f"{finder_name:16} {spent * 1000:8.1f} ms  worst, {name}")
    began = time.perf_counter()
    mask(TEXT * (SIZE // len(TEXT.encode())))
    print(f"{'mask':16} {(time.perf_counter() - began) * 1000:8.1f} ms  running text, everything")


if __name__ == "__main__":
    main()
