"""The signed heads of the order logs as files: one a day and organiser, in a folder that no database restore touches."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


class HeadFiles:
    """`<folder>/<organiser's code>/<day>.json`. All web servers and workers of an installation share the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def newest(self, organiser: str) -> dict[str, Any] | None:
        place = self.folder / organiser
        days = sorted(place.glob("????-??-??.json")) if place.is_dir() else []
        if not days:
            return None
        try:
            read: dict[str, Any] = json.loads(days[-1].read_text("utf-8"))
        except ValueError as error:
            raise OSError(f"{days[-1]} cannot be read as a head: {error}") from error
        return read

    def put(self, organiser: str, day: str, head: dict[str, Any]) -> None:
        place = self.folder / organiser
        place.mkdir(parents=True, exist_ok=True)
        number, draft = tempfile.mkstemp(dir=place, prefix=".head-")
        with os.fdopen(number, "w", encoding="utf-8") as file:
            json.dump(head, file, ensure_ascii=False, sort_keys=True, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(place / f"{day}.json")
