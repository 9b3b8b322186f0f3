"""Work for other processes to do, which must be able to import it."""

import os
import time
from collections.abc import Callable


def squares() -> Callable[[int], int]:
    return _square


def where() -> Callable[[int], tuple[int, int]]:
    return _where


def dying() -> Callable[[int], int]:
    return os._exit


def failing() -> Callable[[int], int]:
    return _fail


def unmade() -> Callable[[int], int]:
    raise MemoryError("no room for another model")


def _square(number: int) -> int:
    return number * number


def _where(number: int) -> tuple[int, int]:
    time.sleep(0.002)
    return number, os.getpid()


def _fail(number: int) -> int:
    raise ValueError(number)
