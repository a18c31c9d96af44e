"""The files of the house, for the fences that read them."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("marketplace", "portal_client", "portal_provider", "admin", "migrations", "tests")


def sources(*endings: str, rooms: tuple[str, ...] = ROOMS) -> Iterator[Path]:
    """Every file of the rooms with one of the endings, but what is generated."""
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in endings and "__pycache__" not in path.parts:
                yield path


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
