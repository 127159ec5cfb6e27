"""Names of queues and teams in the published build; an id that it does not name stays an id."""

from __future__ import annotations

from lingting.warehouse import NoBuild, published_connection


def members(language: str) -> dict[tuple[str, str], str]:
    """(scope, id) -> name in the language."""
    suffix = "zh" if language == "zh" else "en"
    try:
        cursor, _ = published_connection()
    except NoBuild:
        return {}
    with cursor:
        found = cursor.execute(
            f"select 'queue', queue_id, name_{suffix} from dim_queue "
            f"union all select 'team', team_id, team_name_{suffix} from dim_team"
        ).fetchall()
    return {(scope, item): name for scope, item, name in found if name}
