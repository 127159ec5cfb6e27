"""What `dagster dev -m dagster_project.definitions` serves."""

import dagster as dg

from dagster_project.build import build_defs


@dg.definitions
def defs() -> dg.Definitions:
    """Built when Dagster asks, not when this module is imported."""
    return build_defs()
