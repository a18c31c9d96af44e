"""Mail: through an SMTP server, or (in a demonstration without one) as files that any mail program opens."""

import hashlib
import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from marketplace.config import Config
from marketplace.ports import Post, Undeliverable

TIMEOUT = 20  # seconds


def letter(sender: str, recipient: str, subject: str, body: str, key: str) -> EmailMessage:
    """A plain mail in UTF-8. The same key gives the same Message-ID: a mail that was sent twice after a crash is known as
    one by the mail programs that look. Undeliverable when the recipient's address cannot be one."""
    message = EmailMessage()
    message["From"] = Address(display_name="Valinta", addr_spec=sender)
    try:
        message["To"] = Address(addr_spec=recipient)
    except (ValueError, MessageError) as fault:
        raise Undeliverable(f"not an address that mail can go to: {fault}") from None
    message["Subject"] = " ".join(subject.split())
    domain = sender.rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


class SmtpPost:
    """One connection a mail: simple, and no half-dead connection is ever found in a pool."""

    def __init__(
        self, host: str, port: int, sender: str, user: str | None = None, password: str | None = None, tls: bool = False
    ) -> None:
        self.host, self.port, self.sender = host, port, sender
        self.user, self.password, self.tls = user, password, tls

    def send(self, recipient: str, subject: str, body: str, key: str) -> str:
        message = letter(self.sender, recipient, subject, body, key)
        with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT) as server:
            if self.tls:
                server.starttls(context=ssl.create_default_context())
            if self.user and self.password:
                server.login(self.user, self.password)
            try:
                server.send_message(message)
            except smtplib.SMTPRecipientsRefused as refused:
                code, words = next(iter(refused.recipients.values()))
                text = f"{code} {words.decode(errors='replace')}"
                raise (Undeliverable(text) if 500 <= code < 600 else OSError(text)) from None
        return f"{self.host} took {message['Message-ID']}"


class FolderPost:
    """Puts each mail into a folder as `<number>.eml`: for a demonstration, where nobody has these addresses."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self.sender = folder, sender

    def send(self, recipient: str, subject: str, body: str, key: str) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        message = letter(self.sender, recipient, subject, body, key)
        path = self.folder / (hashlib.sha256(key.encode()).hexdigest()[:16] + ".eml")
        path.write_bytes(message.as_bytes(policy=SMTP))
        return str(path.name)


def post_of(config: Config) -> Post | None:
    """The way that the settings name; None when there is none (mail waits then)."""
    if config.smtp_host:
        return SmtpPost(
            config.smtp_host,
            config.smtp_port,
            config.mail_from,
            config.smtp_user,
            config.smtp_password,
            config.smtp_tls,
        )
    return FolderPost(config.instance / "mail", config.mail_from) if config.demo else None
