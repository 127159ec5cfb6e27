"""What starts a run without a person: every morning, and when files have landed."""

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from dagster_project.landing import day_in_name, pending_files
from dagster_project.partitions import JOB, range_tags
from lingting.settings import settings
from lingting.warehouse.identity import sum_of

_SETTLED_SECONDS = 60  # a file that still grows is left for the next look


def triggers() -> tuple[dg.ScheduleDefinition, dg.SensorDefinition]:
    @dg.schedule(job_name=JOB, cron_schedule="0 4 * * *", execution_timezone=settings().timezone, name="every_morning")
    def every_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """04:00 local time: the previous day, and whatever else is new."""
        local = context.scheduled_execution_time.astimezone(ZoneInfo(settings().timezone))
        day = local.date() - timedelta(days=1)
        return dg.RunRequest(run_key=day.isoformat(), tags=range_tags(day, day, is_new=True))

    @dg.sensor(job_name=JOB, minimum_interval_seconds=60, name="landed_files")
    def landed_files() -> dg.RunRequest | dg.SkipReason:
        """New or changed files in landing/ that have not been written to for a minute."""
        files = [file for file in pending_files() if time.time() - file.path.stat().st_mtime > _SETTLED_SECONDS]
        days = sorted({day for file in files if (day := day_in_name(file)) is not None})
        if not files:
            return dg.SkipReason("no new file in landing")
        if not days:
            return dg.SkipReason("the new files do not name their day; the morning run or `lingting run` loads them")
        key = sum_of(f"{file.path} {file.path.stat().st_mtime_ns}" for file in files)
        return dg.RunRequest(run_key=key, tags=range_tags(days[0], days[-1], is_new=True))

    return every_morning, landed_files
