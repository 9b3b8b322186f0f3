"""A process that writes: `python index_writer.py FOLDER COUNT BATCH`. Prints the number written after every batch."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from index.embedded import EmbeddedStore
from tests.support.index_documents import cut, documents


def main(folder: str, count: str, batch: str) -> None:
    store = EmbeddedStore(Path(folder), cut)
    every = documents(int(count))
    for start in range(0, len(every), int(batch)):
        store.write(every[start : start + int(batch)])
        print(min(start + int(batch), len(every)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
