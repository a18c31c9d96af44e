"""The folder from which the bank's own transfer program takes the files: a file lies in it whole or not at all, and once.

Written under another name, flushed to the disk, marked, renamed. The mark stays for ever (`.dropped/NAME`): after a crash
at any moment the next attempt knows whether the file has been here, even when it has been taken away since.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BankFolder:
    """One folder of an installation; its workers may share it over one file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: bytes) -> str:
        """Let the file lie in the folder once, however often this is called; returns the evidence. OSError when it could
        not be written, FileExistsError when another file of that name has been here."""
        marks = self.folder / ".dropped"
        marks.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(content).hexdigest()
        draft, mark, target = self.folder / f".{name}.part", marks / name, self.folder / name
        with self._alone():
            marked = mark.read_text() if mark.exists() else ""
            if len(marked) == len(digest) and marked != digest:
                raise FileExistsError(f"another file named {name} has been in the folder")
            if marked != digest:
                if target.exists():
                    raise FileExistsError(f"a file named {name} that this house has not put there lies in the folder")
                _write(draft, content)
                _write(mark, digest.encode())
                _settle(marks)
            # the mark without the draft means that the draft has become the file
            if draft.exists():
                draft.replace(target)
                _settle(self.folder)
        return f"{target} {digest}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """The folder's own entries are on the disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
