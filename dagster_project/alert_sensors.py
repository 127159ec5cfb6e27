"""Alerts of runs that Dagster itself starts (`dagster dev`): after each run, and every minute for what waits."""

from typing import Any

import dagster as dg

from dagster_project.alerting import judge_and_tell
from dagster_project.partitions import JOB

FAILED = 1  # Dagster's own runs have no exit code of ours


def alert_sensors() -> list[dg.SensorDefinition]:
    """`lingting run` judges the alerts itself, so its runs are judged twice at most, which raises nothing twice."""

    @dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, name="alerts_after_run")
    def after_run(context: dg.RunStatusSensorContext) -> Any:
        if context.dagster_run.job_name == JOB:
            judge_and_tell(context.log.info, 0)

    @dg.run_failure_sensor(name="alerts_after_failure")
    def after_failure(context: dg.RunFailureSensorContext) -> Any:
        if context.dagster_run.job_name == JOB:
            judge_and_tell(context.log.info, FAILED)

    @dg.sensor(name="alerts_every_minute", minimum_interval_seconds=60, job_name=JOB)
    def every_minute(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        """Calls that go on, data that grows old, messages that wait: none of them needs a run."""
        judge_and_tell(context.log.info)
        return dg.SkipReason("alerts were judged; there is nothing to run")

    return [after_run, after_failure, every_minute]
