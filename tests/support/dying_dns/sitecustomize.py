"""A resolver that dies: names under .invalid get no answer until a file is there, and then none. On a child's PYTHONPATH."""

import os
import socket
import time
from pathlib import Path

real = socket.gethostbyname
until = Path(os.environ["DYING_DNS_UNTIL"])


def gethostbyname(host: str) -> str:
    if not host.endswith(".invalid"):
        return real(host)
    for _ in range(600):
        if until.exists():
            break
        time.sleep(0.1)
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


socket.gethostbyname = gethostbyname
