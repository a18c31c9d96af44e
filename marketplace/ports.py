"""The outside world as this house wants to see it. The real ones live in `integrations/`."""

from datetime import date
from typing import Any, NamedTuple, Protocol

from marketplace.bank_files import Statement, TransferFile


class Signer(Protocol):
    """Signs so that anyone with the public key can check it. The private key never leaves it but sealed."""

    def new_signing_key(self, purpose: str) -> tuple[bytes, bytes]:
        """A new key: its private half sealed, bound to its purpose, and its public half (32 bytes, Ed25519)."""
        ...

    def sign(self, sealed_key: bytes, purpose: str, message: bytes) -> bytes:
        """The signature (64 bytes, Ed25519). ValueError when the sealed key was changed or made for another purpose."""
        ...


class Vault(Signer, Protocol):
    """Keeps secrets that the database may store but not read: identity codes, order keys and signing keys."""

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Encrypt, bound to its purpose."""
        ...

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt; ValueError when the bytes were changed or sealed for another purpose."""
        ...

    def index(self, plain: str, purpose: str) -> bytes:
        """A keyed blind index (32 bytes): equal for equal text, tells nothing without the key."""
        ...


class Randomness(NamedTuple):
    """A day's public randomness: 32 bytes. source and round as the beacon line of the order log says them; signature: of
    the source that signs (drand)."""

    source: str
    round: int
    value: bytes
    signature: bytes | None = None


class Beacon(Protocol):
    """Public randomness that nobody in the house can bend."""

    def of_day(self, day: date) -> Randomness | None:
        """The one value that the day may use; None when the source has none for it (yet)."""
        ...


class HeadShelf(Protocol):
    """Where the signed heads of the order logs are kept, outside the database: a restore does not turn it back."""

    def newest(self, organiser: str) -> dict[str, Any] | None:
        """The head last put here for an organiser's code; None before the first. OSError when it cannot be read."""
        ...

    def put(self, organiser: str, day: str, head: dict[str, Any]) -> None:
        """Keep the day's head; a later one of the same day takes its place. OSError when it cannot be kept."""
        ...


class Bank(Protocol):
    """The bank's formats, and the folder from which its own transfer program takes files (where there is one)."""

    @property
    def has_folder(self) -> bool:
        """Whether files are put into a folder by the worker. Otherwise a person downloads them."""
        ...

    def transfers_file(self, order: TransferFile) -> bytes:
        """The file of transfers; the same order always gives the same bytes."""
        ...

    def statements(self, raw: bytes) -> tuple[Statement, ...]:
        """What a statement file says. UnusableFile when it cannot be trusted whole."""
        ...

    def put(self, name: str, content: bytes) -> str:
        """Let a file lie in the folder once, however often this is asked; returns the evidence. OSError when it cannot."""
        ...


class Undeliverable(OSError):
    """The receiving side says that this address will never take the message: trying again is of no use."""


class Post(Protocol):
    """Sends one message; raises OSError (or a subclass) when it could not be handed over, Undeliverable for good."""

    def send(self, recipient: str, subject: str, body: str, key: str) -> str:
        """Hand the message over; returns the server's answer as evidence."""
        ...


class TextMessages(Protocol):
    """Sends one text message to a phone; raises as `Post` does."""

    def send(self, recipient: str, body: str, key: str) -> str:
        """Hand the message over; returns the gateway's answer as evidence."""
        ...


class Wording(Protocol):
    """Puts facts into a person's words, in her language. The words live in the web room, with all other words."""

    def decision(self, kind: str, language: str, facts: dict[str, Any]) -> str:
        """The whole text of an administrative decision (HTML body), from the legal template of its kind and language."""
        ...

    def appeal(self, route: str, language: str, facts: dict[str, Any]) -> str:
        """The appeal instruction (plain text) of a route: rectification_30 or local_government_14."""
        ...

    def notice(self, kind: str, language: str, facts: dict[str, Any]) -> tuple[str, str]:
        """Subject and body (plain text) of a notice."""
        ...


class DocumentWriter(Protocol):
    """Writes an invoice or a credit note (`pricing.documents.Document`) in one format, always to the same bytes."""

    @property
    def version(self) -> str:
        """The writer's version, kept beside every file."""
        ...

    def write(self, document: Any) -> bytes:
        """The document in this format."""
        ...
