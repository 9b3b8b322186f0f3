"""Mail: composed once into the outbox folder, sent at least once, never lost.

`queue` writes the .eml and its row; `deliver` sends what is unsent through the notifier that the settings call for:
an SMTP server, or the outbox folder itself where no server is configured. A mail keeps its Message-ID through every
attempt, so a receiver can drop what a crash between sending and marking sends twice. Left to others: what is said
(alerts, tickets, reports).
"""

import hashlib
import os
import re
import smtplib
import ssl
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from pydantic import Field
from sqlalchemy import Connection, Engine, select

from minyin.accounting import Tally
from minyin.clock import Clock, local
from minyin.database import load, save
from minyin.database.tables import mails
from minyin.errors import DependencyError
from minyin.model import Mail, RunReport, Value
from minyin.settings import MailSettings, Settings

WAITING, KEPT, SENT, FAILING = "待发送", "已存发件箱", "已发送", "发送失败，待重试"


class OutgoingMail(Value):
    """A mail as its author composes it; what it announces decides its message_id."""

    subject: str
    to: tuple[str, ...] = Field(min_length=1)
    text: str
    html: str
    message_id: str = Field(pattern=r"^<[^<>\s]+@[^<>\s]+>$")
    references: tuple[str, ...] = ()
    about: str


def message_id(name: str, settings: Settings) -> str:
    """A Message-ID under the sender's domain: the same name is the same mail.

    >>> message_id("YQ-20261122-003", Settings())
    '<YQ-20261122-003@localhost>'
    """
    return f"<{name}@{_domain(settings.mail.sender)}>"


def mail_id(message: str) -> str:
    """The row's key, from the Message-ID."""
    return hashlib.sha256(message.encode()).hexdigest()[:26]


def status_of(mail: Mail) -> str:
    """What the health page calls a mail's state; a mail that was never tried but is done was kept."""
    if mail.sent_at:
        return SENT if mail.attempts else KEPT
    return FAILING if mail.attempts else WAITING


def queue(
    connection: Connection, outbox: Path, mail: OutgoingMail, *, settings: Settings, clock: Clock
) -> Mail:
    """The .eml first, then the row, in the caller's transaction; a mail that exists already is left as it is."""
    key = mail_id(mail.message_id)
    existing = load(connection, Mail, select(mails).where(mails.c.id == key))
    if existing:
        return existing[0]
    row = Mail(
        id=key,
        subject=mail.subject,
        to=mail.to,
        message_id=mail.message_id,
        references=mail.references,
        body_path=_file_name(mail.message_id, key),
        about=mail.about,
        created_at=clock(),
    )
    outbox.mkdir(parents=True, exist_ok=True)
    target = outbox / row.body_path
    temporary = target.with_suffix(".part")
    temporary.write_bytes(_bytes_of(mail, row, settings.mail.sender))
    os.replace(temporary, target)
    save(connection, mails, [row])
    return row


def _file_name(message: str, key: str) -> str:
    """A name that a person recognises, safe on every file system."""
    words = re.sub(r"[^A-Za-z0-9._-]+", "_", message.strip("<>").split("@")[0])
    return f"{words[:80]}.{key[:8]}.eml"


def _bytes_of(mail: OutgoingMail, row: Mail, sender: str) -> bytes:
    """Same mail, same bytes: the boundary comes from the id, the date from the clock."""
    message = EmailMessage(policy=policy.SMTP)
    # a title taken from a page may hold a line break, and a header must not
    message["Subject"] = " ".join(mail.subject.split())
    message["From"] = sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = format_datetime(local(row.created_at))
    message["Message-ID"] = mail.message_id
    if mail.references:
        message["References"] = " ".join(mail.references)
        message["In-Reply-To"] = mail.references[-1]
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    message.set_boundary(f"minyin-{row.id}")
    return message.as_bytes()


# --- sending ----------------------------------------------------------------------------------------------------


class Undelivered(DependencyError):
    """The server refused this mail, or cannot be reached (`unreachable`: the rest of the run need not try)."""

    def __init__(self, message: str, *, unreachable: bool = False) -> None:
        self.unreachable = unreachable
        super().__init__(message)


class Notifier(Protocol):
    """Takes a composed mail to its recipients. Raises Undelivered."""

    outcome: str

    def send(self, path: Path, to: Sequence[str]) -> str | None:
        """A remark where only some recipients were refused."""
        ...

    def close(self) -> None: ...


class OutboxNotifier:
    """No server: the .eml in the outbox folder is the delivery."""

    outcome = "kept"

    def send(self, path: Path, to: Sequence[str]) -> str | None:
        if not path.is_file():
            raise Undelivered(f"发件箱里找不到 {path.name}（收件人 {len(to)} 个）")
        return None

    def close(self) -> None:
        """Nothing is held open."""


class SmtpNotifier:
    """One session with the configured server, opened for the first mail."""

    outcome = "sent"

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self._session: smtplib.SMTP | None = None

    def send(self, path: Path, to: Sequence[str]) -> str | None:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Undelivered(f"发件箱里的 {path.name} 读不出来：{error.strerror}") from error
        try:
            session = self._session or self._open()
            refused = session.sendmail(self.settings.sender, list(to), content)
        except smtplib.SMTPResponseException as error:
            said = f"邮件服务器拒收：{error.smtp_code} {_said(error.smtp_error)}"
            raise Undelivered(said, unreachable=self._session is None) from error
        except smtplib.SMTPRecipientsRefused as error:
            raise Undelivered(f"收件人全部被拒：{_refusals(error.recipients)}") from error
        except UnicodeError as error:
            self.close()  # the envelope was half said; the next mail needs a clean session
            raise Undelivered(f"收件地址写法有误：{'、'.join(to)}") from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            where = f"{self.settings.host}:{self.settings.port}"
            raise Undelivered(f"连不上邮件服务器 {where}：{error}", unreachable=True) from error
        return f"部分收件人被拒：{_refusals(refused)}" if refused else None

    def _open(self) -> smtplib.SMTP:
        s = self.settings
        host, context = s.host or "", ssl.create_default_context()
        if s.tls == "tls":
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                host, s.port, timeout=s.timeout_seconds, context=context
            )
        else:
            session = smtplib.SMTP(host, s.port, timeout=s.timeout_seconds)
        try:
            if s.tls == "starttls":
                session.starttls(context=context)
            if s.user:
                session.login(s.user, s.password.get_secret_value() if s.password else "")
        except (OSError, smtplib.SMTPException):
            session.close()
            raise
        self._session = session
        return session

    def close(self) -> None:
        if self._session:
            self._session.close()
            self._session = None


def _said(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _refusals(refused: dict[str, tuple[int, bytes]]) -> str:
    return "；".join(f"{to} {code} {_said(why)}" for to, (code, why) in sorted(refused.items()))


def notifier_for(settings: Settings) -> OutboxNotifier | SmtpNotifier:
    """The one place that chooses."""
    return SmtpNotifier(settings.mail) if settings.mail.host else OutboxNotifier()


def deliver(
    engine: Engine, *, settings: Settings, clock: Clock, notifier: Notifier | None = None
) -> RunReport:
    """Try every unsent mail once, each marked in a transaction of its own."""
    started = clock()
    carrier = notifier or notifier_for(settings)
    with engine.begin() as connection:
        statement = select(mails).where(mails.c.sent_at.is_(None))
        waiting = load(connection, Mail, statement.order_by(mails.c.created_at, mails.c.id))
    tally = Tally()
    tally.take(len(waiting))
    dead: str | None = None
    try:
        for mail in waiting:
            marked, outcome, dead = _attempt(mail, carrier, settings, clock, dead)
            with engine.begin() as connection:
                save(connection, mails, [marked])
            tally.give(outcome)
    finally:
        carrier.close()
    return tally.report(
        id=f"deliver-{started:%Y%m%dT%H%M%S%f}",
        flow="deliver",
        started_at=started,
        finished_at=clock(),
    )


def _attempt(
    mail: Mail, carrier: Notifier, settings: Settings, clock: Clock, dead: str | None
) -> tuple[Mail, str, str | None]:
    """The mail as it stands after one try, its outcome, and why the server need not be tried again this run."""
    allowed = [to for to in mail.to if _allowed(to, settings.mail.allowed_domains)]
    outside = [to for to in mail.to if to not in allowed]
    remark = f"收件人不在允许的域名内：{'、'.join(outside)}" if outside else None
    if not allowed:
        failed = mail.but(attempts=mail.attempts + 1, last_error=remark)
        return failed, "rejected/recipient", dead
    try:
        if dead:
            raise Undelivered(dead, unreachable=True)
        said = carrier.send(settings.outbox / mail.body_path, allowed)
    except Undelivered as error:
        failed = mail.but(attempts=mail.attempts + 1, last_error=str(error))
        outcome = "failed/unreachable" if error.unreachable else "failed/refused"
        return failed, outcome, str(error) if error.unreachable else None
    attempts = mail.attempts + (carrier.outcome == "sent")
    remarks = "；".join(part for part in (remark, said) if part) or None
    return (
        mail.but(sent_at=clock(), attempts=attempts, last_error=remarks),
        carrier.outcome,
        None,
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip("> ").lower()


def _allowed(address: str, domains: Sequence[str]) -> bool:
    """An empty list allows every recipient: composers take addresses from the county profile only."""
    return not domains or _domain(address) in {domain.lower() for domain in domains}
