"""A small FTP server over a folder (passive mode, no accounts): a store that shows a file before it is all there.

`slow`: the pause in seconds after each kilobyte of an upload.
"""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Session(socketserver.StreamRequestHandler):
    """One client."""

    server: "FtpServer"

    def handle(self) -> None:
        self.data: socket.socket | None = None
        self.offset = 0
        self.say("220 ready")
        for raw in self.rfile:
            word, _, rest = raw.decode().strip().partition(" ")
            answer = getattr(self, f"do_{word.upper()}", None)
            try:
                if answer is None:
                    self.say(f"502 {word} is unknown")
                elif answer(rest) is False:
                    return
            except FileNotFoundError:
                self.say("550 not there")
            except ConnectionError:
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def path(self, name: str) -> Path:
        return self.server.folder / name.lstrip("/")

    def do_USER(self, _: str) -> None:
        self.say("331 password")

    def do_PASS(self, _: str) -> None:
        self.say("230 in")

    def do_TYPE(self, _: str) -> None:
        self.say("200 type")

    def do_OPTS(self, _: str) -> None:
        self.say("200 fine")

    def do_PWD(self, _: str) -> None:
        self.say('257 "/"')

    def do_CWD(self, name: str) -> None:
        self.say("250 there" if self.path(name).is_dir() else "550 no folder")

    def do_REST(self, offset: str) -> None:
        self.offset = int(offset)
        self.say("350 from there")

    def do_MKD(self, name: str) -> None:
        self.path(name).mkdir(exist_ok=True)
        self.say(f'257 "{name}"')

    def do_SIZE(self, name: str) -> None:
        path = self.path(name)
        self.say(f"213 {path.stat().st_size}" if path.is_file() else "550 no file")

    def do_DELE(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)
        self.say("250 gone")

    def do_QUIT(self, _: str) -> bool:
        self.say("221 bye")
        return False

    def listen(self) -> socket.socket:
        """One listener at a time: a client may ask for one and not come."""
        if self.data is not None:
            self.data.close()
        self.data = socket.create_server(("127.0.0.1", 0))
        return self.data

    def do_EPSV(self, _: str) -> None:
        self.say(f"229 Extended (|||{self.listen().getsockname()[1]}|)")

    def finish(self) -> None:
        if self.data is not None:
            self.data.close()
        super().finish()

    def do_PASV(self, _: str) -> None:
        port = self.listen().getsockname()[1]
        self.say(f"227 Passive (127,0,0,1,{port // 256},{port % 256})")

    @contextmanager
    def channel(self) -> Iterator[Any]:
        assert self.data is not None
        self.say("150 open")
        link, _ = self.data.accept()
        try:
            yield link
        finally:
            link.close()
            self.data.close()

    def do_MLSD(self, name: str) -> None:
        found = sorted(self.path(name).iterdir())
        with self.channel() as link:
            for path in found:
                kind = "dir" if path.is_dir() else "file"
                line = f"type={kind};size={path.stat().st_size};modify=20261101000000; {path.name}"
                link.sendall(f"{line}\r\n".encode())
        self.say("226 done")

    def do_RETR(self, name: str) -> None:
        body = self.path(name).read_bytes()[self.offset :]
        self.offset = 0
        with self.channel() as link:
            link.sendall(body)
        self.say("226 done")

    def do_STOR(self, name: str) -> None:
        with self.channel() as link, self.path(name).open("r+b" if self.offset else "wb") as file:
            file.seek(self.offset)
            self.offset = 0
            while piece := link.recv(1024):
                file.write(piece)
                file.flush()
                time.sleep(self.server.slow)
        self.say("226 done")


class FtpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, folder: Path, slow: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.folder, self.slow = folder, slow

    @property
    def url(self) -> str:
        return f"ftp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def ftp_server(folder: Path, slow: float = 0.0) -> Iterator[FtpServer]:
    folder.mkdir(parents=True, exist_ok=True)
    with FtpServer(folder, slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
