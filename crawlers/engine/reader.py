"""A process that reads pages: `python -m crawlers.engine.reader FD`, a socket to the crawl that gives it pages one by one.

Frames of a length and a pickle, both ways; the sources come first, and an empty answer says that they have come. Pickles pass between a parent and its child over a
socket that nobody else has. Ends when the crawl ends. The other side is `crawlers.engine.readers`.
"""

import logging
import pickle
import signal
import socket
import sys
from datetime import datetime
from typing import IO, Any, NamedTuple, cast

from crawlers.engine.errand import Fetched
from crawlers.engine.pages import read_answer
from minyin.errors import MinyinError

SIZE_BYTES = 4
# No page takes a second; one that takes a minute would take for ever
LONGEST_SECONDS = 60


class Task(NamedTuple):
    """A page to be read."""

    source_id: str
    answer: Fetched
    seen_at: datetime
    continued: bool


class PageBroke(MinyinError):
    """An error that cannot be carried from one process to another; its words."""


def framed(value: Any) -> bytes:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(SIZE_BYTES, "big") + data


def received(stream: IO[bytes]) -> Any:
    """Raises EOFError when the other side is gone."""
    size = stream.read(SIZE_BYTES)
    data = stream.read(int.from_bytes(size, "big"))
    return pickle.loads(data)


def reading_of(sources: dict[str, Any], task: Task) -> bytes:
    """The page, or the error that it raised, ready to be sent."""
    try:
        return framed(
            read_answer(
                sources[task.source_id], task.answer, task.seen_at, continued=task.continued
            )
        )
    except Exception as error:
        logging.getLogger(__name__).info("%s: %r", task.answer.url, error)
        return _sendable(error)


def _sendable(error: Exception) -> bytes:
    try:
        frame = framed(error)
        pickle.loads(frame[SIZE_BYTES:])
    except Exception:
        return framed(PageBroke(repr(error)))
    return frame


def main() -> None:
    # Ctrl-C goes to the whole group; the crawl decides
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as link, link.makefile("rwb") as file:
        stream = cast(IO[bytes], file)
        try:
            sources = received(stream)
            # all is imported: pages may come
            stream.write(framed(None))
            stream.flush()
            while True:
                task = received(stream)
                # the default deed of this signal ends the process, whatever it is in the midst of
                signal.alarm(LONGEST_SECONDS)
                answer = reading_of(sources, task)
                signal.alarm(0)
                stream.write(answer)
                stream.flush()
        except (EOFError, OSError):
            return


if __name__ == "__main__":
    main()
