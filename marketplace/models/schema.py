"""What every row stands on: the declarative base, column kinds, and the marks that the database's own fences are made from.

Two marks on a table steer `marketplace.models.fences` (grants, triggers and row-level security):

- a table with an `organiser_id` that may not be null belongs to one organiser and is kept apart by row-level security;
- `info={"append_only": True}`: rows are facts. Nobody updates or deletes them, not even by accident.

Columns of other tables that may change are the exception and are listed in `info={"mutable": {...}}`; the application's
database role is granted UPDATE on those columns alone.
"""

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Identity, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Words = dict[str, str]
"""A text written by an organiser: {"fi": .., "sv": .., "en": ..}; Finnish is always there."""

Json = dict[str, Any]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        date: Date,
        datetime: DateTime(timezone=True),
        Words: JSONB,
        Json: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(BigInteger),
    }


Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]


class Owned:
    """Mixin of every table that is one organiser's own (money.md 8)."""

    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id"), index=True)


APPEND_ONLY = {"append_only": True}


def mutable(*columns: str) -> dict[str, object]:
    """Table info: the application may UPDATE these columns and no others."""
    return {"mutable": frozenset(columns)}
