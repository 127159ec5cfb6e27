"""Alerts after a run: judged and told whether it went well or not. What goes wrong here never fails a build."""

from __future__ import annotations

from dagster_project.report import Say
from lingting.errors import LingtingError


def judge_and_tell(say: Say, exit_code: int | None = None) -> None:
    """Check the alerts and send what is due. ``exit_code``: how the run ended; None when there was nothing to run.

    A channel that fails is reported here, is tried again by the next run or `lingting alerts deliver`, and becomes an
    alert of its own in the feed.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from lingting.alerting.check import check
    from lingting.alerting.deliver import deliver
    from lingting.alerting.operations import note_run
    from lingting.clock import now
    from lingting.store import open_store

    try:
        if exit_code is not None:
            note_run(now(), exit_code)
        store = open_store()
        found = check(store)
        sent = deliver(store)
    except (LingtingError, SQLAlchemyError, OSError) as error:
        say(f"alerts could not be judged: {str(error).splitlines()[0]}")
        return
    say(f"alerts: {found.n_raised} raised, {found.n_cleared} cleared, {found.n_standing} standing, {sent.n_sent} told")
    for channel, reason in sent.errors.items():
        say(f"alert channel {channel} failed and is tried again: {reason}")
