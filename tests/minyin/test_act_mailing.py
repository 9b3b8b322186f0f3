"""Mail on a real local SMTP server: sent, refused, unreachable, killed between sending and marking."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import Engine, select

from minyin.clock import fixed_clock
from minyin.database import load, tables
from minyin.mailing import OutgoingMail, deliver, message_id, queue, status_of
from minyin.model import Mail
from minyin.settings import MailSettings, Settings
from support.databases import NewDatabase

CLOCK = fixed_clock(datetime.fromisoformat("2026-11-01T09:30:00+08:00"))
LATER = fixed_clock(CLOCK() + timedelta(minutes=5))


class Post:
    """Keeps what it is sent; refuses what it is told to refuse."""

    def __init__(self, refuse: str = "") -> None:
        self.received: list[EmailMessage] = []
        self.refuse = refuse

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refuse and self.refuse in address:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[Post, int]]]:
    running: list[Controller] = []

    def start(refuse: str = "", **options: Any) -> tuple[Post, int]:
        post, port = Post(refuse), free_port()
        controller = Controller(post, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return post, port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server certificate for localhost that this process trusts. Skips without openssl."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not on this machine: no certificate can be made")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key)]
    subprocess.run([*command, "-out", str(certificate)], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def settings_for(tmp_path: Path, port: int | None = None, **mail: Any) -> Settings:
    host = {"host": "127.0.0.1", "port": port, "tls": "none"} if port else {}
    sender = {"sender": "minyin@pizhou.example", "timeout_seconds": 5.0}
    return Settings(home=tmp_path, mail=MailSettings.model_validate(sender | host | mail))


def letter(
    settings: Settings, name: str = "YQ-20261101-001", to: str = "a@pizhou.example"
) -> OutgoingMail:
    return OutgoingMail(
        subject="【橙色预警·重大】东湖街道 停水引发集中反映（YQ-20261101-001）[首报]",
        to=tuple(to.split(",")),
        text="停水三天",
        html="<p>停水三天</p>",
        message_id=message_id(name, settings),
        references=(message_id("E1", settings),),
        about=name,
    )


def put(engine: Engine, settings: Settings, mail: OutgoingMail) -> Mail:
    with engine.begin() as connection:
        return queue(connection, settings.outbox, mail, settings=settings, clock=CLOCK)


def stored(engine: Engine) -> list[Mail]:
    with engine.begin() as connection:
        return load(connection, Mail, select(tables.mails).order_by(tables.mails.c.created_at))


def test_a_mail_composed_twice_is_one_file_of_the_same_bytes(
    tmp_path: Path, engine: Engine, new_database: NewDatabase
) -> None:
    settings = settings_for(tmp_path)
    first = put(engine, settings, letter(settings))
    before = (settings.outbox / first.body_path).read_bytes()
    (settings.outbox / first.body_path).unlink()
    assert put(engine, settings, letter(settings)) == first
    again = put(new_database("other"), settings, letter(settings))
    assert (settings.outbox / again.body_path).read_bytes() == before
    assert [path.suffix for path in settings.outbox.iterdir()] == [".eml"]
    message = message_from_bytes(before, policy=policy.default)
    assert message["Date"] == "Sun, 01 Nov 2026 09:30:00 +0800"
    assert "橙色预警" in message["Subject"]


def test_a_line_break_in_a_title_does_not_break_the_header(tmp_path: Path, engine: Engine) -> None:
    settings = settings_for(tmp_path)
    mail = put(engine, settings, letter(settings).but(subject="停水\r\nBcc: spy@elsewhere.example"))
    content = (settings.outbox / mail.body_path).read_bytes()
    message = message_from_bytes(content, policy=policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == "停水 Bcc: spy@elsewhere.example"


def test_an_address_that_cannot_be_written_is_refused_and_the_run_goes_on(
    tmp_path: Path, engine: Engine, serve: Callable[..., tuple[Post, int]]
) -> None:
    _, port = serve()
    settings = settings_for(tmp_path, port)
    put(engine, settings, letter(settings, to="张三@pizhou.example"))
    put(engine, settings, letter(settings, "YQ-2"))
    report = deliver(engine, settings=settings, clock=CLOCK)
    assert report.outcomes == {"failed/refused": 1, "sent": 1}


def test_without_a_server_the_folder_is_the_delivery(tmp_path: Path, engine: Engine) -> None:
    settings = settings_for(tmp_path)
    put(engine, settings, letter(settings))
    assert deliver(engine, settings=settings, clock=CLOCK).outcomes == {"kept": 1}
    assert status_of(stored(engine)[0]) == "已存发件箱"
    assert deliver(engine, settings=settings, clock=CLOCK).inputs == 0


def test_a_server_gets_both_parts_and_the_thread(
    tmp_path: Path, engine: Engine, serve: Callable[..., tuple[Post, int]]
) -> None:
    post, port = serve()
    settings = settings_for(tmp_path, port)
    put(engine, settings, letter(settings))
    assert deliver(engine, settings=settings, clock=LATER).outcomes == {"sent": 1}
    (message,) = post.received
    assert message["Message-ID"] == "<YQ-20261101-001@pizhou.example>"
    assert message["References"] == "<E1@pizhou.example>"
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert plain.get_content().strip() == "停水三天"
    assert rich is not None
    assert "停水三天" in rich.get_content()
    mail = stored(engine)[0]
    assert (mail.sent_at, mail.attempts, status_of(mail)) == (LATER(), 1, "已发送")
    assert deliver(engine, settings=settings, clock=LATER).inputs == 0


def test_login_is_used_where_the_settings_give_one(
    tmp_path: Path, engine: Engine, serve: Callable[..., tuple[Post, int]]
) -> None:
    seen: list[bytes] = []

    def authenticate(*parts: Any) -> AuthResult:
        data = parts[-1]
        assert isinstance(data, LoginPassword)
        seen.append(data.login)
        return AuthResult(success=data.password == b"secret")

    options = {"authenticator": authenticate, "auth_require_tls": False}
    post, port = serve(**options)
    wrong = settings_for(tmp_path, port, user="minyin", password="wrong")
    put(engine, wrong, letter(wrong))
    assert deliver(engine, settings=wrong, clock=CLOCK).outcomes == {"failed/unreachable": 1}
    right = settings_for(tmp_path, port, user="minyin", password="secret")
    assert deliver(engine, settings=right, clock=CLOCK).outcomes == {"sent": 1}
    assert len(post.received) == 1
    assert set(seen) == {b"minyin"}


def test_a_refusal_stays_is_explained_and_is_tried_again(
    tmp_path: Path, engine: Engine, serve: Callable[..., tuple[Post, int]]
) -> None:
    post, port = serve(refuse="a@")
    settings = settings_for(tmp_path, port)
    put(engine, settings, letter(settings))
    put(engine, settings, letter(settings, "YQ-2", to="b@pizhou.example"))
    report = deliver(engine, settings=settings, clock=CLOCK)
    assert report.outcomes == {"failed/refused": 1, "sent": 1}
    failed = next(m for m in stored(engine) if m.sent_at is None)
    assert failed.attempts == 1
    assert "550" in (failed.last_error or "")
    post.refuse = ""
    assert deliver(engine, settings=settings, clock=CLOCK).outcomes == {"sent": 1}
    assert {m.attempts for m in stored(engine)} == {1, 2}


def test_some_recipients_refused_is_sent_and_said(
    tmp_path: Path, engine: Engine, serve: Callable[..., tuple[Post, int]]
) -> None:
    _, port = serve(refuse="gone@")
    settings = settings_for(tmp_path, port)
    put(engine, settings, letter(settings, to="gone@pizhou.example,a@pizhou.example"))
    assert deliver(engine, settings=settings, clock=CLOCK).outcomes == {"sent": 1}
    assert "gone@pizhou.example 550" in (stored(engine)[0].last_error or "")


def test_a_dead_port_costs_one_try_for_all(tmp_path: Path, engine: Engine) -> None:
    settings = settings_for(tmp_path, free_port())
    for number in range(3):
        put(engine, settings, letter(settings, f"YQ-{number}"))
    assert deliver(engine, settings=settings, clock=CLOCK).outcomes == {"failed/unreachable": 3}
    assert all(
        m.attempts == 1 and "连不上邮件服务器" in (m.last_error or "") for m in stored(engine)
    )


def test_starttls_is_demanded_by_default(
    tmp_path: Path, engine: Engine, serve: Callable[..., tuple[Post, int]]
) -> None:
    post, port = serve()
    settings = settings_for(tmp_path, port, tls="starttls")
    put(engine, settings, letter(settings))
    assert deliver(engine, settings=settings, clock=CLOCK).outcomes == {"failed/unreachable": 1}
    assert post.received == []


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_both_ways_of_encryption_with_a_certificate_that_is_trusted(
    mode: str,
    certified: ssl.SSLContext,
    tmp_path: Path,
    engine: Engine,
    serve: Callable[..., tuple[Post, int]],
) -> None:
    key = "ssl_context" if mode == "tls" else "tls_context"
    post, port = serve(**{key: certified})
    settings = settings_for(tmp_path, port, tls=mode, host="localhost")
    put(engine, settings, letter(settings))
    assert deliver(engine, settings=settings, clock=CLOCK).outcomes == {"sent": 1}
    assert len(post.received) == 1


def test_a_certificate_that_is_not_trusted_gets_no_mail(
    certified: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    engine: Engine,
    serve: Callable[..., tuple[Post, int]],
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    post, port = serve(tls_context=certified)
    settings = settings_for(tmp_path, port, tls="starttls", host="localhost")
    put(engine, settings, letter(settings))
    assert deliver(engine, settings=settings, clock=CLOCK).outcomes == {"failed/unreachable": 1}
    assert post.received == []


def test_recipients_outside_the_domains_are_refused(
    tmp_path: Path, engine: Engine, serve: Callable[..., tuple[Post, int]]
) -> None:
    post, port = serve()
    settings = settings_for(tmp_path, port, allowed_domains=("pizhou.example",))
    put(engine, settings, letter(settings, to="spy@elsewhere.example"))
    put(engine, settings, letter(settings, "YQ-2", to="spy@elsewhere.example,a@PIZHOU.example"))
    report = deliver(engine, settings=settings, clock=CLOCK)
    assert report.outcomes == {"rejected/recipient": 1, "sent": 1}
    assert len(post.received) == 1
    assert all("elsewhere" in (m.last_error or "") for m in stored(engine))


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from minyin.clock import system_clock
    from minyin.database import open_database
    from minyin.mailing import SmtpNotifier, deliver
    from minyin.settings import MailSettings, Settings

    class DiesAfterSending(SmtpNotifier):
        def send(self, path, to):
            super().send(path, to)
            os.kill(os.getpid(), signal.SIGKILL)

    home, port = Path(sys.argv[1]), int(sys.argv[2])
    mail = MailSettings(host="127.0.0.1", port=port, tls="none", sender="minyin@pizhou.example")
    settings = Settings(home=home, mail=mail)
    engine = open_database(sys.argv[3])
    deliver(engine, settings=settings, clock=system_clock, notifier=DiesAfterSending(mail))
"""


def test_killed_between_sending_and_marking_it_goes_out_again_as_the_same_mail(
    tmp_path: Path, engine: Engine, serve: Callable[..., tuple[Post, int]]
) -> None:
    post, port = serve()
    settings = settings_for(tmp_path, port)
    put(engine, settings, letter(settings))
    url = engine.url.render_as_string(hide_password=False)
    script = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), str(port), url]
    died = subprocess.run(script, check=False, env=os.environ | {"PYTHONPATH": os.getcwd()})
    assert died.returncode == -signal.SIGKILL
    assert deliver(engine, settings=settings, clock=CLOCK).outcomes == {"sent": 1}
    assert len(post.received) == 2
    assert len({message["Message-ID"] for message in post.received}) == 1
