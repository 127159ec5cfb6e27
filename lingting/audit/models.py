"""The table of the access log. How it came to be is in migrations/."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Index, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData()


class AccessEntry(Base):
    """One thing that somebody saw, heard, took out or was refused. Never changed, never removed: triggers see to it."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_happened_at", "happened_at"), Index("ix_access_log_user_id", "user_id"))

    seq_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    happened_at: Mapped[datetime] = mapped_column(DateTime)
    user_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    session: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(Text)
    customer_key: Mapped[str | None] = mapped_column(String(200))
    n_rows: Mapped[int | None] = mapped_column(Integer)
    purpose: Mapped[str | None] = mapped_column(Text)
    fields: Mapped[str | None] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64))
