"""Expected errors inside assets: reported for people, and not retried, because trying again would not help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from dagster_project.report import report
from lingting.errors import LingtingError

# A disk or a network share may come back; a wrong file or a refused row will not.
RETRY_IO = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


@contextmanager
def expected_errors() -> Iterator[None]:
    """Turn a LingtingError into a Dagster failure that is not retried."""
    try:
        yield
    except LingtingError as error:
        report().errors.append(error)
        raise dg.Failure(description=str(error), allow_retries=False) from error
