"""drand by file: rounds as drand's HTTP API gives them, brought to the house by hand or by a nightly fetch.

The file holds JSON objects: one a line, one after another, or in an array. A round has `round`, `randomness` and
`signature` (`/public/<round>`); the chain's own description (`/info`) may stand among them. No connection is opened here,
and the signature is checked against the randomness only, not by its curve: do that with drand's own tools.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from json.decoder import JSONDecoder
from typing import Any

from marketplace.matching.beacon import Chain, chain_of, drand_randomness, first_round
from marketplace.ports import Randomness

LARGEST = 20_000_000  # characters of a file: years of days
_SPACE = re.compile(r"[\s,]*")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")


class BadRounds(ValueError):
    """The file is not what drand gives. `line`: where (from 1); the message is the reason."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


class DrandFile:
    """The rounds of one file, checked: a `Beacon` (ports)."""

    def __init__(self, text: str, chain: Chain, now: datetime) -> None:
        """Raises BadRounds for anything that does not hold: what is not JSON, a round without its fields, a randomness
        that is not the SHA-256 of its signature, one round with two values, a round that lies ahead of `now`, the
        description of another chain."""
        self.chain = chain
        self._rounds: dict[int, bytes] = {}
        for line, value in objects(text):
            if "genesis_time" in value:
                self._check_chain(line, value)
            else:
                self._take(line, value, now)

    def __len__(self) -> int:
        return len(self._rounds)

    def of_day(self, day: date) -> Randomness | None:
        """The first round at or after 00:00 in Helsinki, if the file has it; no other round will do."""
        number = first_round(self.chain, day)
        signature = self._rounds.get(number)
        if signature is None:
            return None
        return Randomness(self.chain.source, number, drand_randomness(signature), signature)

    def _check_chain(self, line: int, value: dict[str, Any]) -> None:
        try:
            found = chain_of(value)
        except ValueError as error:
            raise BadRounds(line, str(error)) from error
        if found != self.chain:
            raise BadRounds(line, f"this is the chain {found.hash}, and the organiser uses {self.chain.hash}")

    def _take(self, line: int, value: dict[str, Any], now: datetime) -> None:
        number, randomness, signature = (value.get(name) for name in ("round", "randomness", "signature"))
        if type(number) is not int or not 0 < number < 2**53:
            raise BadRounds(line, "round must be a whole number above zero")
        for name, said in (("randomness", randomness), ("signature", signature)):
            if not isinstance(said, str) or not _HEX.fullmatch(said):
                raise BadRounds(line, f"{name} must be hexadecimal digits in small letters")
        raw = bytes.fromhex(str(signature))
        if drand_randomness(raw).hex() != randomness:
            raise BadRounds(line, "the randomness is not the SHA-256 of the signature")
        if self.chain.genesis_time + (number - 1) * self.chain.period > now.timestamp():
            raise BadRounds(line, f"round {number} does not exist yet")
        if self._rounds.setdefault(number, raw) != raw:
            raise BadRounds(line, f"round {number} stands here with two values")


def objects(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a text with the line on which each begins. Raises BadRounds."""
    if len(text) > LARGEST:
        raise BadRounds(1, "the file is larger than any file of rounds")
    text = text.removeprefix("\ufeff").rstrip()
    at, end = 0, len(text)
    if text.startswith("["):
        if not text.endswith("]"):
            raise BadRounds(text.count("\n") + 1, "the array has no end")
        at, end = 1, len(text) - 1
    decoder, found = JSONDecoder(), False
    line, counted = 1, 0
    while (at := _skip(text, at)) < end:
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise BadRounds(error.lineno, f"this is not JSON ({error.msg})") from error
        except RecursionError as error:
            raise BadRounds(line, "this is not JSON (too deep)") from error
        if not isinstance(value, dict):
            raise BadRounds(line, "here should be a round: an object with round, randomness and signature")
        found = True
        yield line, value
    if not found:
        raise BadRounds(1, "the file is empty")


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
