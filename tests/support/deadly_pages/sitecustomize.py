"""A fault in the parser: a page that says DEADLY ends the process that reads it. On a child's PYTHONPATH."""

import os
import signal

import crawlers.page.html

real = crawlers.page.html.refuse_binary


def refuse_binary(body: bytes, content_type: str) -> None:
    if b"DEADLY" in body:
        os.kill(os.getpid(), signal.SIGSEGV)
    real(body, content_type)


crawlers.page.html.refuse_binary = refuse_binary
