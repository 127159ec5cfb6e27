"""Published builds: writing one, the pointer to the current one, and the read-only way in.

Building the work database is dbt's (dbt/); judging it is Great Expectations' (expectations/).
"""

from lingting.warehouse.builds import Build, current_build
from lingting.warehouse.identity import dbt_hash, lake_digests, new_build_id
from lingting.warehouse.lock import writer_lock
from lingting.warehouse.publisher import publish
from lingting.warehouse.reader import NoBuild, published_connection

__all__ = [
    "Build",
    "NoBuild",
    "current_build",
    "dbt_hash",
    "lake_digests",
    "new_build_id",
    "publish",
    "published_connection",
    "writer_lock",
]
