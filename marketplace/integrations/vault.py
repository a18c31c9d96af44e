"""AES-256-GCM for what is encrypted in its column, HMAC-SHA256 for its blind index. Keys come from the environment."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from marketplace.integrations import signing

NONCE = 12


class AesVault:
    """Stored form: key number (1 byte) | nonce (12) | ciphertext and tag. The purpose is authenticated with it.

    `keys` maps a key number (0..255) to 32 bytes; the highest number seals, all can open, so that a key can be changed.
    """

    def __init__(self, keys: dict[int, bytes], index_key: bytes) -> None:
        if not keys or any(len(key) != 32 for key in keys.values()) or len(index_key) != 32:
            raise ValueError("every key is 32 bytes")
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._newest = max(keys)
        self._index_key = index_key

    def seal(self, plain: bytes, purpose: str) -> bytes:
        nonce = os.urandom(NONCE)
        sealed = self._ciphers[self._newest].encrypt(nonce, plain, purpose.encode())
        return bytes([self._newest]) + nonce + sealed

    def open(self, sealed: bytes, purpose: str) -> bytes:
        cipher = self._ciphers.get(sealed[0])
        if cipher is None:
            raise ValueError(f"sealed with key {sealed[0]}, which is not here")
        try:
            return cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], purpose.encode())
        except InvalidTag:
            raise ValueError("the sealed bytes were changed, or sealed for something else") from None

    def index(self, plain: str, purpose: str) -> bytes:
        return hmac.digest(self._index_key, f"{purpose}:{plain}".encode(), hashlib.sha256)

    def new_signing_key(self, purpose: str) -> tuple[bytes, bytes]:
        private, public = signing.new_key()
        return self.seal(private, purpose), public

    def sign(self, sealed_key: bytes, purpose: str, message: bytes) -> bytes:
        return signing.sign(self.open(sealed_key, purpose), message)
