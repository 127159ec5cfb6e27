"""Published builds: writing one, the pointer to the current one, and the read-only way in.

Building the work database is dbt's (dbt/); judging it is Great Expectations' (expectations/).
"""

from lingting.warehouse.builds import Build, current_build
from lingting.warehouse.identity import dbt_hash, lake_digests, new_build_id
from lingting.warehouse.lock import writer_lock
from lingting.warehouse.publisher import publish
from lingting.warehouse.reader import KeptBuild, NoBuild, kept_builds, published_connection
from lingting.warehouse.shut_doors import HeldBack, held_back

__all__ = [
    "Build",
    "HeldBack",
    "KeptBuild",
    "NoBuild",
    "current_build",
    "dbt_hash",
    "held_back",
    "kept_builds",
    "lake_digests",
    "new_build_id",
    "publish",
    "published_connection",
    "writer_lock",
]
