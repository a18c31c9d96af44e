"""The bank as this house sees it: ISO 20022 files out and in, and a folder if one is set."""

from pathlib import Path

from marketplace.bank_files import Statement, TransferFile
from marketplace.integrations import camt, pain
from marketplace.integrations.bank_folder import BankFolder


class IsoBank:
    """pain.001.001.09 out, camt.053 and camt.054 in. `folder` is where the worker puts the files that go out."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = BankFolder(folder) if folder is not None else None

    @property
    def has_folder(self) -> bool:
        return self._folder is not None

    def transfers_file(self, order: TransferFile) -> bytes:
        return pain.transfers_file(order)

    def statements(self, raw: bytes) -> tuple[Statement, ...]:
        return camt.statements(raw)

    def put(self, name: str, content: bytes) -> str:
        if self._folder is None:
            raise OSError("VALINTA_BANK_FOLDER is not set")
        return self._folder.put(name, content)
