"""The cockpit's way to the published build: `ask` runs one question within the viewer's limits (lingting/kpi/asked)."""

from __future__ import annotations

from lingting.kpi.asked import NotInBuild, ask, columns_of, sums_only

__all__ = ["NotInBuild", "ask", "columns_of", "sums_only"]
