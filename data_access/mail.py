"""Sending plain letters by SMTP. Nothing is kept here: what waits, and what became of it, is in the desk's outbox."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from types import TracebackType
from urllib.parse import unquote, urlsplit

TIMEOUT = 30  # seconds
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Unreachable(Exception):
    """The server is down or takes nothing from us now: every letter may be tried again later."""


class Undeliverable(Exception):
    """The server will never take this letter: the address does not exist, or it refuses what is in it."""


class Postponed(Exception):
    """The server does not take this letter now."""


@dataclass(frozen=True, slots=True)
class Message:
    """A letter on its way. `id` names it for good, so that a mailbox can tell a letter that comes a second time."""

    id: str
    to: str
    subject: str
    text: str


class Post:
    """One connection to a mail server, opened for the first letter.

    The address is `smtp://user:password@host:587`, which turns to TLS where the server offers it, or `smtps://`, TLS
    from the first byte. A password is never sent in the clear but to this very machine.
    """

    def __init__(self, url: str, sender: str) -> None:
        self._url, self._sender = urlsplit(url), sender
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._server.close()
            self._server = None

    def send(self, message: Message) -> None:
        """Hand a letter to the server. Raises Unreachable, Postponed or Undeliverable."""
        try:
            if self._server is None:
                self._server = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(str(error)) from error
        self._hand_over(self._server, message)

    def _hand_over(self, server: smtplib.SMTP, message: Message) -> None:
        try:
            server.send_message(self._letter(message))
        except (ValueError, smtplib.SMTPNotSupportedError) as error:  # no address at all, or of letters it cannot write
            raise Undeliverable(str(error)) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _refused(code, reason) from error
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:  # the server, its password or our own address
            self._server = None
            raise Unreachable(str(error)) from error

    def _connected(self) -> smtplib.SMTP:
        host, secure = self._url.hostname or "localhost", ssl.create_default_context()
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, self._url.port or 465, timeout=TIMEOUT, context=secure)
        else:
            server = smtplib.SMTP(host, self._url.port or 587, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=secure)
            elif self._url.username and host not in LOOPBACK:
                server.close()
                raise smtplib.SMTPNotSupportedError("no TLS, and the password must not be read on its way")
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, message.to, message.subject
        letter["Message-ID"] = f"<{message.id}@{parseaddr(self._sender)[1].rpartition('@')[2] or 'localhost'}>"
        letter["Date"], letter["Auto-Submitted"] = formatdate(), "auto-generated"
        letter.set_content(message.text)
        return letter


def _refused(code: int, reason: bytes | str) -> Exception:
    told = f"{code} {reason.decode('utf-8', 'replace') if isinstance(reason, bytes) else reason}"
    return Undeliverable(told) if code >= 500 else Postponed(told)
