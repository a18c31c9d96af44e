"""The check code: eight characters by which a screen, a print and a receipt can be compared with the log."""

from base64 import b32encode
from collections.abc import Sequence
from hashlib import sha256

from marketplace.matching.canonical import canonical


def check_code(list_seq: int, at_seq: int, rendered: Sequence[str]) -> str:
    """Eight characters of A-Z and 2-7 for what a page really showed (docs/fairness.md, the check code).

    list_seq: the list's number, 0 for the public list. at_seq: `registry.at_seq` at that moment, -1 when no registry
    line touches the pair. rendered: the codes of all units on the page in their order, before the client's own filters;
    pass what was rendered, not what should have been. Raises NotCanonical for a number of 2**53 or more.
    """
    return b32encode(sha256(canonical([list_seq, at_seq, list(rendered)])).digest())[:8].decode()
