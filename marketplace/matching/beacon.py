"""Public randomness: what goes into a day's beacon line, from a source that nobody in the house can bend.

Three sources (docs/fairness.md, the beacon): drand, a public lottery, or none, which makes the day a "commit-only" day.
Nothing here opens a connection; whoever fetched the values hands them in.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from marketplace.matching.canonical import canonical

HELSINKI = ZoneInfo("Europe/Helsinki")
NO_SOURCE = "none"
NO_RANDOMNESS = bytes(32)


class Chain(NamedTuple):
    """A drand chain as it describes itself.

    hash: of the chain, in hexadecimal. genesis_time: of round 1, seconds since 1970 UTC. period: seconds between rounds.
    """

    hash: str
    genesis_time: int
    period: int

    @property
    def source(self) -> str:
        """The `source` of a beacon line that uses this chain."""
        return f"drand:{self.hash}"


def chain_of(info: Mapping[str, Any]) -> Chain:
    """The chain that a drand node describes at /info (public_key, period, genesis_time, groupHash, hash, perhaps
    metadata.beaconID). Raises ValueError when a field is missing or odd, or when the description does not have its hash:
    SHA-256 of period in 4 bytes, genesis_time in 8, public key, group hash, and the name of a chain that has one.
    """
    try:
        period, genesis, said = info["period"], info["genesis_time"], info["hash"]
        public_key, group = bytes.fromhex(info["public_key"]), bytes.fromhex(info["groupHash"])
        name = info.get("metadata", {}).get("beaconID", "default")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(
            "it must have public_key, period, genesis_time, hash and groupHash, as drand gives them"
        ) from error
    if type(period) is not int or type(genesis) is not int or not 0 < period < 2**32 or not 0 < genesis < 2**53:
        raise ValueError("period and genesis_time must be whole numbers above zero")
    parts = period.to_bytes(4, "big") + genesis.to_bytes(8, "big") + public_key + group
    if name not in ("default", ""):
        parts += str(name).encode()
    if sha256(parts).hexdigest() != said:
        raise ValueError("the chain hash is not the hash of this description")
    return Chain(said, genesis, period)


def first_round(chain: Chain, day: date) -> int:
    """The number of the chain's first round at or after 00:00 in Helsinki of the day, the only one that the day may use.

    Raises ValueError for a day before the chain began or a period that is not positive.
    """
    if chain.period < 1:
        raise ValueError("the period must be at least one second")
    midnight = int(datetime.combine(day, time(), HELSINKI).timestamp())
    if midnight < chain.genesis_time:
        raise ValueError("the chain did not run yet on that day")
    return -((chain.genesis_time - midnight) // chain.period) + 1


def drand_randomness(signature: bytes) -> bytes:
    """The 32 bytes of a round: SHA-256 of its signature. The signature itself is checked with drand's own tools."""
    return sha256(signature).digest()


def lottery_randomness(name: str, day: date, numbers: Iterable[int]) -> bytes:
    """The 32 bytes of a public lottery: SHA-256 of the canonical JSON of [name, date of the draw, [sorted numbers]].

    name: the code used in the source "lottery:<name>". Raises ValueError when a number comes twice.
    """
    found = sorted(numbers)
    if len(set(found)) != len(found):
        raise ValueError("a lottery number was given twice")
    return sha256(canonical([name, day.isoformat(), found])).digest()
