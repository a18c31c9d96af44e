"""Text messages to phones: in a demonstration as files beside its mail. A real gateway is one more class behind the port."""

import hashlib
from pathlib import Path

from marketplace.config import Config
from marketplace.ports import TextMessages


class FolderTexts:
    """Puts each message into a folder as `<number>.txt`: for a demonstration, where nobody has these phones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, recipient: str, body: str, key: str) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / (hashlib.sha256(key.encode()).hexdigest()[:16] + ".txt")
        path.write_text(f"{recipient}\n\n{body}", encoding="utf-8")
        return path.name


def texts_of(config: Config) -> TextMessages | None:
    """The way that the settings name; None when there is none: no code is offered to a phone then."""
    return FolderTexts(config.instance / "mail") if config.demo else None
