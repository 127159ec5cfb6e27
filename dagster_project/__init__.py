"""Orchestration: the assets, doors, schedule and sensor as Dagster sees them, and `lingting run`.

The only room that imports Dagster. The work itself is in lingting, asr_jobs, expectations and dbt/.
"""
