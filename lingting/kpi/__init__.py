"""Reading KPIs from a published build, and adding day rows up to any range.

How a KPI is computed from calls is dbt's (dbt/models/core/kpi_parts); what it means is in the catalogue seed.
"""

from lingting.kpi.rollup import KpiRow, headline, known_formulas, rollup

__all__ = ["KpiRow", "headline", "known_formulas", "rollup"]
