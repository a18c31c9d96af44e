"""The outside world as this house wants to see it. The real ones live in `integrations/`."""

from typing import Any, Protocol


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


class Undeliverable(OSError):
    """The receiving side says that this address will never take the message: trying again is of no use."""


class Post(Protocol):
    """Sends one message; raises OSError (or a subclass) when it could not be handed over, Undeliverable for good."""

    def send(self, recipient: str, subject: str, body: str, key: str) -> str:
        """Hand the message over; returns the server's answer as evidence."""
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
