"""Entries of the register: meetings, drills, audits, reviews. An entry is never changed; the next one follows it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lingting.store.models.base import Base


class LedgerEntry(Base):
    __tablename__ = "ledger_entries"
    __table_args__ = (Index("ix_ledger_entries_kind", "kind", "scope"),)

    entry_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    recorded_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    recorded_by: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(30))
    scope: Mapped[str] = mapped_column(String(100))
    done_date: Mapped[date] = mapped_column(Date)
    done_by: Mapped[str | None] = mapped_column(String(100))
    next_due_date: Mapped[date | None] = mapped_column(Date)
    evidence_uri: Mapped[str | None] = mapped_column(String(500))
    result: Mapped[str | None] = mapped_column(Text)
