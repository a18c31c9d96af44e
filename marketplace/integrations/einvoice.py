"""The formats of e-invoices that the house writes, by their names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marketplace.integrations import einvoice_finvoice, einvoice_ubl
from marketplace.ports import DocumentWriter
from marketplace.pricing.documents import Document


@dataclass(frozen=True)
class Writer:
    """One format: its version (kept beside every file) and its function."""

    version: str
    write: Callable[[Document], bytes]


WRITERS: Mapping[str, DocumentWriter] = {
    "ubl": Writer(einvoice_ubl.WRITER, einvoice_ubl.write_ubl),
    "finvoice": Writer(einvoice_finvoice.WRITER, einvoice_finvoice.write_finvoice),
}
