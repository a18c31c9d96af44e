"""The outside world as this house wants to see it. The real ones live in `integrations/`."""

from typing import Protocol


class Vault(Protocol):
    """Keeps secrets that the database may store but not read: identity codes and order keys."""

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Encrypt, bound to its purpose."""
        ...

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt; ValueError when the bytes were changed or sealed for another purpose."""
        ...

    def index(self, plain: str, purpose: str) -> bytes:
        """A keyed blind index (32 bytes): equal for equal text, tells nothing without the key."""
        ...


class Post(Protocol):
    """Sends one message; raises OSError (or a subclass) when it could not be handed over."""

    def send(self, recipient: str, subject: str, body: str, key: str) -> str:
        """Hand the message over; returns the server's answer as evidence."""
        ...
