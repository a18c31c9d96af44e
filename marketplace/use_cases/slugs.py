"""Codes from names: 'Työhön valmennus' becomes 'tyohon-valmennus'. Codes are public and never change."""

import re
import unicodedata

LONGEST = 48


def slug(name: str) -> str:
    """The code of a name: a-z, 0-9 and hyphens, at most 48 of them; '' when nothing of it can be kept."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")


def free_slug(name: str, taken: set[str], fallback: str) -> str:
    """The name's code, with a number behind it when another thing has it."""
    first = slug(name) or fallback
    if first not in taken:
        return first
    return next(code for number in range(2, len(taken) + 3) if (code := f"{first}-{number}") not in taken)
